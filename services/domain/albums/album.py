"""An album as its events leave it."""

from typing import Final

import msgspec

BY_HAND: Final = "album"
"""The order by hand."""
BY_DATE: Final = "-taken_at"
"""In which a smart album opens, where nothing else was said."""


class Album(msgspec.Struct, frozen=True):
    name: str
    images: dict[str, str] = {}
    """Image -> what sorts it (`ranks.py`). Not changed in place."""
    deleted: bool = False
    q: str | None = None
    """The search of a smart one."""
    description: str = ""
    cover: str | None = None
    sort: str | None = None
    """In which it opens, where that was said."""
    at: dict[str, int] = {}
    """What was changed -> the position of the event that did it last. `order` is the order by hand."""
    into: str | None = None
    """The album that it was merged into."""

    def in_order(self) -> list[str]:
        return sorted(self.images, key=self.images.__getitem__)

    def changed(self, what: str, position: int, **values: object) -> "Album":
        """With other values; `what` was changed last at the position."""
        return msgspec.structs.replace(self, at={**self.at, what: position}, **values)

    @property
    def opens(self) -> str:
        """The order in which it opens."""
        return self.sort or (BY_HAND if self.q is None else BY_DATE)

    @property
    def latest(self) -> int:
        """The position of the last event about it."""
        return max(self.at.values(), default=0)


def stream(album_id: str) -> str:
    return f"album-{album_id}"
