"""What the library knew of a folder's files when a scan began."""

from typing import Final

import msgspec

from services.gateway.queries.work import FileRow, Reader

Seen = tuple[int, int]
"""(size in bytes, mtime in ns)"""

_FILES: Final = """SELECT iif(folder = '', name, folder || '/' || name), image_id, size, mtime_ns, missing
  FROM file WHERE root = ?"""
_REJECTIONS: Final = (
    "SELECT iif(folder = '', name, folder || '/' || name), size, mtime_ns FROM rejection WHERE root = ?"
)
_SIDECARS: Final = """SELECT iif(folder = '', name, folder || '/' || name), image_id, size, mtime_ns
  FROM sidecar WHERE root = ?"""


class Known(msgspec.Struct):
    """Of one root."""

    files: dict[str, FileRow]
    """Path -> what was there, rejected files included."""
    sidecars: dict[tuple[str, str], Seen]
    """(path, image id) -> the sidecar as it was read."""


async def known(views: Reader, root: str) -> Known:
    files = {
        path: FileRow(image_id, size, mtime_ns, bool(missing))
        for path, image_id, size, mtime_ns, missing in await views.fetch(_FILES, (root,))
    }
    for path, size, mtime_ns in await views.fetch(_REJECTIONS, (root,)):
        files.setdefault(path, FileRow(None, size, mtime_ns))
    sidecars = {
        (path, image_id): (size, mtime_ns)
        for path, image_id, size, mtime_ns in await views.fetch(_SIDECARS, (root,))
    }
    return Known(files, sidecars)
