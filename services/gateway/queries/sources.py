"""Photo folders that scans have known, and some of the files below them."""

import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from services.gateway.tables.pool import Reader

_ROOTS: Final = "SELECT root FROM source ORDER BY root"
_FORGOTTEN: Final = "SELECT root FROM source WHERE forgotten = 1 ORDER BY root"
_SAMPLE: Final = """SELECT path, size, mtime_ns, image_id FROM file WHERE root = ? AND missing = 0
  ORDER BY image_id, path LIMIT ?"""
_PRESENT: Final = """SELECT count(*) FROM file WHERE root = ? AND missing = 0
  AND path IN (SELECT value FROM json_each(?))"""


class SampleFile(NamedTuple):
    path: str
    """Relative to its root, as `kernel.paths` writes names."""
    size: int
    """Bytes."""
    mtime_ns: int
    image_id: str


async def source_roots(views: Reader) -> list[str]:
    """All that were ever given, by the paths that they have now."""
    return [row[0] for row in await views.fetch(_ROOTS)]


async def forgotten_roots(views: Reader) -> list[str]:
    return [row[0] for row in await views.fetch(_FORGOTTEN)]


async def sample(views: Reader, root: str, most: int) -> list[SampleFile]:
    """Of the files present there at the last scan, the same ones each time but spread over all folders: by the hashes
    of their contents."""
    return [SampleFile(*row) for row in await views.fetch(_SAMPLE, (root, most))]


async def present(views: Reader, root: str, paths: Sequence[str]) -> int:
    """How many of these were there at the last scan."""
    rows = await views.fetch(_PRESENT, (root, json.dumps(list(paths))))
    return int(rows[0][0]) if rows else 0
