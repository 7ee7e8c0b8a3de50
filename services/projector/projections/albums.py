"""Albums, what is in them, and which of their events mention an image."""

from services.kernel.events import (
    AlbumCreated,
    AlbumDeleted,
    AlbumRenamed,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.projector.statement import Changes, Place, Statement, Table

_ALBUM = Table("album", 1)
_CONTENT = Table("album_image", 1)
_MENTION = Table("mention", 2)

CREATE = Statement(
    _ALBUM,
    """INSERT INTO album (album_id, name, created_us, position, q) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (album_id) DO UPDATE SET name = excluded.name, created_us = excluded.created_us,
      position = excluded.position, q = excluded.q""",
)
RENAME = Statement(_ALBUM, "UPDATE album SET name = ?2 WHERE album_id = ?1")
DELETE = Statement(_ALBUM, "DELETE FROM album WHERE album_id = ?")
ADD = Statement(
    _CONTENT,
    """INSERT INTO album_image (album_id, image_id, position, place) VALUES (?, ?, ?, ?)
    ON CONFLICT (album_id, image_id) DO NOTHING""",
)
"""What is in the album already stays where it is."""
REMOVE = Statement(_CONTENT, "DELETE FROM album_image WHERE album_id = ? AND image_id = ?")
EMPTY = Statement(_CONTENT, "DELETE FROM album_image WHERE album_id = ?")
MENTION = Statement(
    _MENTION,
    "INSERT INTO mention (image_id, position) VALUES (?, ?) ON CONFLICT (image_id, position) DO NOTHING",
)


def album_created(e: AlbumCreated, at: Place) -> Changes:
    return [(CREATE, (e.album_id, e.name, at.recorded_us, at.position, e.q))]


def album_renamed(e: AlbumRenamed, at: Place) -> Changes:
    return [(RENAME, (e.album_id, e.name))]


def album_deleted(e: AlbumDeleted, at: Place) -> Changes:
    return [(DELETE, (e.album_id,)), (EMPTY, (e.album_id,))]


def images_added(e: ImagesAddedToAlbum, at: Place) -> Changes:
    added: Changes = [(ADD, (e.album_id, image, at.position, n)) for n, image in enumerate(e.image_ids)]
    return added + mentioned(e.image_ids, at)


def images_removed(e: ImagesRemovedFromAlbum, at: Place) -> Changes:
    removed: Changes = [(REMOVE, (e.album_id, image)) for image in e.image_ids]
    return removed + mentioned(e.image_ids, at)


def mentioned(images: list[str], at: Place) -> Changes:
    """The event is part of each image's history though it stands on another stream."""
    return [(MENTION, (image, at.position)) for image in images]
