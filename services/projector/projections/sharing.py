"""Share links of albums."""

from services.domain.albums.sharing import AlbumShared, AlbumUnshared, SharedAlbumVisited
from services.projector.rows.statement import Changes, Place, Statement, Table

_LINK = Table("share_link", 1)

SHARE = Statement(
    _LINK,
    """INSERT INTO share_link
      (link_id, album_id, secret_hash, label, downloads, protected, expires_us, created_us, counted)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
    ON CONFLICT (link_id) DO UPDATE SET revoked_us = NULL, visits = 0, visited_us = NULL, counted = ?9""",
)
UNSHARE = Statement(_LINK, "UPDATE share_link SET revoked_us = ?2 WHERE link_id = ?1")
VISIT = Statement(
    _LINK,
    """UPDATE share_link SET visits = visits + ?2, visited_us = ?3, counted = ?4
    WHERE link_id = ?1 AND counted < ?4""",
)
"""Delivered twice, visits count once."""


def album_shared(e: AlbumShared, at: Place) -> Changes:
    flags = (int(e.downloads), int(e.protected))
    values = (
        e.link_id,
        e.album_id,
        e.secret_hash,
        e.label,
        *flags,
        e.expires_us,
        at.recorded_us,
        at.position,
    )
    return [(SHARE, values)]


def album_unshared(e: AlbumUnshared, at: Place) -> Changes:
    return [(UNSHARE, (e.link_id, at.recorded_us))]


def shared_album_visited(e: SharedAlbumVisited, at: Place) -> Changes:
    return [(VISIT, (e.link_id, e.visits, at.recorded_us, at.position))]
