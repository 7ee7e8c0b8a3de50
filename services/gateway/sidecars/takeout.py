"""Google Takeout's JSON as facts: of a picture, and of an album. What is not as expected is left out."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from services.gateway.sidecars.contract import AlbumFile, Sidecar
from services.gateway.sidecars.facts import (
    LARGEST,
    NotASidecar,
    Place,
    Unreadable,
    iso,
    name,
    number,
    place,
    sensible,
    text,
    texts,
)
from services.gateway.sidecars.takeout_folders import is_trash_folder
from services.gateway.sidecars.takeout_rules import RULES, is_album_candidate, titles

MOST_PEOPLE: Final = 100
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ALBUM: Final = frozenset({"access", "date", "albumData", "sharedAlbumComments"})
"""What an album's file holds and a picture's doesn't."""


class Takeout(msgspec.Struct, frozen=True, kw_only=True):
    title: str | None = None
    """The picture's name as it was given to Google."""
    taken_at: str | None = None
    """ISO 8601, UTC."""
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    """As it was written; it may look like markup, and is none."""
    favorite: bool = False
    archived: bool = False
    trashed: bool = False
    people: list[str] = []


def read(content: bytes, now: datetime) -> Takeout:
    """Raises Unreadable and NotASidecar. `now`: with offset; what is later by more than a day is nonsense."""
    found = _object(content)
    if not ("photoTakenTime" in found or ("title" in found and not _ALBUM & found.keys())):
        raise NotASidecar("This JSON file describes no photo.")
    where = _place(found.get("geoData"))
    if where.latitude is None:
        where = _place(found.get("geoDataExif"))
    people = found.get("people")
    return Takeout(
        title=name(found.get("title")),
        taken_at=_taken(found.get("photoTakenTime"), now),
        latitude=where.latitude,
        longitude=where.longitude,
        altitude_m=where.altitude_m,
        description=text(found.get("description")),
        favorite=found.get("favorited") is True,
        archived=found.get("archived") is True,
        trashed=found.get("trashed") is True,
        people=texts(
            (person.get("name") for person in people if isinstance(person, dict))
            if isinstance(people, list)
            else (),
            MOST_PEOPLE,
        ),
    )


def album_title(content: bytes) -> str | None:
    """None for an album without one, for what is no album's file, and for what can't be read."""
    try:
        found = _object(content)
    except Unreadable:
        return None
    inner = found.get("albumData")
    if isinstance(inner, dict):
        return name(inner.get("title"))
    if "photoTakenTime" in found or not (_ALBUM & found.keys()):
        return None
    return name(found.get("title"))


def _object(content: bytes) -> dict[str, Any]:
    """Python's own decoder: it takes the byte order marks, UTF-16 and the halves of emoji that Google's cuts leave."""
    if len(content) > LARGEST:
        raise Unreadable("This JSON file is larger than 4 MB, so it describes no photo.")
    try:
        found = json.loads(content, strict=False)
    except RecursionError as error:
        raise Unreadable("This JSON file is nested too deeply to be read.") from error
    except ValueError as error:
        raise Unreadable("This JSON file is damaged or cut off.") from error
    if not isinstance(found, dict):
        raise Unreadable("This JSON file holds no description of a photo.")
    return found


def _taken(value: Any, now: datetime) -> str | None:
    seconds = number(value.get("timestamp")) if isinstance(value, dict) else None
    if not seconds:  # 0 is what Google writes when it doesn't know
        return None
    try:
        moment = _EPOCH + timedelta(
            seconds=int(seconds)
        )  # fromtimestamp refuses negative ones on some systems
    except OverflowError:
        return None
    return iso(moment) if sensible(moment, now) else None


def _place(value: Any) -> Place:
    if not isinstance(value, dict):
        return Place()
    return place(*(number(value.get(key)) for key in ("latitude", "longitude", "altitude")))


SIDECAR: Final = Sidecar(
    read=read,
    titles=titles,
    rules=RULES,
    album=AlbumFile(is_album_candidate, album_title),
    is_trash=is_trash_folder,
)
