"""Facts from XMP, in a picture or in a file next to it by Lightroom, digiKam, darktable or Apple Photos."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from services.domain.photos.keywords import SEPARATOR
from services.gateway.sidecars import facts
from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.facts import PictureFacts, Place, Unreadable
from services.gateway.sidecars.keywords import HIERARCHIES, keywords
from services.gateway.sidecars.namespaces import (
    ALBUMEN,
    ALBUMS,
    CATEGORIES,
    DC,
    EXIF,
    XMP_BASIC,
    XMP_PHOTOSHOP,
    XMP_TIFF,
)
from services.gateway.sidecars.rdf import Properties, first, items, properties, xml_root
from services.gateway.sidecars.seal import is_sealed
from services.gateway.sidecars.xmp_people import people, regions
from services.gateway.sidecars.xmp_properties import property_texts, rating
from services.knowledge.dates import sensible
from services.knowledge.precedence import CAPTION, HEADLINE, TITLE
from services.knowledge.sidecars import FAVORITE_STARS
from services.knowledge.stated import Stated, most_exact, stated

_ACDSEE: Final = "{http://ns.acdsee.com/iptc/1.0/}"
CREATED: Final = (f"{EXIF}DateTimeOriginal", f"{XMP_PHOTOSHOP}DateCreated")
DIGITIZED: Final = (f"{EXIF}DateTimeDigitized", f"{XMP_BASIC}CreateDate")
_KEYWORDS: Final = (f"{DC}subject", f"{_ACDSEE}keywords")
_CATEGORIES: Final = f"{_ACDSEE}categories"
"""Keywords in hierarchies: XML in a text."""
_ASSIGNED: Final = "1"
ORIENTATION: Final = f"{XMP_TIFF}Orientation"
"""EXIF's, of the picture as it is stored."""
LIBRARY: Final = f"{ALBUMEN}Library"
"""Which library an exported file is of."""
FAVORITE: Final = f"{ALBUMEN}Favorite"
ARCHIVED: Final = f"{ALBUMEN}Archived"
"""Marks for which XMP has no property."""
TRUE: Final = "True"
FALSE: Final = "False"


def read(content: bytes, now: datetime, extension: bytes = b"") -> PictureFacts:
    """Raises Unreadable. `now`: with an offset; dates more than a day later are nonsense. `extension`: more of it,
    which didn't fit into one block of the file."""
    tags = properties(content)
    if extension:
        tags = {**properties(extension), **tags}
    created = _taken(tags, CREATED, now)
    date = created or _taken(tags, DIGITIZED, now)
    words = keywords((word for name in _KEYWORDS for word in items(tags.get(name))), _paths(tags))
    stars, values = rating(tags), facts.property_values(property_texts(tags))
    texts = {one.name: one.value for one in values}
    return PictureFacts(
        taken_at=facts.iso(date.moment) if date else None,
        taken_stated=date.digits if date else 0,
        digitized=date is not None and created is None,
        **_place(tags)._asdict(),
        description=texts.get(CAPTION),
        headline=texts.get(TITLE) or texts.get(HEADLINE),
        keywords=words.keywords,
        keyword_paths=words.keyword_paths,
        people=people(tags),
        stars=stars,
        favorite=_marked(tags, FAVORITE) if FAVORITE in tags else stars == FAVORITE_STARS,
        archived=_marked(tags, ARCHIVED),
        library=_value(tags, LIBRARY) if is_sealed(content) else None,
        properties=values,
        regions=regions(tags),
    )


def _marked(tags: Properties, name: str) -> bool:
    return _value(tags, name) == TRUE


def _paths(tags: Properties) -> Iterator[list[str]]:
    """Our own files also list albums and categories there, which are no keywords; their first hierarchy has everything
    that the others have."""
    if LIBRARY in tags:
        own = (item.split(SEPARATOR) for item in items(tags.get(HIERARCHIES[0].xmp)))
        yield from (path for path in own if path[0] not in (ALBUMS, CATEGORIES))
        return
    for row in HIERARCHIES:
        yield from (item.split(row.separator) for item in items(tags.get(row.xmp)))
    categories = next(items(tags.get(_CATEGORIES)), "")
    try:
        yield from _categories(xml_root(categories.encode("utf-8", "replace")), []) if categories else ()
    except Unreadable:
        return


def _categories(element: Element, above: list[str]) -> Iterator[list[str]]:
    """`<Category Assigned="0">Places<Category Assigned="1">Vienna</Category></Category>`"""
    path = [*above, (element.text or "").strip()]
    if element.get("Assigned") == _ASSIGNED:
        yield path
    for child in element:
        yield from _categories(child, path)


def _value(tags: Properties, key: str) -> str | None:
    return first(items(tags.get(key)))


def _taken(tags: Properties, names: Iterable[str], now: datetime) -> Stated | None:
    dates = (stated(_value(tags, name) or "") for name in names)
    return most_exact(date for date in dates if date and sensible(date.moment, now))


_DEGREES: Final = re.compile(
    r"([+-]?)(\d{1,3}(?:\.\d{1,15})?)(?:,(\d{1,3}(?:\.\d{1,15})?))?(?:,(\d{1,3}(?:\.\d{1,15})?))?\s*([NSEWnsew]?)"
)


def _place(tags: Properties) -> Place:
    latitude = _degrees(tags, f"{EXIF}GPSLatitude")
    longitude = _degrees(tags, f"{EXIF}GPSLongitude")
    return facts.place(latitude, longitude, _altitude(tags))


def _degrees(tags: Properties, key: str) -> float | None:
    """`48,51.5N`, `48,51,30N`, or a plain number with the hemisphere in a separate property."""
    match = _DEGREES.fullmatch(_value(tags, key) or "")
    if not match:
        return None
    degrees = sum(float(part or 0) / 60.0**index for index, part in enumerate(match.group(2, 3, 4)))
    half = (match[5] or _value(tags, f"{key}Ref") or "").upper()
    return -degrees if match[1] == "-" or half.startswith(("S", "W")) else degrees


def _altitude(tags: Properties) -> float | None:
    above, _, below = (_value(tags, f"{EXIF}GPSAltitude") or "").partition("/")
    metres, divisor = facts.number(above), facts.number(below or 1)
    if metres is None or not divisor:
        return None
    return (-1 if _value(tags, f"{EXIF}GPSAltitudeRef") == "1" else 1) * metres / divisor


SIDECAR: Final = Sidecar(read=read)
