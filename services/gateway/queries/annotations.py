"""A photo's annotations, combined from its sidecar files and its own metadata."""

import json
from collections.abc import Iterable
from typing import Any, Final

import msgspec


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """Sidecars take precedence, as the user may have edited them."""

    description: str | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    favorite: bool
    archived: bool
    trashed: bool
    people: list[str]
    keywords: list[str]


class _Source(msgspec.Struct, frozen=True):
    rank: int
    place: str
    beside: bool
    """Whether this is a sidecar rather than the photo's own metadata."""
    description: str | None
    latitude: float | None
    longitude: float | None
    altitude_m: float | None
    favorite: int
    archived: int
    trashed: int
    people: str
    keywords: str
    """Both are JSON lists."""


ANNOTATIONS: Final = """SELECT 99, '', 0, description, latitude, longitude, altitude_m, 0, 0, 0, '[]', '[]'
    FROM image WHERE image_id = ?1
  UNION ALL
  SELECT 99, '', 0, NULL, NULL, NULL, NULL, favorite, 0, 0, people, keywords FROM own_words WHERE image_id = ?1
  UNION ALL
  SELECT ifnull((SELECT k.rank FROM claimant k WHERE k.name = kind), 99), root || folder || sidecar.name, 1,
    description, latitude, longitude, altitude_m, favorite, archived, trashed, people, keywords
    FROM sidecar WHERE image_id = ?1"""


def annotations_of(rows: Iterable[tuple[Any, ...]]) -> Annotations:
    """A photo is in the trash if every sidecar says so; other flags are set if any source sets them."""
    sources = sorted((_Source(*row) for row in rows), key=lambda one: (one.rank, one.place))
    beside = [one for one in sources if one.beside]
    latitude, longitude, altitude_m = _position(sources)
    return Annotations(
        description=next((one.description for one in sources if one.description), None),
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude_m,
        favorite=any(one.favorite for one in sources),
        archived=any(one.archived for one in beside),
        trashed=bool(beside) and all(one.trashed for one in beside),
        people=_each_once(one.people for one in sources),
        keywords=_each_once(one.keywords for one in sources),
    )


def _position(sources: Iterable[_Source]) -> tuple[float | None, float | None, float | None]:
    """Latitude, longitude and altitude, all from the first source that has a position."""
    for one in sources:
        if one.latitude is not None and one.longitude is not None:
            return one.latitude, one.longitude, one.altitude_m
    return None, None, None


def _each_once(lists: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for some in lists for name in json.loads(some)))
