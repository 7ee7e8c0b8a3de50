"""Albums, their contents and the order of the contents."""

import msgspec

from services.domain.albums import events
from services.knowledge import ranks
from services.projector.rows.given import given
from services.projector.rows.mentions import mentioned
from services.projector.rows.statement import Changes, Place, Statement, Table

_ALBUM = Table("any_album", 1)
_CONTENT = Table("album_image", 1)

CREATE = Statement(
    _ALBUM,
    """INSERT INTO any_album (album_id, name, created_us, position, q, names, changed_us)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?3)
    ON CONFLICT (album_id) DO UPDATE SET name = excluded.name, created_us = excluded.created_us,
      position = excluded.position, q = excluded.q, names = excluded.names, changed_us = excluded.changed_us,
      description = '', cover_id = NULL, sort = NULL, deleted_us = NULL, into_id = NULL""",
)
RENAME = Statement(_ALBUM, "UPDATE any_album SET name = ?2, changed_us = ?3 WHERE album_id = ?1")
DESCRIBE = Statement(_ALBUM, "UPDATE any_album SET description = ?2, changed_us = ?3 WHERE album_id = ?1")
COVER = Statement(_ALBUM, "UPDATE any_album SET cover_id = ?2, changed_us = ?3 WHERE album_id = ?1")
SORT = Statement(_ALBUM, "UPDATE any_album SET sort = ?2, changed_us = ?3 WHERE album_id = ?1")
SEARCH = Statement(_ALBUM, "UPDATE any_album SET q = ?2, changed_us = ?3, names = ?4 WHERE album_id = ?1")
DELETE = Statement(
    _ALBUM, "UPDATE any_album SET deleted_us = ?2, into_id = ?3, changed_us = ?2 WHERE album_id = ?1"
)
"""Its contents stay, in case it is restored."""
RESTORE = Statement(
    _ALBUM, "UPDATE any_album SET deleted_us = NULL, into_id = NULL, changed_us = ?2 WHERE album_id = ?1"
)
TOUCH = Statement(_ALBUM, "UPDATE any_album SET changed_us = ?2 WHERE album_id = ?1")
ADD = Statement(
    _CONTENT,
    """INSERT INTO album_image (album_id, image_id, position, place, rank) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (album_id, image_id) DO NOTHING""",
)
"""Images already in the album keep their place."""
REMOVE = Statement(_CONTENT, "DELETE FROM album_image WHERE album_id = ? AND image_id = ?")
RANK = Statement(
    _CONTENT, "UPDATE album_image SET rank = ?3 WHERE album_id = ?1 AND image_id = ?2 AND position < ?4"
)
"""Delivered twice, an order from before the image was added does not count either."""

_json = msgspec.json.Encoder().encode


_ORDERED = Statement(_ALBUM, "UPDATE any_album SET sort = coalesce(sort, 'album') WHERE album_id = ?1")
"""Photos moved by hand: it opens so, unless another order was chosen."""


def album_created(e: events.AlbumCreated, at: Place) -> Changes:
    create = (e.album_id, e.name, at.recorded_us, at.position, e.q, _json(e.names).decode())
    return [(CREATE, create), given("album", e.album_id, e.name, at)]


def album_renamed(e: events.AlbumRenamed, at: Place) -> Changes:
    return [(RENAME, (e.album_id, e.name, at.recorded_us)), given("album", e.album_id, e.name, at)]


def album_described(e: events.AlbumDescribed, at: Place) -> Changes:
    return [(DESCRIBE, (e.album_id, e.description, at.recorded_us))]


def album_cover_set(e: events.AlbumCoverSet, at: Place) -> Changes:
    return [(COVER, (e.album_id, e.image_id, at.recorded_us))]


def album_order_set(e: events.AlbumOrderSet, at: Place) -> Changes:
    return [(SORT, (e.album_id, e.order, at.recorded_us))]


def album_search_set(e: events.AlbumSearchSet, at: Place) -> Changes:
    return [(SEARCH, (e.album_id, e.q, at.recorded_us, _json(e.names).decode()))]


def album_deleted(e: events.AlbumDeleted, at: Place) -> Changes:
    return [(DELETE, (e.album_id, at.recorded_us, e.into_id)), *mentioned([e.into_id], at)]


def album_restored(e: events.AlbumRestored, at: Place) -> Changes:
    return [(RESTORE, (e.album_id, at.recorded_us))]


def images_added(e: events.ImagesAddedToAlbum, at: Place) -> Changes:
    touch = (TOUCH, (e.album_id, at.recorded_us))
    added = [
        (ADD, (e.album_id, image, at.position, n, ranks.added(at.position, n)))
        for n, image in enumerate(e.image_ids)
    ]
    return [touch, *added, *mentioned(e.image_ids, at)]


def images_removed(e: events.ImagesRemovedFromAlbum, at: Place) -> Changes:
    touch = (TOUCH, (e.album_id, at.recorded_us))
    return [touch, *[(REMOVE, (e.album_id, image)) for image in e.image_ids], *mentioned(e.image_ids, at)]


def album_reordered(e: events.AlbumReordered, at: Place) -> Changes:
    touch = (TOUCH, (e.album_id, at.recorded_us))
    by_hand = (_ORDERED, (e.album_id,))
    moved = zip(e.image_ids, e.ranks, strict=False)
    return [touch, by_hand, *[(RANK, (e.album_id, image, rank, at.position)) for image, rank in moved]]
