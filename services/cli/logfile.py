"""Log files in the data folder, so that the terminal is for what a person wants to know.

Child processes inherit standard error, so one file has what all of them log. It is emptied, not replaced, when it is
long: they keep it open.
"""

import asyncio
import contextlib
import os
import shutil
import sys
from pathlib import Path
from typing import Final, TextIO

MOST_BYTES: Final = 5_000_000
"""A longer log is moved to a second file, which loses what it held."""


def take_standard_error(path: Path, *, fresh: bool) -> TextIO:
    """What this process and its children write to standard error goes to `path` from now on, and what is written to the
    returned stream; `sys.stderr` stays the terminal. `fresh`: without what the file holds. Raises OSError."""
    if fresh:
        path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:  # so that it goes on at the end after the file was emptied
        terminal = os.fdopen(os.dup(2), "w", buffering=1)
        os.dup2(file.fileno(), 2)
    sys.stderr = terminal
    return path.open("a", buffering=1)


def shorten(path: Path, most: int, *, keep: bool) -> None:
    """Empty the file if it has more than `most` bytes. `keep`: copy it first, to the same name with `.1`."""
    with contextlib.suppress(OSError):
        if path.stat().st_size > most:
            if keep:
                shutil.copyfile(path, path.with_name(f"{path.name}.1"))
            os.truncate(path, 0)


async def keep_short(path: Path, most: int = MOST_BYTES, every_s: float = 60.0, *, keep: bool = True) -> None:
    """`shorten` it, again and again, until cancelled."""
    while True:
        shorten(path, most, keep=keep)
        await asyncio.sleep(every_s)
