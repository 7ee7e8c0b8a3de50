"""The small JPEG that Canon's and other cameras of the 2000s save beside a film or RAW file (`MVI_1234.THM`).

Its EXIF has the date that the film itself lacks. Others', such as GoPro's, have no EXIF: they say nothing.
"""

from datetime import datetime
from typing import Final

from services.gateway.reading import metadata, pixels
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Unreadable, iso
from services.knowledge.dates import last_change, of_bytes

_JPEG: Final = b"\xff\xd8"


def read(content: bytes, now: datetime) -> PictureFacts:
    """Raises Unreadable for a JPEG that is damaged, and NotASidecar."""
    try:
        facts = metadata.metadata(pixels.opened(content))
    except pixels.Unshowable as error:
        if content.startswith(_JPEG):
            raise Unreadable(str(error)) from error
        raise NotASidecar(str(error)) from error
    date, changed = of_bytes(facts.dates, facts.others, now), last_change(facts.dates, now)
    thumbnail = PictureFacts(
        taken_at=date.at if date else iso(changed) if changed else None,
        latitude=facts.latitude,
        longitude=facts.longitude,
        altitude_m=facts.altitude_m,
        description=facts.description,
        unread=facts.unread,
    )
    if thumbnail == PictureFacts():
        raise NotASidecar("This thumbnail says nothing about its film.")
    return thumbnail
