"""Trees of XMP files: Lightroom's, darktable's, digiKam's, and those of Apple's “Export IPTC as XMP”. Each is named
after its photo, with its suffix (`IMG_1.CR2.xmp`) or without (`IMG_1.xmp`)."""

from datetime import datetime

from services.domain.photos.keywords import SEPARATOR
from services.gateway.exporting.spellings import own_name
from services.gateway.imports.contract import ImportRecord, Told
from services.gateway.sidecars import facts as plausible
from services.gateway.sidecars import kinds, xmp
from services.gateway.sidecars.namespaces import ALBUMS, LIGHTROOM
from services.gateway.sidecars.rdf import Properties, first, items, properties
from services.knowledge.precedence import TITLE
from services.knowledge.suffixes import is_media


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable."""
    facts = xmp.read(content, now)
    tags = properties(content)
    folder, slash, name = kinds.base(path).rpartition("/")
    photo = f"{folder}{slash}{own_name(name)}"
    title = next((one.value for one in facts.properties if one.name == TITLE), None)
    record = ImportRecord(
        path=photo,
        stem=not is_media(photo.rpartition("/")[2]),
        facts=facts,
        title=title,
        orientation=int(plausible.number(first(items(tags.get(xmp.ORIENTATION)))) or 0),
        albums=_albums(tags),
        favorite=facts.favorite,
    )
    return Told(records=[record])


def _albums(tags: Properties) -> list[str]:
    """Those that another Albumen's export lists, as a hierarchy of their own."""
    if xmp.LIBRARY not in tags:
        return []
    paths = (path.partition(SEPARATOR) for path in items(tags.get(f"{LIGHTROOM}hierarchicalSubject")))
    return plausible.texts((name for root, _, name in paths if root == ALBUMS), plausible.MOST_KEYWORDS)
