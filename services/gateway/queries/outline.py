"""The outline of a whole list of photos: counts by month and day, aspect ratios, and a cursor for each hundred; and
where in the list a photo is.

A few bytes per photo, from which the page lays out every row of the grid before it has any tile. SQLite puts them
together: a million rows in Python would take a gigabyte, and several seconds in which nothing else is answered.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec

from services.gateway.queries.timeline import A_DAY, ADDED, BACKWARDS, BY_TIME, NEWEST, check, selected
from services.gateway.search.filters import EVERYTHING, TIMELINE, Filter
from services.gateway.search.states import LEFT_OUT
from services.gateway.tables.cursor import Cursor, encode_cursor
from services.gateway.tables.pool import Views, cached
from services.knowledge.aspects import HUNDREDTHS
from services.knowledge.stated import UNDATED

STRIDE: Final = 100
"""Photos between two cursors, which are fetched together."""


class Run(msgspec.Struct, frozen=True):
    """The photos under one heading, in the list's order."""

    key: str
    """YYYY-MM, or YYYY-MM-DD of a day; empty in an order that is not by time."""
    count: int


class Outline(msgspec.Struct, frozen=True):
    count: int
    """Photos."""
    runs: list[Run]
    """Months."""
    days: list[Run]
    """In the same order; none in an album's own order."""
    shapes: msgspec.Raw
    """JSON: the aspect ratio of each photo (knowledge/aspects.py)."""
    cursors: list[str]
    """One for each hundred from the second on: its page starts after the cursor."""


_DAY: Final = f"iif(month = '{UNDATED}', '{UNDATED}-00', substr(taken_at, 1, 10))"
_DAYS: Final = f"""SELECT json_group_array(json_array(day, photos)) FROM (
  SELECT {_DAY} AS day, count(*) AS photos FROM ({{}}) GROUP BY key / {A_DAY}, day ORDER BY key / {A_DAY})"""
_NO_DAYS: Final = "SELECT '[]'"
_WHOLE: Final = f"""SELECT count(*), json_group_array({HUNDREDTHS}),
    json_group_array(json_array(place, key, tie)) FILTER (WHERE place % {STRIDE} = 0), ({{}})
  FROM (SELECT *, row_number() OVER (ORDER BY {{}}) AS place FROM ({{}}))"""
"""One statement, because photos may arrive between two: a layout must have as many shapes as its days have photos."""
_LEFT_OUT: Final = f"""SELECT image_id FROM image_category
  WHERE category_id IN (SELECT 'kind-archived' UNION ALL {LEFT_OUT})"""
"""Sorted, or each once, SQLite would go through the labels of all photos."""
_NOT_THESE: Final = "i.image_id NOT IN (SELECT value FROM json_each(?))"
_SOME: Final = "SELECT image_id, key, tie FROM ({}) WHERE image_id IN (SELECT value FROM json_each(?))"
_BEFORE: Final = "SELECT count(*) FROM ({}) WHERE (key, tie) {} (?, ?)"
_BETWEEN: Final = "SELECT image_id FROM ({}) WHERE (key, tie) BETWEEN (?, ?) AND (?, ?) ORDER BY {}"
_RUN: Final = "SELECT image_id FROM ({}) ORDER BY {} LIMIT ? OFFSET ?"
_AS_ONE: Final = "SELECT json_group_array(image_id) FROM ({})"


async def outline(views: Views, selection: Filter, sort: str) -> Outline:
    """Raises BadRequest."""
    check(sort, 1, selection)
    return await (_of_timeline(views, sort) if selection == TIMELINE else _of(views, selection, sort))


@cached
async def _of_timeline(views: Views, sort: str) -> Outline:
    """Found out again only if other photos are left out, not whenever something is said of one."""
    return await _made(views, EVERYTHING, sort, await _left_out(views))


@cached
async def _left_out(views: Views) -> str:
    """The ids of photos that are not in the timeline, visible or not, as JSON."""
    return json.dumps(sorted({row[0] for row in await views.fetch(_LEFT_OUT)}))


@cached
async def _of(views: Views, selection: Filter, sort: str) -> Outline:
    return await _made(views, selection, sort, "[]")


async def _made(views: Views, selection: Filter, sort: str, without: str) -> Outline:
    sql, parameters = await selected(views, selection, sort)
    if without != "[]":
        sql, parameters = f"{sql} AND {_NOT_THESE}", [*parameters, without]
    timed = sort in BY_TIME
    whole = _WHOLE.format(_DAYS.format(sql) if timed else _NO_DAYS, _order(sort), sql)
    rows = await views.fetch(whole, [*parameters * timed, *parameters])
    count, shapes, hundreds, by_day = rows[0] if rows else (0, "[]", "[]", "[]")
    days = _days(json.loads(by_day), sort)
    months = [Run(key, sum(day.count for day in of)) for key, of in groupby(days, lambda day: day.key[:7])]
    runs = months if timed else [Run("", count)] * bool(count)
    cursors = _cursors(json.loads(hundreds), days, sort)
    return Outline(count, runs, days, msgspec.Raw(shapes.encode()), cursors[: (count - 1) // STRIDE])


def _days(rows: Sequence[tuple[str, int]], sort: str) -> list[Run]:
    """`rows`: in the order of time. As in `grid.cells`, only a photo that advances in the list's direction starts a
    heading."""
    days = list[Run]()
    for day, count in reversed(rows) if sort == NEWEST else rows:
        if not days or (day < days[-1].key if sort == NEWEST else day > days[-1].key):
            days.append(Run(day, count))
        else:
            days[-1] = Run(days[-1].key, days[-1].count + count)
    return days


def _cursors(hundreds: list[Any], days: Iterable[Run], sort: str) -> list[str]:
    """`hundreds`: (place from 1, key, tie) of every hundredth photo, in the list's order."""
    cursors, rest, end, furthest = list[str](), iter(days), 0, ""
    for place, key, tie in hundreds:
        while end < place and (day := next(rest, None)):
            end, furthest = end + day.count, day.key
        cursors.append(encode_cursor(Cursor(sort, key, tie, furthest)))
    return cursors


async def place_of(views: Views, selection: Filter, sort: str, ids: Sequence[str]) -> tuple[str, int] | None:
    """The first of the photos `ids` that is in the list, and its index. Raises BadRequest."""
    check(sort, 1, selection)
    sql, parameters = await selected(views, selection, sort)
    there = await _keys(views, sql, parameters, ids)
    if (one := next((one for one in ids if one in there), None)) is None:
        return None
    rows = await views.fetch(_BEFORE.format(sql, BACKWARDS[sort][0]), [*parameters, *there[one]])
    return one, rows[0][0]


async def ids_between(views: Views, selection: Filter, sort: str, ends: tuple[str, str]) -> list[str] | None:
    """Photos of the list from one to another, inclusive and in either order; None if one of them isn't in it. Raises
    BadRequest."""
    check(sort, 1, selection)
    sql, parameters = await selected(views, selection, sort)
    there = await _keys(views, sql, parameters, ends)
    if not there.keys() >= {*ends}:
        return None
    least, greatest = sorted(there[end] for end in ends)
    return await _ids(views, _BETWEEN.format(sql, _order(sort)), [*parameters, *least, *greatest])


async def ids_of(views: Views, selection: Filter, sort: str, first: int, count: int) -> list[str]:
    """`count` photos of the list from index `first` on; all of them if it is -1. Raises BadRequest."""
    check(sort, 1, selection)
    sql, parameters = await selected(views, selection, sort)
    return await _ids(views, _RUN.format(sql, _order(sort)), [*parameters, count, first])


async def _ids(views: Views, sql: str, parameters: Sequence[Any]) -> list[str]:
    rows = await views.fetch(_AS_ONE.format(sql), parameters)
    ids: list[str] = json.loads(rows[0][0]) if rows else []
    return ids


async def _keys(
    views: Views, sql: str, parameters: Sequence[Any], ids: Sequence[str]
) -> dict[str, tuple[int | str, str]]:
    """Sort keys of those of the photos that are in the list."""
    rows = await views.fetch(_SOME.format(sql), [*parameters, json.dumps(ids)])
    return {image_id: (key, tie) for image_id, key, tie in rows}


def _order(sort: str) -> str:
    """The ORDER BY columns of a list's query by their names there."""
    return "key DESC, tie DESC" if sort in (NEWEST, ADDED) else "key, tie"
