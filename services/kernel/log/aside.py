"""Moves the files of the log and of the read tables out of the way. Nothing is ever deleted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from services.kernel.settings import Settings

FOLDERS: Final = "replaced-*"
"""In the data folder; those that a restored backup leaves are called so as well."""
ENDS: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite writes beside a database."""


def new_place(settings: Settings) -> Path:
    """An empty folder in the data folder, named by the time. Raises OSError."""
    stem = f"replaced-{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    place = next(settings.data / name for name in names if not (settings.data / name).exists())
    place.mkdir(mode=0o700)
    return place


def move_aside(settings: Settings, *, views: bool) -> Path:
    """The log, and the read tables if `views`; returns the folder that holds them now. Only while nobody has them open.
    Raises OSError."""
    place = new_place(settings)
    for end in ENDS:
        path = settings.events_db.with_name(settings.events_db.name + end)
        if path.exists() or path.is_symlink():
            path.rename(place / path.name)
    if views and settings.views.exists():
        settings.views.rename(place / settings.views.name)
    return place
