"""Sorted photos, one page at a time."""

import re
from datetime import date
from typing import Any, Final

import msgspec

from services.gateway.search.filters import Filter, is_smart, where
from services.gateway.tables.cursor import Cursor, decode_cursor, encode_cursor
from services.gateway.tables.pool import Views
from services.kernel.sentence import Explained
from services.knowledge.stated import UNDATED

MAX_LIMIT: Final = 500
MANY: Final = 500
"""Above this many photos, a `+` keeps SQLite from fetching and sorting all of them when only 61 are wanted."""
NEWEST: Final = "-taken_at"
OLDEST: Final = "taken_at"
ADDED: Final = "-added"
"""Last added to the library first."""
AS_ADDED: Final = "album"
"""An album's manual order: as the photos were added, until the user moves them."""


class BadRequest(Explained):
    """An invalid sort or limit; the message lists the valid ones."""


class Tile(msgspec.Struct, frozen=True, array_like=True):
    """A photo as the grid shows it."""

    key: int | str
    tie: str
    image_id: str
    taken_ms: int
    taken_at: str
    month: str
    width: int
    height: int
    colour: str

    @property
    def day(self) -> str:
        """YYYY-MM-DD by the clock; that of no day if the date is unknown."""
        return f"{UNDATED}-00" if self.month == UNDATED else self.taken_at[:10]


class Page(msgspec.Struct, frozen=True):
    tiles: list[Tile]
    next: str | None
    """The next page's cursor; None on the last page."""
    position: int
    """The read tables' log position; 0 if there are none."""
    day: str
    """The furthest day that earlier pages showed, YYYY-MM-DD."""


_COLUMNS: Final = """i.image_id, i.taken_ms, i.taken_at, i.month, i.width, i.height, i.colour"""
_BY_DATE: Final = f"SELECT i.time_key AS key, i.tie AS tie, {_COLUMNS} FROM image i WHERE "
_BY_ADDITION: Final = f"SELECT i.position AS key, i.image_id AS tie, {_COLUMNS} FROM image i WHERE "
_BY_PLACE: Final = f"""SELECT a.rank AS key, i.image_id AS tie, {_COLUMNS}
  FROM album_image a JOIN image i USING (image_id)
  WHERE a.album_id = ? AND """
_AS_ONE: Final = """SELECT (SELECT max(position) FROM checkpoint), json_group_array(json_array(key, tie, image_id,
  taken_ms, taken_at, month, width, height, colour)) FROM"""
"""All tiles as one row: sqlite3 releases and reacquires the GIL for every row, up to 5 ms each under load."""
_tiles: Final = msgspec.json.Decoder(list[Tile])
NEWEST_FIRST: Final = "i.time_key DESC, i.tie DESC"
"""As `projections/order.sql` defines it; an index has it."""
OLDEST_FIRST: Final = "i.time_key, i.tie"
KEYS: Final = {
    NEWEST: ("(i.time_key, i.tie)", "<", NEWEST_FIRST),
    OLDEST: ("(i.time_key, i.tie)", ">", OLDEST_FIRST),
    ADDED: ("(i.position, i.image_id)", "<", "i.position DESC, i.image_id DESC"),
    AS_ADDED: ("(a.rank, i.image_id)", ">", "a.rank, i.image_id"),
}
BACKWARDS: Final = {
    NEWEST: (">", OLDEST_FIRST),
    OLDEST: ("<", NEWEST_FIRST),
    ADDED: (">", "i.position, i.image_id"),
    AS_ADDED: ("<", "a.rank DESC, i.image_id DESC"),
}
BY_TIME: Final = (NEWEST, OLDEST)
"""Sorts in which time advances: they have headings and months to jump to."""
_FROM: Final = {
    NEWEST: f"AND i.time_key < ? ORDER BY {NEWEST_FIRST} LIMIT 1",
    OLDEST: f"AND i.time_key >= ? ORDER BY {OLDEST_FIRST} LIMIT 1",
}
A_DAY: Final = 1_000_000_000
"""What the time key grows by each day."""
_FIRST: Final = -(10**18)
"""Below the time keys of photos whose date is unknown."""
_YEAR_0: Final = 365
"""Days between January 1st of the year 0, where the key begins, and the day before Python's first."""


async def selected(views: Views, selection: Filter, sort: str) -> tuple[str, list[Any]]:
    if sort != AS_ADDED:
        sql, parameters = await where(views, selection)
        return (_BY_ADDITION if sort == ADDED else _BY_DATE) + sql, parameters
    sql, parameters = await where(views, selection, in_album=True)
    return _BY_PLACE + sql, [selection.album, *parameters]


def order_of(sort: str) -> str:
    """The ORDER BY columns of a sort."""
    return KEYS[sort][2]


def check(sort: str, limit: int, selection: Filter) -> None:
    """Raises BadRequest."""
    if sort not in (*BY_TIME, ADDED) and not (sort == AS_ADDED and selection.album):
        raise BadRequest(
            "“sort” is “%(newest)s” (newest first), “%(oldest)s” (oldest first) or “%(added)s” (last added first).",
            newest=NEWEST,
            oldest=OLDEST,
            added=ADDED,
        )
    if not 1 <= limit <= MAX_LIMIT:
        raise BadRequest("“limit” is a number from 1 to %(most)s.", most=MAX_LIMIT)


async def page(
    views: Views,
    selection: Filter,
    sort: str = NEWEST,
    after: str | None = None,
    limit: int = 60,
    at: str | None = None,
    total: int = 0,
) -> Page:
    """The page after the cursor `after`, or from the month `at` (YYYY-MM or YYYY) on, or the first page.

    `total`: size of the selection, if known. For large ones, scanning the timeline finds the page faster.
    Raises BadRequest or cursor.BadCursor.
    """
    check(sort, limit, selection)
    if sort == AS_ADDED and await is_smart(views, selection.album):
        raise BadRequest(
            "A smart album has no order of its own: “sort” is “%(newest)s” or “%(oldest)s”.",
            newest=NEWEST,
            oldest=OLDEST,
        )
    cursor = decode_cursor(after, sort) if after else None
    sql, parameters = await selected(views, selection, sort)
    if total > MANY:
        sql = sql.replace("i.image_id IN (", "+i.image_id IN (").replace("i.month >=", "+i.month >=")
    keys, behind, order = KEYS[sort]
    if cursor is not None:
        sql += f" AND {keys} {behind} (?, ?)"
        parameters += [cursor.key, cursor.tie]
    elif at and sort in BY_TIME:
        start = await _start_of(views, selection, sort, at)
        if start is not None:
            sql += f" AND {keys} {behind}= (?, ?)"
            parameters += start
    rows = await views.fetch(f"{_AS_ONE} ({sql} ORDER BY {order} LIMIT ?)", [*parameters, limit + 1])
    tiles = _tiles.decode(rows[0][1]) if rows else []
    day = cursor.day if cursor else ""
    following = _following(tiles[:limit], sort, day) if len(tiles) > limit else None
    return Page(tiles[:limit], following, rows[0][0] or 0 if rows else 0, day)


def _following(tiles: list[Tile], sort: str, day: str) -> str:
    days = [tile.day for tile in tiles] + [day] * bool(day)
    furthest = min(days) if sort == NEWEST else max(days)
    return encode_cursor(Cursor(sort, tiles[-1].key, tiles[-1].tie, furthest))


async def _start_of(views: Views, selection: Filter, sort: str, month: str) -> tuple[int, str] | None:
    """Key and tie of the first photo in the month, or in the next one that has any in this order."""
    bound = _edge(month, sort)
    if bound is None:
        return None
    sql, parameters = await selected(views, selection, sort)
    rows = await views.fetch(f"{sql} {_FROM[sort]}", [*parameters, bound])
    return (rows[0][0], rows[0][1]) if rows else None


def day_key(day: date) -> int:
    """The time key where a day begins."""
    return (day.toordinal() + _YEAR_0) * A_DAY


def _edge(month: str, sort: str) -> int | None:
    """The time key where the month, or the year, begins or (exclusive) ends; None for anything else."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?", month)
    if not match:
        return None
    if UNDATED.startswith(month):
        return 0 if sort == NEWEST else _FIRST
    year, months = int(match[1]), int(match[2] or (12 if sort == NEWEST else 1)) - (sort != NEWEST)
    try:
        return day_key(date(year + months // 12, months % 12 + 1, 1))
    except ValueError:
        return None
