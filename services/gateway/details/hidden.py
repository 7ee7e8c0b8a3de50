"""A person doesn't want to see the photo among the others."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("hidden", "state", "i.image_id IN (SELECT image_id FROM hidden)")
