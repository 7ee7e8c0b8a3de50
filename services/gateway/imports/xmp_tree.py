"""Trees of XMP files: Lightroom's, darktable's, digiKam's, and those of Apple's “Export IPTC as XMP”. Each is named
after its photo, with its suffix (`IMG_1.CR2.xmp`) or without (`IMG_1.xmp`)."""

from datetime import datetime

from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.sidecars import xmp
from services.knowledge.precedence import TITLE
from services.knowledge.suffixes import is_media


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable."""
    facts = xmp.read(content, now)
    photo = path[: -len(".xmp")]
    title = next((one.value for one in facts.properties if one.name == TITLE), None)
    record = ImportRecord(
        path=photo,
        stem=not is_media(photo.rpartition("/")[2]),
        facts=facts,
        title=title,
        favorite=facts.favorite,
    )
    return Told(records=[record])
