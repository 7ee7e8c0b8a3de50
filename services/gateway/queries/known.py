"""What the library knew about a folder's files when a scan began."""

from collections.abc import Collection
from typing import Final

import msgspec

from services.gateway.queries.reads import FileRow
from services.gateway.tables.pool import Reader

Seen = tuple[int, int]
"""(size in bytes, mtime in ns)"""

_FILES: Final = "SELECT path, image_id, size, mtime_ns, missing FROM file WHERE root = ?"
_REJECTIONS: Final = "SELECT path, size, mtime_ns, kind FROM rejection WHERE root = ?"
_SIDECARS: Final = "SELECT path, image_id, size, mtime_ns FROM sidecar WHERE root = ?"


class KnownFiles(msgspec.Struct):
    """The files of one root."""

    files: dict[str, FileRow]
    """By path, rejected files included."""
    sidecars: dict[tuple[str, str], Seen]
    """(path, image id) -> the sidecar as it was read."""
    blocked: set[str] = msgspec.field(default_factory=set)
    """Folders that could not be read."""

    def seen(self, path: str, size: int, mtime_ns: int) -> bool:
        """Whether the file at the path is unchanged."""
        row = self.files.get(path)
        return row is not None and (row.size, row.mtime_ns) == (size, mtime_ns)

    def heard(self, image_id: str, path: str, size: int, mtime_ns: int) -> bool:
        """Whether this version of a sidecar was already read for an image, or rejected."""
        return self.sidecars.get((path, image_id)) == (size, mtime_ns) or self.seen(path, size, mtime_ns)


async def known(views: Reader, root: str, again: Collection[tuple[str, str]] = ()) -> KnownFiles:
    """`again`: (root, path) of rejected files to treat as changed."""
    files = {
        path: FileRow(image_id, size, mtime_ns, bool(missing))
        for path, image_id, size, mtime_ns, missing in await views.fetch(_FILES, (root,))
    }
    blocked = set()
    for path, size, mtime_ns, kind in await views.fetch(_REJECTIONS, (root,)):
        if kind == "folder":
            blocked.add(path)
        else:
            row = FileRow(None, -1, -1) if (root, path) in again else FileRow(None, size, mtime_ns)
            files.setdefault(path, row)
    sidecars = {
        (path, image_id): (size, mtime_ns)
        for path, image_id, size, mtime_ns in await views.fetch(_SIDECARS, (root,))
    }
    return KnownFiles(files, sidecars, blocked)
