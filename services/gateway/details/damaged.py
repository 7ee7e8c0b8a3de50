"""Whether the end of the photo's file is missing."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("damaged", "state", "i.cut_off = 1")
