"""The small JPEG that Canon's and other cameras of the 2000s save beside a film or RAW file (`MVI_1234.THM`).

Its EXIF has the date that the film itself lacks. Others', such as GoPro's, have no EXIF: they say nothing.
"""

from datetime import datetime

import msgspec

from services.gateway.reading import metadata, pixels
from services.gateway.sidecars.facts import NotASidecar, iso
from services.knowledge.dates import last_change, of_bytes


class Thumbnail(msgspec.Struct, frozen=True, kw_only=True):
    taken_at: str | None = None
    """ISO 8601, by the camera's clock."""
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None


def read(content: bytes, now: datetime) -> Thumbnail:
    """Raises NotASidecar."""
    try:
        facts = metadata.metadata(pixels.opened(content))
    except pixels.Unshowable as error:
        raise NotASidecar(str(error)) from error
    date, changed = of_bytes(facts.dates, facts.others, now), last_change(facts.dates, now)
    thumbnail = Thumbnail(
        taken_at=date.at if date else iso(changed) if changed else None,
        latitude=facts.latitude,
        longitude=facts.longitude,
        altitude_m=facts.altitude_m,
        description=facts.description,
    )
    if thumbnail == Thumbnail():
        raise NotASidecar("This thumbnail says nothing about its film.")
    return thumbnail
