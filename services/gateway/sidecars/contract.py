"""What a sidecar format provides: a module here, named after its kind in `knowledge.sidecars`, with a SIDECAR."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from services.gateway.sidecars.facts import PictureFacts
from services.gateway.sidecars.rules import PLAIN, Rule, Title


def plain_titles(base: str) -> Iterable[Title]:
    """The picture's name, with or without its suffix."""
    return [Title(base)]


def never(_folder: str) -> bool:
    return False


class AlbumFile(NamedTuple):
    """A file in the same format that an export adds to an album's pictures."""

    is_candidate: Callable[[str], bool]
    """By its name without the suffix: it doesn't describe a picture."""
    is_named: Callable[[str], bool]
    """Likewise: exports call it so, and hardly anything else is called so."""
    title: Callable[[bytes], str | None]
    """None for an untitled album or another kind of file. Raises Unreadable."""
    created: Callable[[bytes], str | None]
    """When the album was made: the same in every export of it, and told apart from others with its title. None if the
    file doesn't say."""


class Sidecar(NamedTuple):
    read: Callable[[bytes, datetime], PictureFacts] | None
    """Raises Unreadable and NotASidecar. The datetime is now,
    with an offset: dates more than a day later are nonsense. None: it is a picture (`reading/thumbnail.py`)."""
    titles: Callable[[str], Iterable[Title]] = plain_titles
    """What its name without the suffix may mean, likeliest first."""
    rules: tuple[Rule, ...] = PLAIN
    """By which a picture finds it, most certain first."""
    album: AlbumFile | None = None
    is_trash: Callable[[str], bool] = never
    """Whether a folder of this name contains deleted pictures."""
