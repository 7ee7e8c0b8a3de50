"""Recognises photo folders that have got another path: renamed, mounted elsewhere, of another user name, seen from a
container; also two that have changed places.

Their contents say so: most of the former folder's files lie below the new path as they lay below the former, and no
longer there. A copy of a folder that is still there is another folder. If a disk is away while a copy of it is given
for the first time, that can't be told apart; nothing is lost by it, as the disk is a folder of its own again once it is
given.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import structlog

from services.domain.files.sources import RootMove
from services.gateway.archives.roots import entered
from services.gateway.queries.sources import SampleFile, present, sample, source_roots
from services.gateway.reading import fingerprint
from services.gateway.reading.threads import to_photo_thread
from services.gateway.running.archives import Lists
from services.gateway.tables.pool import Reader
from services.kernel.paths import from_text, to_text

log = structlog.get_logger(__name__)

SAMPLE_FILES: Final = 64
"""Files of each folder to look for."""
MOST: Final = 0.6
"""At least this share of the sample lies where the folder is …"""
FEW: Final = 0.2
"""… and at most this one where it is not."""
CERTAIN: Final = 10
"""So many files with the path, size and time of the former ones leave no doubt; otherwise so many are read, the
smallest."""


async def relocations(views: Reader, given: Sequence[str], lists: Lists) -> list[RootMove]:
    """Which folders known by another path are now at one of the given ones."""
    roots = await source_roots(views)
    if len(roots) < 2 and set(roots) <= set(given):
        return []
    samples = {root: files for root in roots if (files := await sample(views, root, SAMPLE_FILES))}
    vacant = [
        root
        for root, files in samples.items()
        if await to_photo_thread(_is_left, root, files, root in given, lists)
    ]
    moves: dict[str, str] = {}
    for former, files in samples.items():
        for root in given:
            if root == former or not (former in vacant or await _is_same(former, root, given)):
                continue
            if await _is_at(views, root, files, root in vacant, lists):
                moves[former] = root
                break
    while stuck := [former for former, root in moves.items() if root in vacant and root not in moves]:
        for former in stuck:  # its new path has files of another folder that is away
            del moves[former]
    for former, root in moves.items():
        log.info("a photo folder has got another path", former=former, root=root)
    return [RootMove(former=former, root=root) for former, root in moves.items()]


async def _is_at(views: Reader, root: str, files: Sequence[SampleFile], emptied: bool, lists: Lists) -> bool:
    """Whether the folder with this sample is there. `emptied`: what is known to lie there no longer does."""
    if not emptied and await present(views, root, [file.path for file in files]) > FEW * len(files):
        return False  # a folder with the same files, known for itself
    return await to_photo_thread(_holds, root, files, lists)


def _is_left(root: str, files: Sequence[SampleFile], given: bool, lists: Lists) -> bool:
    """The files are not there, and not because they can't be read. `given`: then the folder must be there; one that was
    given for it isn't expected to be."""
    try:
        entered(Path(root))
    except (FileNotFoundError, NotADirectoryError):
        return not given
    except OSError:
        return False
    return sum(_time(root, file, lists) is not None for file in files) <= FEW * len(files)


async def _is_same(former: str, root: str, given: Sequence[str]) -> bool:
    """Both paths lead to one folder, and only the second was given."""
    if former in given:
        return False
    try:
        return await to_photo_thread(entered, Path(former)) == await to_photo_thread(entered, Path(root))
    except OSError:
        return False


def _holds(root: str, files: Sequence[SampleFile], lists: Lists) -> bool:
    times = {file: time for file in files if (time := _time(root, file, lists)) is not None}
    enough = MOST * len(files)
    if len(times) < enough:
        return False
    if sum(time == file.mtime_ns for file, time in times.items()) >= max(enough, CERTAIN):
        return True
    doubtful = sorted(times, key=lambda file: file.size)[:CERTAIN]
    same = [
        file
        for file in doubtful
        if fingerprint.of_file(to_text(root), file.path, lists.shelf) == file.image_id
    ]
    return len(same) >= MOST * len(doubtful)


def _time(root: str, file: SampleFile, lists: Lists) -> int | None:
    """When the file below this root was last changed, in ns since 1970; None if none with its size is there."""
    try:
        seen = (Path(root) / from_text(file.path)).stat()
    except NotADirectoryError:
        member = lists.member(root, file.path)
        return member.mtime_ns if member and member.size == file.size else None
    except (OSError, ValueError):
        return None
    return seen.st_mtime_ns if seen.st_size == file.size else None
