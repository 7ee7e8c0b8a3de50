"""Albums with their photo count, date range and cover: the chosen one while it is visible there, else the newest photo.
A smart album holds whatever its search currently finds.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from services.gateway.i18n.language import reading_order
from services.gateway.queries.crops import CROP
from services.gateway.queries.timeline import BY_TIME, NEWEST, OLDEST
from services.gateway.search.filters import Filter, where
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Reader, Views, cached
from services.kernel import clock


class Album(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    count: int
    """Visible photos."""
    cover: str | None
    cover_colour: str | None
    created_us: int
    """Microseconds since 1970, UTC."""
    cover_crop: str | None = None
    """Which part of it to show where it doesn't fit, as CSS's `object-position`; None: its middle."""
    smart: bool = False
    q: str | None = None
    """The search of a smart album, with what it names as that is called now."""
    description: str = ""
    first: str | None = msgspec.field(default=None, name="from")
    """When its earliest photo was taken, ISO 8601 on the camera's clock."""
    last: str | None = msgspec.field(default=None, name="to")
    order: str = OLDEST
    """Default sort: `album` (by hand), `taken_at` or `-taken_at`."""
    changed_us: int = 0
    seen: int = 0
    """Log position of this answer, which commands take as `seen`."""
    newest: str = ""
    """Sort key by newest photo; larger is newer."""
    chosen_cover: str | None = None
    """The photo that the user made the cover, in the album or not."""


class Deleted(msgspec.Struct, frozen=True):
    id: str
    name: str
    deleted_us: int
    into_id: str | None
    """The album it was merged into; `into` is its name if it still exists."""
    into: str | None


_NEWEST: Final = "max(printf('%016d', i.time_key) || i.tie)"
"""The sort key of the newest photo, which ends with its id, so that one pass finds it along with the other extremes."""
_ID: Final = 32
"""Characters of an image's id."""
_IN: Final = f"""SELECT a.album_id, count(*) AS count, min(i.dated_at) AS first, max(i.dated_at) AS last,
      {_NEWEST} AS newest
    FROM album b CROSS JOIN album_image a ON a.album_id = b.album_id
    CROSS JOIN image i ON i.image_id = a.image_id AND i.visible = 1
   WHERE ?1 IS NULL OR b.album_id = ?1 GROUP BY a.album_id"""
_ALBUMS: Final = f"""WITH held AS MATERIALIZED ({_IN}), shown AS (
    SELECT b.*, h.count, h.first, h.last, h.newest, coalesce(
        (SELECT i.image_id FROM album_image a JOIN image i USING (image_id)
          WHERE a.album_id = b.album_id AND a.image_id = b.cover_id AND i.visible = 1), substr(h.newest, -{_ID})
        ) AS cover
      FROM album b LEFT JOIN held h USING (album_id) WHERE ?1 IS NULL OR b.album_id = ?1)
  SELECT album_id, name, coalesce(count, 0), cover, (SELECT colour FROM image i WHERE i.image_id = cover),
      (SELECT {CROP} FROM image i WHERE i.image_id = cover), created_us,
      q, description, first, last, sort, changed_us, coalesce(newest, ''), cover_id
    FROM shown ORDER BY created_us DESC, album_id"""
_FOUND: Final = (
    f"SELECT count(*), min(i.dated_at), max(i.dated_at), coalesce({_NEWEST}, '') FROM image i WHERE {{}}"
)
_HAS: Final = "SELECT 1 FROM image i WHERE {} AND i.image_id = ?"
_LOOK: Final = f"SELECT i.colour, {CROP} FROM image i WHERE i.image_id = ?"
_FIELDS: Final = (
    *("id", "name", "count", "cover", "cover_colour", "cover_crop", "created_us", "q"),
    *("description", "first", "last", "order", "changed_us", "newest", "chosen_cover"),
)
"""The columns of `_ALBUMS`."""
_CREATIONS: Final = "SELECT position FROM any_album ORDER BY position"
_DELETED: Final = """SELECT d.album_id, d.name, d.deleted_us, d.into_id, b.name
  FROM any_album d LEFT JOIN album b ON b.album_id = d.into_id
  WHERE d.deleted_us IS NOT NULL AND (?1 IS NULL OR d.album_id = ?1) ORDER BY d.deleted_us DESC, d.album_id"""


SORTS: Final[dict[str, Callable[[Album], Any]]] = {
    "newest": lambda one: (one.newest == "", [-ord(digit) for digit in one.newest[:16]], one.id),
    "changed": lambda one: (-one.changed_us, one.id),
    "name": lambda one: (reading_order(one.name), one.id),
}
"""Lists of albums: by their newest photo, which is the default, by last change, by name."""


def in_order(listed: Iterable[Album], sort: str = "newest") -> list[Album]:
    return sorted(listed, key=SORTS[sort])


async def creations(views: Reader) -> list[int]:
    """Log positions at which albums were made, deleted ones included."""
    return [row[0] for row in await views.fetch(_CREATIONS)]


async def albums(views: Views, album_id: str | None = None) -> list[Album]:
    """Most recently created first; with an id, only that album."""
    seen = await views.position()
    return [msgspec.structs.replace(one, seen=seen) for one in await _albums(views, album_id, clock.today())]


@cached
async def _albums(views: Views, album_id: str | None, day: date) -> list[Album]:
    """`day`: what searches of smart albums count from."""
    rows = await views.fetch(_ALBUMS, (album_id,))
    searches = {one.id: one.written for one in (await collections(views)).albums}
    every = [_album(row, searches) for row in rows]
    return [await _found(views, one, day) if one.smart else one for one in every]


def _album(row: tuple[Any, ...], searches: Mapping[str, str | None]) -> Album:
    fields = dict(zip(_FIELDS, row, strict=True))
    smart, own = fields["q"] is not None, fields["order"]
    fields["q"] = searches.get(fields["id"], fields["q"])
    fields["order"] = (own if own in BY_TIME else NEWEST) if smart else own or OLDEST
    return Album(**fields, smart=smart)


@cached
async def _found(views: Views, album: Album, day: date) -> Album:
    """A smart album, filled in with what its search finds."""
    sql, parameters = await where(views, Filter(album=album.id, day=day))
    rows = await views.fetch(_FOUND.format(sql), parameters)
    count, first, last, newest = rows[0] if rows else (0, None, None, "")
    cover = newest[-_ID:] or None
    if album.chosen_cover and await views.fetch(_HAS.format(sql), [*parameters, album.chosen_cover]):
        cover = album.chosen_cover
    look = await views.fetch(_LOOK, (cover,)) if cover else []
    colour, crop = look[0] if look else (None, None)
    fields = {"cover": cover, "cover_colour": colour, "cover_crop": crop}
    return msgspec.structs.replace(album, count=count, first=first, last=last, newest=newest, **fields)


async def album(views: Views, album_id: str) -> Album | None:
    return next(iter(await albums(views, album_id)), None)


async def deleted(views: Views, album_id: str | None = None) -> list[Deleted]:
    """Albums that can be restored, most recently deleted first; with an id, only that one."""
    return [Deleted(*row) for row in await views.fetch(_DELETED, (album_id,))]
