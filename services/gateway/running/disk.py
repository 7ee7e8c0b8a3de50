"""A scan's disk queries, run in threads: which previews exist, which folder a root is, which files have left."""

import os
from pathlib import Path

import structlog

from services.gateway.running.facts import FilePlace
from services.kernel.paths import from_text

log = structlog.get_logger(__name__)


def shown(folder: Path) -> set[str]:
    """Ids of images with a preview: lists a few hundred folders, rather than checking each image."""
    ids: set[str] = set()
    try:
        for shelf in [entry.path for entry in os.scandir(folder) if len(entry.name) == 2]:
            ids.update(name[:-4] for name in os.listdir(shelf) if name.endswith(".jpg"))  # noqa: PTH208
    except FileNotFoundError:
        log.info("there are no previews yet")
    except OSError as error:
        log.warning("the previews can't be listed: they are made anew", reason=str(error))
    return ids


def entered(root: Path) -> tuple[int, int]:
    """The folder's identity: device and inode. Raises OSError if it can't be listed."""
    next(root.iterdir(), None)
    seen = root.stat()
    return seen.st_dev, seen.st_ino


def vacant(place: FilePlace) -> bool:
    """Nothing is there, and not because the disk is away."""
    root, path = Path(place[0]), Path(from_text(place[1]))
    try:
        return not os.path.lexists(root / path) and next(root.iterdir(), None) is not None
    except OSError:
        return False
