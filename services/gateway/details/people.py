"""How many people are clearly visible, as a detector found."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("people", "number", "SELECT c.people FROM crowd c WHERE c.image_id = i.image_id")
