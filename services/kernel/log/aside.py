"""Moves the files of the log and of the read tables out of the way. Nothing is ever deleted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from services.kernel.settings import Settings

FOLDER: Final = "aside"
ENDS: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite writes beside a database."""


def new_place(settings: Settings) -> Path:
    """An empty folder in the data folder, named by the time. Raises OSError."""
    stem = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%SZ}"
    for number in range(1, 1_000):
        place = settings.data / FOLDER / (stem if number == 1 else f"{stem}-{number}")
        try:
            place.mkdir(parents=True)
        except FileExistsError:
            continue
        return place
    raise FileExistsError(f"{settings.data / FOLDER} holds too many folders named {stem}.")


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
