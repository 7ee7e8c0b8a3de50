"""The sidecars of one root during a scan: which are new to a picture, and which no longer say anything about it.

A sidecar speaks for a picture while it lies where it finds that picture (`sidecars/matching.py`) and can be read.
Removed, broken, moved away from its picture or left behind by it, it is silent: what it said is no longer believed.
"""

from collections.abc import Iterable, Sequence

from services.gateway.queries.known import KnownFiles
from services.gateway.running.walk import Found


class Beside:
    def __init__(self, before: KnownFiles) -> None:
        self._before = before
        self._speaking: set[tuple[str, str]] = set()
        """(path, image id), as in `KnownFiles.sidecars`."""

    def new(self, image_id: str, files: Iterable[Found]) -> list[Found]:
        """Those of a picture's sidecars that have to be read; the others still say the same."""
        new = []
        for item in files:
            if not self._before.heard(image_id, item.path, item.size, item.mtime_ns):
                new.append(item)
            elif not self._before.seen(item.path, item.size, item.mtime_ns):
                self._speaking.add((item.path, image_id))
        return new

    def read(self, image_id: str, item: Found) -> None:
        """It was read in this scan."""
        self._speaking.add((item.path, image_id))

    def silent(self, blocked: Sequence[str]) -> list[tuple[str, str]]:
        """(path, image id) of sidecars that spoke before this scan and do so no longer. `blocked`: folders that
        couldn't be read, whose sidecars still hold."""
        return [
            (path, image)
            for path, image in sorted(self._before.sidecars.keys() - self._speaking)
            if not any(not folder or path == folder or path.startswith(f"{folder}/") for folder in blocked)
        ]
