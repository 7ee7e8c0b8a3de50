"""What osxphotos says of an Apple Photos library: `osxphotos query --json`, a list of all photos, and
`osxphotos export --sidecar json`, a file beside each.

Source: osxphotos' `PhotoInfo.json()`. Its fingerprints are made by Apple's own frameworks, so photos are found by their
original names, sizes and dates, or below `originals` in the library itself.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from services.domain.photos.properties import Region
from services.gateway.imports.contract import ImportRecord, Told, require_few
from services.gateway.sidecars import exiftool, facts, json_text, kinds
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Unreadable
from services.knowledge.dates import sensible
from services.knowledge.precedence import TITLE
from services.knowledge.stated import stated

_MARKS: Final = frozenset({"uuid", "original_filename", "date"})
_NOBODY: Final = "_UNKNOWN_"
"""A face without a name."""
_LARGEST: Final = 64 << 20


def read(content: bytes, path: str, now: datetime) -> Told:
    """Raises Unreadable and NotASidecar."""
    try:
        data = json_text.value(content, _LARGEST)
    except NotASidecar as error:
        if content.lstrip().startswith(b"["):
            raise Unreadable("This JSON file is damaged or cut off.") from error
        raise
    photos = data if isinstance(data, list) else [data]
    if photos and all(isinstance(one, dict) and one.keys() >= _MARKS for one in photos):
        return Told(records=require_few([_record(one, now) for one in photos]))
    return Told(records=[_beside(content, path, now)])


def _beside(content: bytes, path: str, now: datetime) -> ImportRecord:
    """Raises Unreadable and NotASidecar."""
    values = exiftool.read(content, now)
    title = next((one.value for one in values.properties if one.name == TITLE), None)
    return ImportRecord(path=kinds.base(path), facts=values, title=title, favorite=values.favorite)


def _record(photo: dict[str, Any], now: datetime) -> ImportRecord:
    date = stated(text) if isinstance(text := photo["date"], str) else None
    date = date if date and sensible(date.moment, now) else None
    size, place, original = photo.get("original_filesize"), photo.get("path"), photo["original_filename"]
    people = (one for one in _texts(photo, "persons") if one != _NOBODY)
    return ImportRecord(
        path=original if isinstance(original, str) else "",
        others=[place] if isinstance(place, str) else [],
        size=size if isinstance(size, int) and size > 0 else None,
        facts=PictureFacts(
            taken_at=facts.iso(date.moment) if date else None,
            taken_stated=date.digits if date else 0,
            **facts.place(
                facts.number(photo.get("latitude")), facts.number(photo.get("longitude")), None
            )._asdict(),
            description=facts.text(photo.get("description")),
            keywords=facts.texts(_texts(photo, "keywords"), facts.MOST_KEYWORDS),
            people=facts.texts(people, facts.MOST_PEOPLE),
            regions=list(islice(_regions(photo), facts.MOST_REGIONS + 1)),
            trashed=photo.get("intrash") is True,
        ),
        title=facts.line(photo.get("title")),
        albums=facts.texts(_texts(photo, "albums"), facts.MOST_KEYWORDS),
        favorite=photo.get("favorite") is True,
        hidden=photo.get("hidden") is True,
    )


def _regions(photo: dict[str, Any]) -> Iterator[Region]:
    """As it writes them into XMP: the middle of the face."""
    applied = (photo.get("original_width"), photo.get("original_height"))
    faces = photo.get("face_info")
    for face in faces if isinstance(faces, list) else ():
        area = face.get("mwg_rs_area") if isinstance(face, dict) else None
        x, y, width, height = (
            facts.number(area.get(one)) if isinstance(area, dict) else None for one in "xywh"
        )
        if x is None or y is None or width is None or height is None or face.get("name") == _NOBODY:
            continue
        if one := facts.region(face.get("name"), (x - width / 2, y - height / 2, width, height), applied):
            yield one


def _texts(photo: dict[str, Any], name: str) -> Iterator[str]:
    values = photo.get(name)
    yield from (one for one in values if isinstance(one, str)) if isinstance(values, list) else ()
