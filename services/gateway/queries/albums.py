"""Albums, how many photos each holds, and its cover: the first of them; of a smart one, what its search finds now."""

from functools import partial
from typing import Final

import msgspec

from services.gateway.queries.filters import Filter, where
from services.gateway.queries.views import Views


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


_ALBUMS: Final = """SELECT b.album_id, b.name, count(i.image_id), i.image_id, i.colour, b.created_us, b.q,
    min((a.position << 20) + a.place)
  FROM album b LEFT JOIN album_image a USING (album_id)
  LEFT JOIN image i ON i.image_id = a.image_id AND i.visible = 1
  WHERE (a.image_id IS NULL OR i.image_id IS NOT NULL OR NOT EXISTS (
    SELECT 1 FROM album_image x JOIN image v ON v.image_id = x.image_id AND v.visible = 1
      WHERE x.album_id = b.album_id)) AND (?1 IS NULL OR b.album_id = ?1)
  GROUP BY b.album_id ORDER BY b.created_us DESC, b.album_id"""
_FOUND: Final = "SELECT count(*), i.image_id, i.colour, max(i.taken_ms) FROM image i WHERE {}"
_OF_IMAGE: Final = """SELECT b.album_id, b.name FROM album_image a JOIN album b USING (album_id)
  WHERE a.image_id = ? ORDER BY b.name COLLATE NOCASE"""


async def albums(views: Views, album_id: str | None = None) -> list[Album]:
    """Newest first; only the one when an id is given."""
    found = [
        Album(
            id=row[0],
            name=row[1],
            count=row[2],
            cover=row[3],
            cover_colour=row[4],
            created_us=row[5],
            smart=row[6] is not None,
            q=row[6],
        )
        for row in await views.fetch(_ALBUMS, (album_id,))
    ]
    position = await views.position()
    return [
        await views.remembered.get(position, ("smart", album.id), partial(_counted, views, album))
        if album.smart
        else album
        for album in found
    ]


async def _counted(views: Views, album: Album) -> Album:
    """A smart album with the number of photos that it shows and the newest of them."""
    sql, parameters = await where(views, Filter(album=album.id))
    rows = await views.fetch(_FOUND.format(sql), parameters)
    count, cover, colour = (rows[0][0], rows[0][1], rows[0][2]) if rows else (0, None, None)
    return msgspec.structs.replace(album, count=count, cover=cover, cover_colour=colour)


async def album(views: Views, album_id: str) -> Album | None:
    found = await albums(views, album_id)
    return found[0] if found else None


async def albums_of(views: Views, image_id: str) -> list[tuple[str, str]]:
    """(id, name) of the albums that hold a photo."""
    return [(row[0], row[1]) for row in await views.fetch(_OF_IMAGE, (image_id,))]
