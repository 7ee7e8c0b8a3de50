"""A note from whoever reads the read tables to the projector: this file is damaged.

The projector writes to a few pages at a time and may not meet the damage for days. Readers are in other processes, and
perhaps other containers, which share the data folder.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

_NAME: Final = "damaged-tables"


def complain(run: Path, name: str) -> None:
    """`run`: the folder for such notes; `name`: of the file of read tables. Raises OSError."""
    run.mkdir(parents=True, exist_ok=True)
    (run / _NAME).write_text(name)


def complaint(run: Path) -> str | None:
    """The name of the file that is said to be damaged."""
    try:
        return (run / _NAME).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def settle(run: Path) -> None:
    """It has been dealt with. Where the disk refuses, the note stays and names a file that is gone: no harm."""
    with suppress(OSError):
        (run / _NAME).unlink()
