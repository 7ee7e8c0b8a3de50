"""How much room Albumen takes on the disk. The photos themselves are not its own and are not counted."""

import os
from pathlib import Path

import msgspec

from services.kernel.settings import Settings


class Storage(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes."""

    log: int
    """What happened and what the person said: nothing else can't be made again."""
    tables: int
    previews: int
    large: int
    models: int


def measured(settings: Settings) -> Storage:
    """Looks at every file: for a thread. What goes away meanwhile counts nothing."""
    return Storage(
        log=sum(_size(path) for path in settings.data.glob("events.db*")),
        tables=_folder(settings.views),
        previews=_folder(settings.previews),
        large=_folder(settings.data / "large"),
        models=_folder(settings.models),
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _folder(folder: Path) -> int:
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total
