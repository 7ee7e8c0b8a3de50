"""Facts from JSON that ExifTool writes (`-json`), and osxphotos after its example: a list with one object per picture.

Tags may be named with their group (`EXIF:DateTimeOriginal`, options -G and osxphotos), without it, or lie in an object
of their group (-g). Values may be printed for people or as numbers (-n). Of several tags with one name, the first
counts.
Source: https://exiftool.org/exiftool_pod.html#json
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice, zip_longest
from typing import Any, Final

from services.domain.photos.properties import Region
from services.gateway.sidecars import facts, json_text
from services.gateway.sidecars.contract import Sidecar
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Place
from services.gateway.sidecars.keywords import HIERARCHIES, keywords
from services.knowledge import precedence
from services.knowledge.dates import sensible
from services.knowledge.sidecars import FAVORITE_STARS
from services.knowledge.stated import Stated, most_exact, stated

_MARKS: Final = frozenset({"SourceFile", "_CreatedBy"})
"""One of them is in each object that ExifTool or osxphotos writes."""
_CREATED: Final = (
    ("DateTimeOriginal", "OffsetTimeOriginal"),
    ("CreationDate", ""),
    ("DateCreated", "TimeCreated"),
)
"""A date, and what completes it: its UTC offset or its time. Likeliest first."""
_DIGITIZED: Final = (
    ("CreateDate", "OffsetTimeDigitized"),
    ("DigitalCreationDate", "DigitalCreationTime"),
)
_TEXTS: Final = {
    precedence.TITLE: ("Title", "ObjectName", "XPTitle"),
    precedence.HEADLINE: ("Headline", "XPSubject"),
    precedence.CAPTION: ("Description", "ImageDescription", "Caption-Abstract", "UserComment", "XPComment"),
    precedence.LABEL: ("Label",),
    precedence.CREATOR: ("Creator", "By-line", "Artist", "XPAuthor"),
    precedence.COPYRIGHT: ("Rights", "CopyrightNotice", "Copyright"),
    "sublocation": ("Location", "Sub-location"),
    "city": ("City",),
    "state": ("State", "Province-State"),
    "country": ("Country", "Country-PrimaryLocationName"),
}
"""Property -> tags, likeliest first."""
_REGIONS: Final = (("RegionInfo", "RegionList", "Name"), ("RegionInfoMP", "Regions", "PersonDisplayName"))
"""A structure, its list of faces and their field of the name: of the Metadata Working Group, and Microsoft's."""
_FACE: Final = "Face"
_FILMS: Final = "QuickTime"
"""The group whose CreateDate is in UTC, unless the camera's maker got it wrong: never a date by the camera's clock."""

Tags = Mapping[str, Any]
"""By name without group."""


def read(content: bytes, now: datetime) -> PictureFacts:
    """Raises Unreadable and NotASidecar. `now`: with an offset; dates more than a day later are nonsense."""
    tags = _tags(json_text.value(content, marks=_MARKS))
    created = _taken(tags, _CREATED, now)
    date = created or _taken(tags, _DIGITIZED, now)
    words = keywords((word for name in ("Subject", "Keywords") for word in _items(tags, name)), _paths(tags))
    stars = facts.stars(tags.get("Rating"), tags.get("RatingPercent"))
    rating = [] if stars is None else [(precedence.RATING, str(stars))]
    values = facts.property_values([*_properties(tags), *rating])
    texts = {one.name: one.value for one in values}
    return PictureFacts(
        taken_at=facts.iso(date.moment) if date else None,
        taken_stated=date.digits if date else 0,
        digitized=date is not None and created is None,
        **_place(tags)._asdict(),
        description=texts.get(precedence.CAPTION),
        headline=texts.get(precedence.TITLE) or texts.get(precedence.HEADLINE),
        keywords=words.keywords,
        keyword_paths=words.keyword_paths,
        people=facts.texts(_people(tags), facts.MOST_PEOPLE),
        stars=stars,
        favorite=stars == FAVORITE_STARS,
        properties=values,
        regions=list(islice(_regions(tags), facts.MOST_REGIONS + 1)),
    )


def _properties(tags: Tags) -> Iterator[tuple[str, str]]:
    for name, keys in _TEXTS.items():
        yield from ((name, ", ".join(_items(tags, key))) for key in keys)


def _regions(tags: Tags) -> Iterator[Region]:
    """Only with the option -struct: otherwise the parts of a structure are lists of their own."""
    info = tags.get("RegionInfo", tags)
    size = info.get("AppliedToDimensions") if isinstance(info, dict) else None
    applied = [size.get(side) for side in "WH"] if isinstance(size, dict) else []
    for region in _structures(tags, "RegionInfo", "RegionList"):
        area = region.get("Area")
        if isinstance(area, dict) and region.get("Type", _FACE) == _FACE:
            x, y, width, height = (facts.number(area.get(side)) or 0.0 for side in "XYWH")
            corner = (x - width / 2, y - height / 2, width, height)
            if face := facts.region(region.get("Name"), corner, applied):
                yield face
    for region in _structures(tags, "RegionInfoMP", "Regions"):
        corners = _text(region.get("Rectangle")).split(",")
        if face := facts.region(region.get("PersonDisplayName"), corners):
            yield face


def _paths(tags: Tags) -> Iterator[list[str]]:
    for row in HIERARCHIES:
        yield from (item.split(row.separator) for item in _items(tags, row.exiftool))


def _people(tags: Tags) -> Iterator[str]:
    """From lists; structures, which ExifTool prints with -struct, it otherwise prints as a list for each field."""
    for name in ("PersonInImage", "RegionPersonDisplayName"):
        yield from _items(tags, name)
    names, kinds = list(_items(tags, "RegionName")), list(_items(tags, "RegionType"))
    if len(names) == len(kinds) or not kinds:
        yield from (name for name, kind in zip_longest(names, kinds, fillvalue=_FACE) if kind == _FACE)
    for info, regions, person in _REGIONS:
        for region in _structures(tags, info, regions):
            if region.get("Type", _FACE) == _FACE:
                yield _text(region.get(person))


def _structures(tags: Tags, name: str, field: str) -> Iterator[Mapping[str, Any]]:
    """Outside of groups, `_named` takes a structure for one."""
    structure = tags.get(name, tags)
    members = structure.get(field) if isinstance(structure, dict) else None
    yield from (one for one in members if isinstance(one, dict)) if isinstance(members, list) else ()


def _tags(data: Any) -> Tags:
    """Of the only picture in the file: of several it is unknown which lies beside it."""
    one = data[0] if isinstance(data, list) and len(data) == 1 else data
    if not isinstance(one, dict) or not _MARKS & one.keys():
        raise NotASidecar("This JSON file describes no photo.")
    tags: dict[str, Any] = {}
    for group, name, value in _named(one):
        if not (group == _FILMS and name == "CreateDate"):
            tags.setdefault(name, value)
    if str(tags.get("MIMEType", "")).startswith("video/"):
        tags.pop("CreateDate", None)
    return tags


def _named(one: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """(group, name, value); the group is empty if it is unknown."""
    for key, value in one.items():
        if isinstance(value, dict):
            yield from ((key, name, inner) for name, inner in value.items())
        else:
            group, _, name = key.rpartition(":")
            yield group, name, value


def _items(tags: Tags, name: str) -> Iterator[str]:
    """Of a list; a single one is a list of one. ExifTool writes keywords like 2019 as numbers."""
    value = tags.get(name)
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) or (isinstance(item, int) and not isinstance(item, bool)):
            yield _text(item)


def _text(value: Any) -> str:
    """Empty for anything but a text or a number of a sensible length."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    return value if isinstance(value, str) else str(value) if abs(value) < 10**18 else ""


def _taken(tags: Tags, names: Iterable[tuple[str, str]], now: datetime) -> Stated | None:
    dates = (_date(_text(tags.get(name)), _text(tags.get(rest))) for name, rest in names)
    return most_exact(date for date in dates if date and sensible(date.moment, now))


def _date(text: str, rest: str) -> Stated | None:
    date = stated(text)
    if date is None or date.moment.tzinfo or not rest:
        return date
    return stated(f"{text.strip()} {rest.strip()}") or date


_DEGREES: Final = re.compile(
    r"""([+-]?\d{1,3}(?:\.\d{1,20})?)(?:\s*deg)?(?:\s*(\d{1,2}(?:\.\d{1,20})?)')?(?:\s*(\d{1,2}(?:\.\d{1,20})?)")?"""
    r"\s*([NSEW]?)[a-z]*",
    re.ASCII,
)
"""`48 deg 51' 30.00" N`, `-48.85`, `48.85 South`."""
_METRES: Final = re.compile(r"(-?\d{1,6}(?:\.\d{1,20})?)(?:\s*m\b)?.*", re.ASCII)


def _place(tags: Tags) -> Place:
    return facts.place(_degrees(tags, "GPSLatitude"), _degrees(tags, "GPSLongitude"), _altitude(tags))


def _degrees(tags: Tags, name: str) -> float | None:
    match = _DEGREES.fullmatch(_printed(tags.get(name)))
    if not match:
        return None
    degrees = abs(float(match[1])) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600
    half = match[4] or _printed(tags.get(f"{name}Ref"))
    return -degrees if match[1].startswith("-") or half.startswith(("S", "W")) else degrees


def _altitude(tags: Tags) -> float | None:
    """`35.3 m Above Sea Level`, or a number; below the sea by the words or the reference."""
    text = _printed(tags.get("GPSAltitude"))
    match = _METRES.fullmatch(text)
    if not match:
        return None
    reference = _printed(tags.get("GPSAltitudeRef"))
    below = "below" in f"{text} {reference}".lower() or reference in ("1", "1.0") or match[1].startswith("-")
    return -abs(float(match[1])) if below else float(match[1])


def _printed(value: Any) -> str:
    """A number without an exponent."""
    if isinstance(value, str):
        return value.strip()
    number = facts.number(value)
    return f"{number:.9f}".rstrip("0").rstrip(".") if number is not None and abs(number) < 10**6 else ""


SIDECAR: Final = Sidecar(read=read, rules=())
