"""Whether at least three people are clearly visible on the photo."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail(
    "group", "state", "coalesce((SELECT c.people FROM crowd c WHERE c.image_id = i.image_id), 0) >= 3"
)
