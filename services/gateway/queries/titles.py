"""The subjects of history pages: photos, albums and categories, deleted ones included."""

from typing import Final, Literal

import msgspec

from services.gateway.tables.pool import Views

SubjectKind = Literal["image", "album", "category"]
_NAMES: Final[dict[SubjectKind, str]] = {
    "image": "SELECT coalesce(dated_at, ''), 1 FROM image WHERE image_id = ?",
    "album": "SELECT name, 1 FROM any_album WHERE album_id = ?",
    "category": "SELECT name, deleted = 0 FROM category WHERE category_id = ?",
}
_PAGES: Final[dict[SubjectKind, str]] = {"image": "/images", "album": "/albums", "category": "/categories"}
_MENTIONS: Final = """SELECT position FROM mention WHERE about = ? AND position < ?
  ORDER BY position DESC LIMIT ?"""
_NO_END: Final = 2**62


class Subject(msgspec.Struct, frozen=True):
    kind: SubjectKind
    id: str
    name: str
    """The name as stored; for a photo, its date taken, ISO 8601, empty if unknown."""
    has_page: bool
    """Albums keep theirs after deletion; categories don't."""

    @property
    def stream(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def page(self) -> str:
        return f"{_PAGES[self.kind]}/{self.id}" if self.has_page else _PAGES[self.kind]


async def subject(views: Views, kind: SubjectKind, id_: str) -> Subject | None:
    """None if it never existed."""
    rows = await views.fetch(_NAMES[kind], (id_,))
    return Subject(kind, id_, rows[0][0], bool(rows[0][1])) if rows else None


async def mentions(views: Views, about: str, before: int | None, limit: int) -> list[int]:
    """Log positions of events about it on other streams, newest first."""
    return [row[0] for row in await views.fetch(_MENTIONS, (about, before or _NO_END, limit))]
