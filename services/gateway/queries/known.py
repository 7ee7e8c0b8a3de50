"""What the library knew about a folder's files when a scan began."""

import asyncio
import json
from collections.abc import Collection, Set
from typing import Any, Final

import msgspec

from services.domain.files.passed import PassedKind
from services.gateway.queries.reads import FileRow
from services.gateway.reading.reasons import ENDED_FROM_OUTSIDE
from services.gateway.tables.pool import Reader
from services.knowledge import facts_version

_FILES: Final = "SELECT path, image_id, size, mtime_ns, missing, ctime_ns, inode FROM file WHERE root = ?"
_STALE: Final = f"SELECT image_id FROM image WHERE facts < {facts_version.CURRENT}"
"""Found by an index that holds nothing else."""
_REJECTIONS: Final = "SELECT path, size, mtime_ns, ctime_ns, kind, reason FROM rejection WHERE root = ?"
_SIDECARS: Final = "SELECT path, image_id, size, mtime_ns, ctime_ns, facts, kind FROM sidecar WHERE root = ?"

_PASSED: Final = "SELECT kind, count, examples FROM passed_over WHERE root = ?"


Rows = list[tuple[Any, ...]]


class KnownFiles(msgspec.Struct):
    """The files of one root."""

    files: dict[str, FileRow]
    """By path, rejected files included."""
    sidecars: dict[tuple[str, str], FileRow]
    """(path, image id) -> the sidecar as it was read."""
    blocked: set[str] = msgspec.field(default_factory=set)
    """Folders that could not be read."""
    passed: dict[PassedKind, tuple[int, list[str]]] = msgspec.field(default_factory=dict)
    """Kind of what was passed over -> how many there were, and examples."""


async def known(views: Reader, root: str, again: Collection[tuple[str, str]] = ()) -> KnownFiles:
    """`again`: (root, path) of rejected files to treat as changed, beside those that may be innocent."""
    stale = {row[0] for row in await views.fetch(_STALE)}
    rows, rejections = await views.fetch(_FILES, (root,)), await views.fetch(_REJECTIONS, (root,))
    files, blocked = await asyncio.to_thread(_files, root, again, rows, rejections, stale)
    sidecars = await asyncio.to_thread(_sidecars, await views.fetch(_SIDECARS, (root,)))
    passed = {
        kind: (count, json.loads(examples)) for kind, count, examples in await views.fetch(_PASSED, (root,))
    }
    return KnownFiles(files, sidecars, blocked, passed)


def _files(
    root: str, again: Collection[tuple[str, str]], rows: Rows, rejections: Rows, stale: Set[str]
) -> tuple[dict[str, FileRow], set[str]]:
    """In a thread: a second or more for a million. The files by path, and the folders that could not be read."""
    files = {
        path: FileRow(image_id, size, mtime_ns, bool(missing), ctime_ns, inode, image_id in stale)
        for path, image_id, size, mtime_ns, missing, ctime_ns, inode in rows
    }
    blocked = set()
    for path, size, mtime_ns, ctime_ns, kind, reason in rejections:
        if kind == "folder":
            blocked.add(path)
        else:
            tried_again = (root, path) in again or reason == ENDED_FROM_OUTSIDE
            row = FileRow(None, size, mtime_ns, ctime_ns=ctime_ns)
            files.setdefault(path, FileRow(None, -1, -1) if tried_again else row)
    return files, blocked


def _sidecars(rows: Rows) -> dict[tuple[str, str], FileRow]:
    return {
        (path, image_id): FileRow(
            image_id, size, mtime_ns, ctime_ns=ctime_ns, stale=facts < facts_version.of_sidecars(kind)
        )
        for path, image_id, size, mtime_ns, ctime_ns, facts, kind in rows
    }
