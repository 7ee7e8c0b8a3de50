"""What a format of sidecars brings: a module here, called as its kind in `knowledge.sidecars`, with its SIDECAR."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from services.gateway.sidecars.rules import PLAIN, Rule, Title


def whole(base: str) -> Iterable[Title]:
    """The name of the picture, with its suffix or without."""
    return [Title(base)]


def never(_folder: str) -> bool:
    return False


class AlbumFile(NamedTuple):
    """What an export puts beside the pictures of an album, in the same format."""

    is_candidate: Callable[[str], bool]
    """By its name without the suffix: it describes none of the pictures."""
    title: Callable[[bytes], str | None]
    """None for an album without one, for what is no album's file, and for what can't be read."""


class Sidecar(NamedTuple):
    read: Callable[[bytes, datetime], Any]
    """A struct with fields of `photo.Said`: those that it has are told. Raises Unreadable and NotASidecar. The moment
    is now, with offset: what is later by more than a day is nonsense."""
    titles: Callable[[str], Iterable[Title]] = whole
    """What its name without the suffix may mean, the likeliest first."""
    rules: tuple[Rule, ...] = PLAIN
    """By which a picture finds it, the surest first."""
    album: AlbumFile | None = None
    is_trash: Callable[[str], bool] = never
    """Whether what lies in a folder of this name was thrown away."""
