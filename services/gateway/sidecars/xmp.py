"""Facts from XMP, in a picture or in a file next to it by Lightroom, digiKam, darktable or Apple Photos."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element

from services.gateway.sidecars import facts
from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.facts import PictureFacts, Place, Unreadable
from services.gateway.sidecars.keywords import HIERARCHIES, keywords
from services.gateway.sidecars.rdf import Properties, first, items, properties, xml_root
from services.gateway.sidecars.xmp_people import people, regions
from services.gateway.sidecars.xmp_properties import property_texts, rating
from services.knowledge.dates import sensible
from services.knowledge.precedence import CAPTION, HEADLINE, TITLE
from services.knowledge.sidecars import FAVORITE_STARS
from services.knowledge.stated import Stated, most_exact, stated

_EXIF: Final = "{http://ns.adobe.com/exif/1.0/}"
_PHOTOSHOP: Final = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_ACDSEE: Final = "{http://ns.acdsee.com/iptc/1.0/}"
CREATED: Final = (f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated")
DIGITIZED: Final = (f"{_EXIF}DateTimeDigitized", f"{_XMP}CreateDate")
_KEYWORDS: Final = (f"{_DC}subject", f"{_ACDSEE}keywords")
_CATEGORIES: Final = f"{_ACDSEE}categories"
"""Keywords in hierarchies: XML in a text."""
_ASSIGNED: Final = "1"


def read(content: bytes, now: datetime) -> PictureFacts:
    """Raises Unreadable. `now`: with an offset; dates more than a day later are nonsense."""
    tags = properties(content)
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
        favorite=stars == FAVORITE_STARS,
        properties=values,
        regions=regions(tags),
    )


def _paths(tags: Properties) -> Iterator[list[str]]:
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
    latitude = _degrees(tags, f"{_EXIF}GPSLatitude")
    longitude = _degrees(tags, f"{_EXIF}GPSLongitude")
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
    above, _, below = (_value(tags, f"{_EXIF}GPSAltitude") or "").partition("/")
    metres, divisor = facts.number(above), facts.number(below or 1)
    if metres is None or not divisor:
        return None
    return (-1 if _value(tags, f"{_EXIF}GPSAltitudeRef") == "1" else 1) * metres / divisor


SIDECAR: Final = Sidecar(read=read)
