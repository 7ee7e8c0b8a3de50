"""What workers do, in this process: the same but for the confinement."""

import os
from pathlib import Path
from typing import Literal, cast

from services.gateway.archives.shelf import Shelf
from services.gateway.reading.look import enlarge as enlarged
from services.gateway.reading.look import look as looked
from services.gateway.reading.photo import AlbumTitle, Answer, Large, NoFile, Rejected, Said
from services.gateway.workers.beside import read_beside as said
from services.gateway.workers.handover import answered
from services.gateway.workers.worker_protocol import Answered, Request, Task


class Here:
    """A decoder without a process."""

    def __init__(self) -> None:
        self._file = os.memfd_create("preview") if hasattr(os, "memfd_create") else -1
        self._preview = os.fdopen(self._file, "rb+", buffering=0)

    def ask(self, task: Task, file: int | None) -> Answered:
        assert file is not None
        with os.fdopen(os.dup(file), "rb") as opened:
            if task.what == "photo":
                return looked(opened, task.path, task.image_id, task.size, task.mtime_ns, self._preview)
            if task.what == "large":
                return enlarged(opened, task.path)
            assert task.what != "confinement"
            return said(opened, task.path, task.what, task.size, task.mtime_ns)

    def preview(self) -> bytes:
        self._preview.seek(0)
        return self._preview.read()

    def set_preview(self, content: bytes) -> None:
        self._preview.seek(0)
        self._preview.truncate(0)
        self._preview.write(content)
        self._preview.seek(0)

    def close(self) -> None:
        self._preview.close()


def _answered(
    root: str, path: str, what: Literal["photo", "large", "sidecar", "album"], previews: Path
) -> Answered:
    here = Here()
    try:
        return answered(Request(root, path, what), previews, here, Shelf(previews))
    finally:
        here.close()


def look(root: str, path: str, previews: Path) -> Answer:
    """Reads the file and stores its preview. Raises MemoryError, OSError."""
    return cast("Answer", _answered(root, path, "photo", previews))


def enlarge(root: str, path: str) -> Large | NoFile | Rejected:
    return cast("Large | NoFile | Rejected", _answered(root, path, "large", Path()))


def read_beside(
    root: str, path: str, what: Literal["sidecar", "album"]
) -> Said | AlbumTitle | Rejected | NoFile:
    return cast("Said | AlbumTitle | Rejected | NoFile", _answered(root, path, what, Path()))
