"""Albumen's disk usage. The photos themselves do not belong to it and are not counted."""

import os
from pathlib import Path

import msgspec

from services.kernel.settings import Settings


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """All sizes are in bytes."""

    log: int
    """Events and the user's decisions: the only data that can't be rebuilt."""
    tables: int
    previews: int
    large: int
    models: int
    backups: int


def measured(settings: Settings) -> Storage:
    """Stats every file, so call it in a thread. Files that disappear in the meantime count as 0."""
    return Storage(
        log=sum(_size(path) for path in settings.data.glob("events.db*")),
        tables=_folder(settings.views),
        previews=_folder(settings.previews),
        large=_folder(settings.data / "large"),
        models=_folder(settings.models),
        backups=_folder(settings.backups),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _folder(folder: Path) -> int:
    total, pending = 0, [str(folder)]
    while pending:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
