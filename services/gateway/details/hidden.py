"""Whether a person has hidden the photo."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("hidden", "state", "i.image_id IN (SELECT image_id FROM hidden)")
