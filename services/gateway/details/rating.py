"""How many stars the photo has, by the person, else by its files: 0 to 5, or -1 for a rejected one."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("rating", "number", "SELECT r.stars FROM shown_rating r WHERE r.image_id = i.image_id")
