"""Whether the photo is a RAW file, or shown with one of the same shot."""

from typing import Final

from services.gateway.details.detail import Detail

DETAIL: Final = Detail(
    "raw", "state", "i.raw = 1 OR EXISTS (SELECT 1 FROM raw_pair r WHERE r.photo_id = i.image_id)"
)
