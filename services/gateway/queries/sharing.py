"""Share links: the one that a secret opens, and those of an album."""

from typing import Final

import msgspec

from services.gateway.search.filters import Filter, where
from services.gateway.tables.pool import Views


class ShareLink(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    album_id: str
    album: str
    """The album's name."""
    label: str
    downloads: bool
    protected: bool
    created_us: int
    expires_us: int | None
    visits: int
    visited_us: int | None


_COLUMNS: Final = """s.link_id, s.album_id, a.name, s.label, s.downloads, s.protected, s.created_us, s.expires_us,
  s.visits, s.visited_us FROM share_link s JOIN album a USING (album_id) WHERE s.revoked_us IS NULL"""
_OF_SECRET: Final = f"""SELECT {_COLUMNS} AND s.secret_hash = ?1 AND (s.expires_us IS NULL OR s.expires_us > ?2)
  ORDER BY s.created_us DESC LIMIT 1"""
_OF_ALBUM: Final = (
    f"SELECT {_COLUMNS} AND (?1 IS NULL OR s.album_id = ?1) ORDER BY s.created_us DESC, s.link_id"
)
_SHOWS: Final = "SELECT 1 FROM image i WHERE {} AND i.image_id = ?"


async def link_of(views: Views, secret_hash: str, now_us: int) -> ShareLink | None:
    """None if there is no such link, or it is revoked or has expired, or its album was deleted."""
    rows = await views.fetch(_OF_SECRET, (secret_hash, now_us))
    return _link(rows[0]) if rows else None


async def share_links(views: Views, album_id: str | None = None) -> list[ShareLink]:
    """Those that were not revoked, the newest first; of one album, or all. Expired ones, too."""
    return [_link(row) for row in await views.fetch(_OF_ALBUM, (album_id,))]


def _link(row: tuple[object, ...]) -> ShareLink:
    return msgspec.convert(dict(zip(ShareLink.__struct_fields__, row, strict=True)), ShareLink, strict=False)


async def shows(views: Views, album_id: str, image_id: str) -> bool:
    """Whether the album shows this photo now."""
    sql, parameters = await where(views, Filter(album=album_id))
    return bool(await views.fetch(_SHOWS.format(sql), [*parameters, image_id]))
