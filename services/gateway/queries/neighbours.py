"""The photos before and behind one, in the order of the page that it was opened from: as a viewer wants them."""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.gateway.queries.timeline import AS_ADDED, BACKWARDS, KEYS, NEWEST, OLDEST, selected
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views

_FILMS: Final = """SELECT photo_id, film_id FROM live_pair
  WHERE photo_id IN (SELECT value FROM json_each(?)) ORDER BY film_name, film_id"""


_SIDE: Final = (
    "SELECT '{side}', key, tie, image_id FROM ({sql} AND {keys} {sign} (?, ?) ORDER BY {by} LIMIT ?)"
)


class Around(msgspec.Struct, frozen=True):
    before: list[str]
    """Ids, nearest last."""
    behind: list[str]
    """Ids, nearest first."""


def order_of(sort: str | None, by_hand: bool, own: str) -> str:
    """The sort that is meant: what was asked for where that can be, else the list's own."""
    return sort if sort in (NEWEST, OLDEST) or (sort == AS_ADDED and by_hand) else own


async def around(views: Views, chosen: Filter, sort: str, image_id: str, limit: int) -> Around | None:
    """At most `limit` on each side. None when the photo is not, or no longer, among them."""
    sql, parameters = await selected(views, chosen, sort)
    here = await views.fetch(f"{sql} AND i.image_id = ?", [*parameters, image_id])
    if not here:
        return None
    keys, behind, order = KEYS[sort]
    before, backwards = BACKWARDS[sort]
    sides = " UNION ALL ".join(
        _SIDE.format(side=side, sql=sql, keys=keys, sign=sign, by=by)
        for side, sign, by in (("before", before, backwards), ("behind", behind, order))
    )
    rows = await views.fetch(sides, [*parameters, *here[0][:2], limit] * 2)
    in_order = sorted(rows, key=lambda row: row[1:3], reverse=sort == NEWEST)
    return Around(
        before=[row[3] for row in in_order if row[0] == "before"],
        behind=[row[3] for row in in_order if row[0] == "behind"],
    )


async def films_of(views: Views, ids: Sequence[str]) -> dict[str, list[str]]:
    """Live photo -> its films, of those that have any."""
    found: dict[str, list[str]] = {}
    rows: list[tuple[Any, ...]] = list(await views.fetch(_FILMS, (json.dumps(list(ids)),)))
    for photo, film in rows:
        found.setdefault(photo, []).append(film)
    return found
