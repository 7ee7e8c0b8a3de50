"""People in XMP: names in lists, and names of the faces that programs frame in a picture.

Sources: Guidelines for Handling Image Metadata (Metadata Working Group, 2.0), IPTC Photo Metadata Standard, Microsoft's
People Tagging Overview; ACDSee's own files.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from services.gateway.sidecars import facts
from services.gateway.sidecars.rdf import (
    Properties,
    Value,
    field,
    first,
    in_default_language,
    items,
    structures,
)

_IPTC: Final = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_MWG: Final = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_MICROSOFT: Final = "{http://ns.microsoft.com/photo/1.2/}"
_MICROSOFT_INFO: Final = "{http://ns.microsoft.com/photo/1.2/t/RegionInfo#}"
_MICROSOFT_REGION: Final = "{http://ns.microsoft.com/photo/1.2/t/Region#}"
_ACDSEE: Final = "{http://ns.acdsee.com/regions/}"

_LISTS: Final = (f"{_IPTC}PersonInImage", "{http://ns.iview-multimedia.com/mediapro/1.0/}People")


class _Regions(NamedTuple):
    property: str
    person: str
    """The field of each region with a person's name."""
    kind: str = ""
    """The field that tells faces from pets, bar codes and the focus; empty: all are people."""


_REGIONS: Final = (
    _Regions(f"{_MWG}Regions", f"{_MWG}Name", f"{_MWG}Type"),
    _Regions(f"{_MICROSOFT}RegionInfo", f"{_MICROSOFT_REGION}PersonDisplayName"),
    _Regions(f"{_MICROSOFT_INFO}Regions", f"{_MICROSOFT_REGION}PersonDisplayName"),
    _Regions(f"{_ACDSEE}Regions", f"{_ACDSEE}Name", f"{_ACDSEE}Type"),
    _Regions(f"{_IPTC}ImageRegion", f"{_IPTC}PersonInImage"),
    _Regions(f"{_IPTC}PersonInImageWDetails", f"{_IPTC}PersonName"),
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


def _is_person(kind: Value) -> bool:
    return (first(items(kind)) or _FACE).lower() == _FACE
