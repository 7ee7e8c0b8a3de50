"""A scan's disk queries, run in threads: which previews exist, which files have left."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from services.gateway.running.facts import FilePlace
from services.kernel.paths import from_text
from services.knowledge.archives import archive_of

MayHold = Callable[[str, str], bool]
"""Of a root and a path below it."""

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


def vacant(place: FilePlace, may_hold: MayHold) -> bool:
    """Nothing is there, and not because the disk is away. `may_hold`: whether the path may lead to a member of an
    archive."""
    root, path = Path(place[0]), Path(from_text(place[1]))
    try:
        if os.path.lexists(root / path) or (archive_of(f"{root}/{path}") and may_hold(*place)):
            return False
        return root.is_file() or next(root.iterdir(), None) is not None
    except OSError:
        return False


def vacated(root: Path, paths: Iterable[str], may_hold: MayHold) -> list[str]:
    """Those of the paths that are vacant."""
    return [path for path in paths if vacant((str(root), path), may_hold)]
