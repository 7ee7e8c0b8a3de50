"""Facts from XMP, in a picture or in a file next to it by Lightroom, digiKam, darktable or Apple Photos.

RDF can express the same property as an attribute or an element; both are read. DTDs and entities are rejected.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

import msgspec
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from services.gateway.sidecars import facts
from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.facts import LARGEST, Place, Unreadable
from services.knowledge.dates import sensible
from services.knowledge.stated import Stated, most_exact, stated

DEEPEST: Final = 64
"""Levels of nesting; real files have about ten."""
MOST_ELEMENTS: Final = 100_000

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_EXIF: Final = "{http://ns.adobe.com/exif/1.0/}"
_PHOTOSHOP: Final = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
CREATED: Final = (f"{_EXIF}DateTimeOriginal", f"{_PHOTOSHOP}DateCreated")
DIGITIZED: Final = (f"{_EXIF}DateTimeDigitized", f"{_XMP}CreateDate")

Properties: TypeAlias = Mapping[str, "str | Element"]
"""By qualified name; the first of each name wins."""


class Xmp(msgspec.Struct, frozen=True, kw_only=True):
    taken_at: str | None = None
    """ISO 8601, with the offset if known; without a time noon, without a day the first one."""
    taken_stated: int = 0
    """Leading characters of `taken_at` that are stated (`knowledge.stated`)."""
    digitized: bool = False
    """`taken_at` is when the picture was digitized: there is no date of taking."""
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    keywords: list[str] = []
    favorite: bool = False
    """Five stars."""


def read(content: bytes, now: datetime) -> Xmp:
    """Raises Unreadable. `now`: with an offset; dates more than a day later are nonsense."""
    properties = _properties(_parse(content))
    created = _taken(properties, CREATED, now)
    date = created or _taken(properties, DIGITIZED, now)
    return Xmp(
        taken_at=facts.iso(date.moment) if date else None,
        taken_stated=date.digits if date else 0,
        digitized=date is not None and created is None,
        **_place(properties)._asdict(),
        description=_in_default_language(properties.get(f"{_DC}description")),
        keywords=facts.texts(_items(properties.get(f"{_DC}subject")), facts.MOST_KEYWORDS),
        favorite=facts.number(_value(properties, f"{_XMP}Rating")) == 5,
    )


class _Bounded(TreeBuilder):
    """Rejects a file whose elements would fill the memory."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise Unreadable("This XMP file is nested too deeply or has too many parts.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def _parse(content: bytes) -> Element:
    if len(content) > LARGEST:
        raise Unreadable("This XMP file is larger than 4 MB.")
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = content.strip(b"\0 \t\r\n")
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        parser.feed(content)
        root = parser.close()
    except DefusedXmlException as error:
        raise Unreadable("This XMP file declares entities or a document type, which is not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable("This XMP file is damaged or cut off.") from error
    assert isinstance(root, Element)
    return root


def _properties(root: Element) -> Properties:
    properties: dict[str, str | Element] = {}
    blocks = list(root.iter(f"{_RDF}RDF"))
    if not blocks:
        raise Unreadable("This XMP file holds no description of a photo.")
    for description in (one for block in blocks for one in block.findall(f"{_RDF}Description")):
        for key, value in description.attrib.items():
            properties.setdefault(key, value)
        for element in description:
            properties.setdefault(element.tag, element)
    return properties


def _items(value: str | Element | None) -> Iterator[str]:
    """Of a list; a single text is a list of one."""
    if isinstance(value, str):
        yield value
    elif value is not None:
        items = [item.text or "" for item in value.iter(f"{_RDF}li")]
        yield from items or [value.text or ""]


def _in_default_language(value: str | Element | None) -> str | None:
    items: Iterable[Element] = value.iter(f"{_RDF}li") if isinstance(value, Element) else ()
    default = _first(item.text for item in items if item.get(_LANGUAGE, "").lower() == "x-default")
    return default or _first(_items(value))


def _value(properties: Properties, key: str) -> str | None:
    return _first(_items(properties.get(key)))


def _first(values: Iterable[str | None]) -> str | None:
    return next((clean for value in values if (clean := facts.text(value))), None)


def _taken(properties: Properties, names: Iterable[str], now: datetime) -> Stated | None:
    dates = (stated(_value(properties, name) or "") for name in names)
    return most_exact(date for date in dates if date and sensible(date.moment, now))


_DEGREES: Final = re.compile(
    r"([+-]?)(\d{1,3}(?:\.\d{1,15})?)(?:,(\d{1,3}(?:\.\d{1,15})?))?(?:,(\d{1,3}(?:\.\d{1,15})?))?\s*([NSEWnsew]?)"
)


def _place(properties: Properties) -> Place:
    latitude = _degrees(properties, f"{_EXIF}GPSLatitude")
    longitude = _degrees(properties, f"{_EXIF}GPSLongitude")
    return facts.place(latitude, longitude, _altitude(properties))


def _degrees(properties: Properties, key: str) -> float | None:
    """`48,51.5N`, `48,51,30N`, or a plain number with the hemisphere in a separate property."""
    match = _DEGREES.fullmatch(_value(properties, key) or "")
    if not match:
        return None
    degrees = sum(float(part or 0) / 60.0**index for index, part in enumerate(match.group(2, 3, 4)))
    half = (match[5] or _value(properties, f"{key}Ref") or "").upper()
    return -degrees if match[1] == "-" or half.startswith(("S", "W")) else degrees


def _altitude(properties: Properties) -> float | None:
    above, _, below = (_value(properties, f"{_EXIF}GPSAltitude") or "").partition("/")
    metres, divisor = facts.number(above), facts.number(below or 1)
    if metres is None or not divisor:
        return None
    return (-1 if _value(properties, f"{_EXIF}GPSAltitudeRef") == "1" else 1) * metres / divisor


SIDECAR: Final = Sidecar(read=read)
