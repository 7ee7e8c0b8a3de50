"""Albums: how many photos each holds, from when to when they were taken, and its cover: the chosen one while it can be
seen there, else the newest. A smart album has what its search finds now.
"""

from functools import partial
from typing import Any, Final

import msgspec

from services.gateway.queries.timeline import AS_ADDED, NEWEST
from services.gateway.search.filters import Filter, where
from services.gateway.tables.pool import Views


class Album(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    count: int
    """Photos that can be seen."""
    cover: str | None
    cover_colour: str | None
    created_us: int
    """Microseconds since 1970, UTC."""
    smart: bool = False
    q: str | None = None
    """The search of a smart album."""
    description: str = ""
    first: str | None = msgspec.field(default=None, name="from")
    """When its earliest photo was taken, ISO 8601 on the camera's clock."""
    last: str | None = msgspec.field(default=None, name="to")
    order: str = AS_ADDED
    """In which it opens: `album` (by hand), `taken_at` or `-taken_at`."""
    changed_us: int = 0
    seen: int = 0
    """How far in the log this was read: what commands take as `seen`."""
    newest: str = ""
    """What sorts albums by their newest photo; the larger the newer."""
    chosen_cover: str | None = None
    """The photo that a person made the cover, in it or not."""


class Deleted(msgspec.Struct, frozen=True):
    id: str
    name: str
    deleted_us: int
    into_id: str | None
    """The album that it was merged into, and its name where there is one still."""
    into: str | None


_NEWEST: Final = "max(printf('%016d', i.taken_ms + 62135596800000) || i.image_id)"
"""The newest photo's id behind 16 digits of its time: one pass finds it beside the other ends."""
_IN: Final = f"""SELECT a.album_id, count(*) AS count, min(i.taken_at) AS first, max(i.taken_at) AS last,
      {_NEWEST} AS newest
    FROM album b CROSS JOIN album_image a ON a.album_id = b.album_id
    CROSS JOIN image i ON i.image_id = a.image_id AND i.visible = 1
   WHERE ?1 IS NULL OR b.album_id = ?1 GROUP BY a.album_id"""
_ALBUMS: Final = f"""WITH held AS MATERIALIZED ({_IN}), shown AS (
    SELECT b.*, h.count, h.first, h.last, h.newest, coalesce(
        (SELECT i.image_id FROM album_image a JOIN image i USING (image_id)
          WHERE a.album_id = b.album_id AND a.image_id = b.cover_id AND i.visible = 1), substr(h.newest, 17)
        ) AS cover
      FROM album b LEFT JOIN held h USING (album_id) WHERE ?1 IS NULL OR b.album_id = ?1)
  SELECT album_id, name, coalesce(count, 0), cover, (SELECT colour FROM image i WHERE i.image_id = cover), created_us,
      q, description, first, last, sort, changed_us, coalesce(newest, ''), cover_id
    FROM shown ORDER BY created_us DESC, album_id"""
_FOUND: Final = (
    f"SELECT count(*), min(i.taken_at), max(i.taken_at), coalesce({_NEWEST}, '') FROM image i WHERE {{}}"
)
_HAS: Final = "SELECT 1 FROM image i WHERE {} AND i.image_id = ?"
_COLOUR: Final = "SELECT colour FROM image WHERE image_id = ?"
_DELETED: Final = """SELECT d.album_id, d.name, d.deleted_us, d.into_id, b.name
  FROM any_album d LEFT JOIN album b ON b.album_id = d.into_id
  WHERE d.deleted_us IS NOT NULL AND (?1 IS NULL OR d.album_id = ?1) ORDER BY d.deleted_us DESC, d.album_id"""


async def albums(views: Views, album_id: str | None = None) -> list[Album]:
    """The latest made first; only the one when an id is given."""
    position = await views.position()
    key = ("albums", album_id)
    found: list[Album] = await views.cache.get(position, key, lambda: _albums(views, album_id, position))
    return found


async def _albums(views: Views, album_id: str | None, position: int) -> list[Album]:
    found = [_album(row, position) for row in await views.fetch(_ALBUMS, (album_id,))]
    return [
        await views.cache.get(position, ("smart", album.id), partial(_counted, views, album))
        if album.smart
        else album
        for album in found
    ]


def _album(row: tuple[Any, ...], position: int) -> Album:
    smart = row[6] is not None
    order = row[10] or (NEWEST if smart else AS_ADDED)
    return Album(
        id=row[0],
        name=row[1],
        count=row[2],
        cover=row[3],
        cover_colour=row[4],
        created_us=row[5],
        smart=smart,
        q=row[6],
        description=row[7],
        first=row[8],
        last=row[9],
        order=NEWEST if smart and order == AS_ADDED else order,
        changed_us=row[11],
        seen=position,
        newest=row[12],
        chosen_cover=row[13],
    )


async def _counted(views: Views, album: Album) -> Album:
    """A smart album with what its search finds."""
    sql, parameters = await where(views, Filter(album=album.id))
    rows = await views.fetch(_FOUND.format(sql), parameters)
    count, first, last, newest = rows[0] if rows else (0, None, None, "")
    cover = newest[16:] or None
    if album.chosen_cover and await views.fetch(_HAS.format(sql), [*parameters, album.chosen_cover]):
        cover = album.chosen_cover
    colour = await views.fetch(_COLOUR, (cover,)) if cover else []
    return msgspec.structs.replace(
        album,
        count=count,
        first=first,
        last=last,
        newest=newest,
        cover=cover,
        cover_colour=colour[0][0] if colour else None,
    )


async def album(views: Views, album_id: str) -> Album | None:
    found = await albums(views, album_id)
    return found[0] if found else None


async def deleted(views: Views, album_id: str | None = None) -> list[Deleted]:
    """Those that can be restored, the latest first; only the one when an id is given."""
    return [Deleted(*row) for row in await views.fetch(_DELETED, (album_id,))]
