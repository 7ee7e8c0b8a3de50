"""Whether a person has rotated or mirrored the photo."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("rotated", "state", "i.rotation <> 1")
