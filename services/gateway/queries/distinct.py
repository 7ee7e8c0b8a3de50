"""Which photos are no duplicates of which, as a person says."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from services.gateway.queries.similar import Apart, Item
from services.gateway.tables.pool import Views


class Distinct(msgspec.Struct, frozen=True):
    key: str
    """32 hex digits."""
    position: int
    """Where the log says so."""
    image_ids: list[str]
    image_id: str | None
    """The only one of them that is no duplicate of the others; None: no two of them are duplicates."""


_DISTINCT: Final = "SELECT key, position, image_ids, image_id FROM distinct_photos ORDER BY position DESC"


async def distinct_photos(views: Views) -> list[Distinct]:
    """The last said first."""
    rows = await views.fetch(_DISTINCT)
    return [Distinct(key, position, json.loads(ids), image_id) for key, position, ids, image_id in rows]


def distinction(distinct: Iterable[Distinct]) -> Apart:
    """For `AlikeSearch.groups`."""
    sides: dict[str, dict[str, int]] = {}
    """Image id -> key -> its side there; those on two sides are no duplicates of each other."""
    for one in distinct:
        for number, image_id in enumerate(one.image_ids):
            side = number if one.image_id is None else int(image_id == one.image_id)
            sides.setdefault(image_id, {})[one.key] = side

    def is_apart(item: Item, others: Sequence[Item]) -> bool:
        own = sides.get(item.image_id)
        return own is not None and any(_differ(own, sides.get(other.image_id, {})) for other in others)

    return is_apart


def _differ(one: dict[str, int], other: dict[str, int]) -> bool:
    return any(key in other and other[key] != side for key, side in one.items())
