"""Whether nobody knows when the photo was taken: there is only its file's time."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("undated", "state", "i.undated = 1")
