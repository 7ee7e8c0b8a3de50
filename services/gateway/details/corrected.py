"""Whether a person has corrected the photo's date."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail("corrected", "state", "i.image_id IN (SELECT image_id FROM correction)")
