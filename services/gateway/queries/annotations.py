"""What the files beside a picture and its own bytes say of it, together."""

import json
from collections.abc import Iterable
from typing import Any, Final

import msgspec


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """The files beside it first, as a person may have changed them."""

    description: str | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    favorite: bool
    archived: bool
    trashed: bool
    people: list[str]
    keywords: list[str]


class _Source(msgspec.Struct, frozen=True, kw_only=True):
    rank: int
    place: str
    beside: bool
    """A file, and not the picture's own bytes."""
    description: str | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    favorite: int
    archived: int
    trashed: int
    people: str
    """JSON lists."""
    keywords: str


ANNOTATIONS: Final = """SELECT 99, '', 0, description, latitude, longitude, altitude_m, 0, 0, 0, '[]', '[]'
    FROM image WHERE image_id = ?1
  UNION ALL
  SELECT ifnull((SELECT k.rank FROM claimant k WHERE k.name = kind), 99), root || folder || sidecar.name, 1,
    description, latitude, longitude, altitude_m, favorite, archived, trashed, people, keywords
    FROM sidecar WHERE image_id = ?1"""


def annotations_of(rows: Iterable[tuple[Any, ...]]) -> Annotations:
    """It is in the trash when every file beside it says so, the rest when any does."""
    sources = sorted(map(_source, rows), key=lambda one: (one.rank, one.place))
    beside = [one for one in sources if one.beside]
    latitude, longitude, altitude_m = _position(sources)
    return Annotations(
        description=next((one.description for one in sources if one.description), None),
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude_m,
        favorite=any(one.favorite for one in beside),
        archived=any(one.archived for one in beside),
        trashed=bool(beside) and all(one.trashed for one in beside),
        people=_each_once(one.people for one in beside),
        keywords=_each_once(one.keywords for one in beside),
    )


def _source(row: tuple[Any, ...]) -> _Source:
    return _Source(**dict(zip(_Source.__struct_fields__, row, strict=True)))


def _position(sources: Iterable[_Source]) -> tuple[float | None, float | None, float | None]:
    """Latitude, longitude and altitude: all three of one source, the first that has a place."""
    for one in sources:
        if one.latitude is not None and one.longitude is not None:
            return one.latitude, one.longitude, one.altitude_m
    return None, None, None


def _each_once(lists: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for some in lists for name in json.loads(some)))
