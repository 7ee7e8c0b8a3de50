"""The photos before and after one, in the order of the page it was opened from, for the viewer."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from services.gateway.queries.months import months
from services.gateway.queries.timeline import ADDED, AS_ADDED, BACKWARDS, BY_TIME, KEYS, NEWEST, selected
from services.gateway.search.filters import Filter
from services.gateway.tables.pool import Views

_FILMS: Final = """SELECT photo_id, film_id FROM live_pair
  WHERE photo_id IN (SELECT value FROM json_each(?)) ORDER BY film_name, film_id"""
_SIDE: Final = (
    "SELECT '{side}', key, tie, image_id FROM ({sql} AND {keys} {sign} (?, ?) ORDER BY {by} LIMIT ?)"
)


_MONTH: Final = 5
"""Of the columns of a selection."""


class Around(msgspec.Struct, frozen=True):
    before: list[str]
    """Ids, nearest last."""
    behind: list[str]
    """Ids, nearest first."""


class PlaceInList(msgspec.Struct, frozen=True):
    place: int
    """Of a photo in its list, from 1."""
    total: int
    """Photos in the list."""


ALONE: Final = Around([], [])
"""Around a photo that is not in the list."""


def order_of(sort: str | None, by_hand: bool, own: str) -> str:
    """`sort` if the list supports it, else the list's own order."""
    return sort if sort in (*BY_TIME, ADDED) or (sort == AS_ADDED and by_hand) else own


async def around(views: Views, selection: Filter, sort: str, image_id: str, limit: int) -> Around | None:
    """At most `limit` ids on each side. None if the photo is not, or no longer, in the selection."""
    sql, parameters = await selected(views, selection, sort)
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
    in_order = sorted(rows, key=lambda row: row[1:3], reverse=sort in (NEWEST, ADDED))
    return Around(
        before=[row[3] for row in in_order if row[0] == "before"],
        behind=[row[3] for row in in_order if row[0] == "behind"],
    )


async def place_in_list(views: Views, selection: Filter, sort: str, image_id: str) -> PlaceInList | None:
    """None if the photo is not in the selection. Of a list by date, only the photo's month is counted anew: the
    numbers of the others are those of the list's page."""
    sql, parameters = await selected(views, selection, sort)
    here = await views.fetch(f"{sql} AND i.image_id = ?", [*parameters, image_id])
    if not here:
        return None
    key, tie, month = *here[0][:2], here[0][_MONTH]
    ahead, within = 0, f"{KEYS[sort][0]} {BACKWARDS[sort][0]} (?, ?)"
    counts = await months(views, selection)
    parameters = [*parameters, key, tie]
    if sort in BY_TIME:
        ahead = sum(
            number
            for one, number in counts.counts.items()
            if one != month and (one > month) == (sort == NEWEST)
        )
        within += " AND i.month = ?"
        parameters.append(month)
    rows = await views.fetch(f"SELECT count(*) FROM ({sql} AND {within})", parameters)
    return PlaceInList(ahead + rows[0][0] + 1, counts.total)


async def films_of(views: Views, ids: Sequence[str]) -> dict[str, list[str]]:
    """Live photo -> its videos, for the photos that have any."""
    films: dict[str, list[str]] = {}
    for photo, film in await views.fetch(_FILMS, (json.dumps(list(ids)),)):
        films.setdefault(photo, []).append(film)
    return films
