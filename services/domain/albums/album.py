"""The state of an album after its events."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from services.domain.albums.search_names import SearchName
from services.domain.subject import Recorded

ALBUM: Final = "album"
"""The field in which albums speak of photos (`Event.respects`)."""
BY_HAND: Final = "album"
"""The manual order."""
BY_DATE: Final = "-taken_at"
"""The default order of a smart album."""
AS_IT_HAPPENED: Final = "taken_at"
"""The default order of any other, until its photos are moved by hand."""


class Album(msgspec.Struct, frozen=True):
    name: str
    images: dict[str, str] = {}
    """Image id -> its sort key (`ranks.py`). Never changed in place."""
    deleted: bool = False
    q: str | None = None
    """The search of a smart album."""
    names: tuple[SearchName, ...] = ()
    """What the search names."""
    description: str = ""
    cover: str | None = None
    sort: str | None = None
    """The order it opens in, if one was chosen."""
    at: dict[str, int] = {}
    """Aspect -> the position of the last event that changed it. `order` is the manual order."""
    into: str | None = None
    """The album it was merged into."""

    def in_order(self) -> list[str]:
        return sorted(self.images, key=self.images.__getitem__)

    def changed(self, what: str, position: int, **values: object) -> "Album":
        """With other values; `what` was last changed at the position."""
        return msgspec.structs.replace(self, at={**self.at, what: position}, **values)

    @property
    def opens(self) -> str:
        """The order it opens in."""
        if self.sort or self.q is not None:
            return self.sort or BY_DATE
        return BY_HAND if "order" in self.at else AS_IT_HAPPENED

    @property
    def latest(self) -> int:
        """The position of its last event."""
        return max(self.at.values(), default=0)


def given_by_others(then: Album, now: Album, later: Sequence[Recorded], own: Collection[int]) -> bool:
    """Whether what is in an album now is not only what the events at the positions `own` gave it: a photo, a place for
    one of theirs, a name, a link. `then`: with what those gave it alone."""
    if now.deleted:
        return False
    mine = set(then.images)
    for position, event in later:
        images = {image for image, _, _ in event.respects()}
        if position in own:
            mine |= images
        elif event.BEGINS or event.SHARES:
            return True
        else:
            mine -= images
    same = msgspec.structs.replace(now, images={}, at={}) == msgspec.structs.replace(then, images={}, at={})
    return not same or bool(now.images.keys() - mine)


def stream(album_id: str) -> str:
    return f"album-{album_id}"
