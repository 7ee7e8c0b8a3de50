"""Whether the photo's date is a guess, or only its year or month is known."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("unsure-date", "state", "i.unsure = 1")
