"""Whether the photo has stars, by the person or its files."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail(
    "rated", "state", "coalesce((SELECT r.stars FROM shown_rating r WHERE r.image_id = i.image_id), 0) > 0"
)
