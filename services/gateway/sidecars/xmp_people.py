"""People in XMP: names in lists, and the faces that programs frame in a picture.

Sources: Guidelines for Handling Image Metadata (Metadata Working Group, 2.0), IPTC Photo Metadata Standard, Microsoft's
People Tagging Overview; ACDSee's own files.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from services.domain.photos.properties import Region
from services.gateway.sidecars import facts
from services.gateway.sidecars.namespaces import (
    AREA,
    DIMENSIONS,
    IPTC_EXT,
    MP,
    MP_INFO,
    MP_REGION,
    MWG_REGIONS,
)
from services.gateway.sidecars.rdf import (
    Properties,
    Value,
    field,
    first,
    in_default_language,
    items,
    structures,
)

_ACDSEE: Final = "{http://ns.acdsee.com/regions/}"

_LISTS: Final = (f"{IPTC_EXT}PersonInImage", "{http://ns.iview-multimedia.com/mediapro/1.0/}People")


class _Regions(NamedTuple):
    property: str
    person: str
    """The field of each region with a person's name."""
    kind: str = ""
    """The field that tells faces from pets, bar codes and the focus; empty: all are people."""


_REGIONS: Final = (
    _Regions(f"{MWG_REGIONS}Regions", f"{MWG_REGIONS}Name", f"{MWG_REGIONS}Type"),
    _Regions(f"{MP}RegionInfo", f"{MP_REGION}PersonDisplayName"),
    _Regions(f"{MP_INFO}Regions", f"{MP_REGION}PersonDisplayName"),
    _Regions(f"{_ACDSEE}Regions", f"{_ACDSEE}Name", f"{_ACDSEE}Type"),
    _Regions(f"{IPTC_EXT}ImageRegion", f"{IPTC_EXT}PersonInImage"),
    _Regions(f"{IPTC_EXT}PersonInImageWDetails", f"{IPTC_EXT}PersonName"),
)
_FACE: Final = "face"


def people(properties: Properties) -> list[str]:
    """Each once."""
    return facts.texts(_names(properties), facts.MOST_PEOPLE)


def _names(properties: Properties) -> Iterator[str]:
    for name in _LISTS:
        yield from items(properties.get(name))
    for regions in _REGIONS:
        for region in structures(properties.get(regions.property)):
            if _is_person(field(region, regions.kind) if regions.kind else None):
                yield in_default_language(field(region, regions.person)) or ""


def regions(properties: Properties) -> list[Region]:
    """Faces with a name and a rectangle; a point and a circle have none, and pixels count for nothing: editors that
    know nothing of regions change a picture's size. One more than the limit, as in `facts.texts`."""
    applied = _applied(properties)
    faces = (
        *(facts.region(name, _around(area), applied) for name, area in _areas(properties)),
        *(facts.region(name, text.split(",")) for name, text in _rectangles(properties)),
        *(facts.region(name, corner) for name, corner in _boundaries(properties)),
    )
    return list({(one.name, one.x, one.y): one for one in faces if one}.values())[: facts.MOST_REGIONS + 1]


def _applied(properties: Properties) -> list[str | None]:
    """Pixels of the picture that MWG's regions were drawn in."""
    regions = properties.get(f"{MWG_REGIONS}Regions")
    size = field(regions, f"{MWG_REGIONS}AppliedToDimensions") if isinstance(regions, Element) else None
    return [_text(size, f"{DIMENSIONS}{side}") for side in "wh"] if isinstance(size, Element) else []


def _areas(properties: Properties) -> Iterator[tuple[str | None, Element]]:
    """The Metadata Working Group's."""
    for region in structures(properties.get(f"{MWG_REGIONS}Regions")):
        area = field(region, f"{MWG_REGIONS}Area")
        if not isinstance(area, Element) or not _is_person(field(region, f"{MWG_REGIONS}Type")):
            continue
        if (_text(area, f"{AREA}unit") or "normalized").lower() == "normalized":
            yield in_default_language(field(region, f"{MWG_REGIONS}Name")), area


def _around(area: Element) -> list[float]:
    """The corner and the size of a rectangle given by its centre; nothing if it isn't whole."""
    x, y, width, height = (facts.number(_text(area, f"{AREA}{name}")) for name in "xywh")
    if x is None or y is None or width is None or height is None:
        return []
    return [x - width / 2, y - height / 2, width, height]


def _rectangles(properties: Properties) -> Iterator[tuple[str | None, str]]:
    """Microsoft's: `x, y, width, height`."""
    for name in (f"{MP}RegionInfo", f"{MP_INFO}Regions"):
        for region in structures(properties.get(name)):
            person = in_default_language(field(region, f"{MP_REGION}PersonDisplayName"))
            yield person, _text(region, f"{MP_REGION}Rectangle") or ""


def _boundaries(properties: Properties) -> Iterator[tuple[str | None, list[str | None]]]:
    """IPTC's."""
    for region in structures(properties.get(f"{IPTC_EXT}ImageRegion")):
        boundary = field(region, f"{IPTC_EXT}RegionBoundary")
        if isinstance(boundary, Element) and _text(boundary, f"{IPTC_EXT}rbUnit") == "relative":
            corner = [_text(boundary, f"{IPTC_EXT}{name}") for name in ("rbX", "rbY", "rbW", "rbH")]
            yield in_default_language(field(region, f"{IPTC_EXT}PersonInImage")), corner


def _text(structure: Element, name: str) -> str | None:
    return first(items(field(structure, name)))


def _is_person(kind: Value) -> bool:
    return (first(items(kind)) or _FACE).lower() == _FACE
