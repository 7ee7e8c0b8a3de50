"""A photo's annotations: what people say of it counts first, then its sidecar files, then its own metadata."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from services.gateway.queries.properties import Value
from services.knowledge.precedence import CAPTION, TITLE


class Annotations(msgspec.Struct, frozen=True, kw_only=True):
    """Sidecars precede the file itself, as the user may have edited them."""

    title: str | None
    description: str | None
    """The caption."""
    rating: int
    """Stars, 0 to 5; 0: nobody gave any."""
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


ANNOTATIONS: Final = """SELECT image_id, 99, '', 0, description, latitude, longitude, altitude_m, 0, 0, 0, '[]', '[]'
    FROM image WHERE image_id {0}
  UNION ALL
  SELECT image_id, 99, '', 0, NULL, NULL, NULL, NULL, favorite, 0, 0, people, keywords
    FROM own_words WHERE image_id {0}
  UNION ALL
  SELECT image_id, ifnull((SELECT k.rank FROM claimant k WHERE k.name = kind), 99),
    root || folder || sidecar.name, 1,
    description, latitude, longitude, altitude_m, favorite, archived, trashed, people, keywords
    FROM sidecar WHERE image_id {0}"""

REMARKS: Final = """SELECT image_id, field, item, value FROM remark WHERE image_id {0}
  UNION ALL SELECT image_id, 'stars', '', stars FROM shown_rating WHERE image_id {0}
  UNION ALL SELECT image_id, 'decision', category_id, assigned FROM decision
    WHERE image_id {0} AND category_id IN ('kind-favorite', 'kind-archived')
  UNION ALL SELECT image_id, 'binned', '', 1 FROM binned WHERE image_id {0}"""
"""Of which photos: `images.ONE` or `images.SOME`; likewise above."""

Said = Mapping[tuple[str, str], Any]
"""(field, item) -> value."""


def annotations_of(
    rows: Iterable[tuple[Any, ...]],
    remarks: Iterable[tuple[Any, ...]] = (),
    properties: Mapping[str, Sequence[Value]] = {},
) -> Annotations:
    """Flags are set if any source sets them, unless a person says otherwise. `rows` and `remarks`: those of ANNOTATIONS
    and REMARKS, without the photo's id. `properties`: the values of each, the one that counts first."""
    sources = sorted((_Source(*row) for row in rows), key=lambda one: (one.rank, one.place))
    beside = [one for one in sources if one.beside]
    user: Said = {(field, item): value for field, item, value in remarks}
    latitude, longitude, altitude_m = _position(user, sources)
    return Annotations(
        title=_first(properties, TITLE),
        description=_first(properties, CAPTION)
        if properties.get(CAPTION)
        else next((one.description for one in sources if one.description), None),
        rating=max(user.get(("stars", "")) or 0, 0),
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude_m,
        favorite=_decided(user, "kind-favorite", any(one.favorite for one in sources)),
        archived=_decided(user, "kind-archived", any(one.archived for one in beside)),
        trashed=("binned", "") in user,
        people=_names("people", user, (one.people for one in sources)),
        keywords=_names("keywords", user, (one.keywords for one in sources)),
    )


def _position(user: Said, sources: Iterable[_Source]) -> tuple[float | None, float | None, float | None]:
    """Latitude, longitude and altitude, all from the first source that has a position."""
    if place := user.get(("place", "")):
        latitude, longitude = map(float, place.split(","))
        return latitude, longitude, None
    for one in sources:
        if one.latitude is not None and one.longitude is not None:
            return one.latitude, one.longitude, one.altitude_m
    return None, None, None


def _first(properties: Mapping[str, Sequence[Value]], name: str) -> str | None:
    """The value that counts; None if there is none, or a person has taken it away."""
    return next((one.value for one in properties.get(name, ())), None) or None


def _decided(user: Said, category: str, otherwise: bool) -> bool:
    return bool(user.get(("decision", category), otherwise))


def _names(field: str, user: Said, lists: Iterable[str]) -> list[str]:
    """Those of the files that nobody has taken away, then those that people gave."""
    files = [name for some in lists for name in json.loads(some)]
    own = [item for (of, item), present in user.items() if of == field and present]
    return [name for name in dict.fromkeys([*files, *own]) if user.get((field, name), 1)]
