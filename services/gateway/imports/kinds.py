"""The kinds of files that can be imported, by their names: nothing else names a reader."""

import re
from functools import cache
from importlib import import_module
from typing import Final, NamedTuple

from services.gateway.imports.contract import Read

_MB: Final = 1 << 20


class ImportKind(NamedTuple):
    name: re.Pattern[str]
    """Of files that may be of this kind, whole."""
    readers: tuple[str, ...]
    """Modules here, tried in turn: the content tells which it is."""
    largest: int = 4 * _MB
    """Bytes."""
    busy: tuple[str, ...] = ()
    """Endings of files that lie beside it, not empty, while its program is writing to it."""
    log: str = ""
    """Ending of the write-ahead log beside it (`wal.py`)."""
    lines: bool = False
    """A list with a line for each; an empty one is of none."""


def _named(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


KINDS: Final = (
    ImportKind(_named(r".+\.xmp"), ("xmp_tree",)),
    ImportKind(_named(r"\.?picasa\.ini"), ("picasa",)),
    ImportKind(_named(r".+\.ya?ml"), ("photoprism",), largest=_MB // 4),
    ImportKind(_named(r"photo_\d{1,20}\.json"), ("flickr",)),
    ImportKind(_named(r".+\.json"), ("osxphotos", "flickr"), largest=64 * _MB),
    ImportKind(_named(r"albumen(-albums|-categories)?\.jsonl"), ("albumen",), largest=256 * _MB, lines=True),
    ImportKind(_named(r"digikam4\.db"), ("digikam",), largest=512 * _MB, busy=("-journal",), log="-wal"),
)


def kind_of(path: str) -> ImportKind | None:
    """By its name alone."""
    name = path.rpartition("/")[2]
    return next((kind for kind in KINDS if kind.name.fullmatch(name)), None)


@cache
def import_reader(module: str) -> Read:
    read: Read = import_module(f"{__package__}.{module}").read
    return read
