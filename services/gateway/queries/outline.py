"""The outline of a whole list of photos: counts by month, aspect ratios, and a cursor for each hundred.

A few bytes per photo, from which the page lays out every row of the grid before it has any tile.
"""

import json
from typing import Any, Final

import msgspec

from services.gateway.queries.timeline import BY_TIME, NEWEST, check, order_of, selected
from services.gateway.search.filters import Filter
from services.gateway.tables.cursor import Cursor, encode_cursor
from services.gateway.tables.pool import Views, cached

STRIDE: Final = 100
"""Photos between two cursors, which are fetched together."""


class Run(msgspec.Struct, frozen=True):
    """The photos under one heading, in the list's order."""

    key: str
    """YYYY-MM, or YYYY-MM-DD of a day; empty in an order that is not by time."""
    count: int


class Outline(msgspec.Struct, frozen=True):
    ids: list[str]
    runs: list[Run]
    """Months."""
    days: list[Run]
    """In the same order; none in an album's own order."""
    shapes: list[float]
    """Aspect ratio (width / height) of each photo."""
    cursors: list[str]
    """One for each hundred from the second on: its page starts after the cursor."""


_AS_ONE: Final = """SELECT json_group_array(json_array(key, tie, image_id, width, height,
    iif(month = '0000-00', '0000-00-00', substr(taken_at, 1, 10))))
  FROM ({} ORDER BY {})"""


@cached
async def outline(views: Views, selection: Filter, sort: str) -> Outline:
    """Raises BadRequest."""
    check(sort, 1, selection)
    sql, parameters = await selected(views, selection, sort)
    rows = await views.fetch(_AS_ONE.format(sql, order_of(sort)), parameters)
    return of(json.loads(rows[0][0]) if rows else [], sort)


def of(photos: list[list[Any]], sort: str) -> Outline:
    """`photos`: (key, tie, id, width, height, day). As in `grid.cells`, only a photo that advances in the list's
    direction starts a heading."""
    runs: list[list[Any]] = []
    days: list[list[Any]] = []
    shapes: list[float] = []
    cursors: list[str] = []
    furthest = ""
    for place, (key, tie, _, width, height, day) in enumerate(photos):
        ahead = _ahead(day, furthest, sort)
        _count(runs, day[:7] if ahead else "", begins=not runs or (ahead and day[:7] != furthest[:7]))
        if sort in BY_TIME:
            _count(days, day, begins=ahead)
        furthest = day if ahead else furthest
        shapes.append(width / height)
        if place % STRIDE == STRIDE - 1 and place + 1 < len(photos):
            cursors.append(encode_cursor(Cursor(sort, key, tie, furthest)))
    ids = [photo[2] for photo in photos]
    return Outline(ids, [Run(*run) for run in runs], [Run(*run) for run in days], shapes, cursors)


def _ahead(day: str, furthest: str, sort: str) -> bool:
    """Whether a day is further on in the list's direction than all before it."""
    return sort in BY_TIME and (not furthest or (day < furthest if sort == NEWEST else day > furthest))


def _count(runs: list[list[Any]], key: str, *, begins: bool) -> None:
    """One more photo of the last run, or the first one of another."""
    if begins:
        runs.append([key, 0])
    runs[-1][1] += 1
