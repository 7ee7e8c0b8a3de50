"""Generations of the read tables: `views-<digest>-<number>.db`, and the pointer file `current` naming the one in use.

The digest covers everything that determines the tables' content for a given log. A program that finds another digest
than its own builds a new generation; read tables are never migrated.
"""

import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Final

from services.kernel.clock import now_us
from services.kernel.durable import flush_open, fsync
from services.projector import closure
from services.projector.errors import Interrupted

POINTER: Final = "current"
_NAME: Final = re.compile(r"views-([0-9a-f]+)-(\d+)\.db")
_POLL_S: Final = 0.1


@lru_cache(maxsize=1)
def digest() -> str:
    """Hash of everything that builds the tables (`closure.py`), short enough for a file name."""
    return closure.source_digest()[:12]


def current(folder: Path) -> Path | None:
    """The generation in use; None when there is no pointer or it names no generation."""
    try:
        name = (folder / POINTER).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return folder / name if _NAME.fullmatch(name) else None


def of_this_program(path: Path) -> bool:
    match = _NAME.fullmatch(path.name)
    return match is not None and match[1] == digest()


def following(folder: Path) -> Path:
    """A name for a new generation, never used before even if somebody emptied the folder: readers notice a new
    generation by its name."""
    numbers = [int(match[2]) for entry in folder.glob("views-*") if (match := _NAME.match(entry.name))]
    number = max([now_us() // 1000, *(n + 1 for n in numbers)])
    return folder / f"views-{digest()}-{number}.db"


def switch(path: Path) -> None:
    """Make it the current generation and delete all but it and the previous one. Survives a power cut: both are
    complete."""
    folder, before = path.parent, current(path.parent)
    part = folder / f"{POINTER}.part"
    with part.open("w", encoding="utf-8") as file:
        file.write(f"{path.name}\n")
        file.flush()
        flush_open(file.fileno())
    part.replace(folder / POINTER)
    fsync(folder)
    kept = tuple(p.name for p in (path, before) if p)
    for entry in folder.glob("views-*"):
        if not entry.name.startswith(kept):
            entry.unlink(missing_ok=True)


@contextmanager
def lock(path: Path, interrupted: Callable[[], bool]) -> Iterator[Callable[[], bool]]:
    """Hold a lock file, waiting for the current holder. A crash releases it. Yields whether others still see that it is
    held: not if the file was deleted or replaced, in a data folder that is there. Raises Interrupted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if interrupted():
                    raise Interrupted from None
                time.sleep(_POLL_S)
        yield lambda: _leads_to(path, file.fileno()) or not path.parent.parent.exists()


def _leads_to(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False
