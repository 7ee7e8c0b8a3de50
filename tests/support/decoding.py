"""What workers do, in this process: the same but for the confinement."""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO, Literal, cast

from services.gateway.archives.shelf import Shelf
from services.gateway.imports.reading import read_import
from services.gateway.reading.look import enlarge as enlarged
from services.gateway.reading.look import look as looked
from services.gateway.reading.look import orient, rotate
from services.gateway.reading.photo import AlbumTitle, Answer, FileWords, Large, NoFile, Photo, Rejected, Said
from services.gateway.reading.words_alone import words_alone
from services.gateway.workers.beside import read_beside as said
from services.gateway.workers.handover import Prepared, kept, prepared
from services.gateway.workers.worker_protocol import Answered, Request, Task


def answered(request: Request, previews: Path) -> Answered:
    """Raises MemoryError, OSError."""
    job = prepared(request, previews, Shelf(previews))
    if not isinstance(job, Prepared):
        return job
    assert job.file is not None
    with os.fdopen(job.file, "rb") as file, tempfile.TemporaryFile(buffering=0) as preview:
        file.seek(0)
        preview.write(job.preview)
        preview.seek(0)
        answer = _decoded(job.task, file, preview)
        if isinstance(answer, Photo) and not job.preview:
            preview.seek(0)
            return kept(answer, preview.read(), previews)
    return answer


def _decoded(task: Task, file: BinaryIO, preview: BinaryIO) -> Answered:
    match task.what:
        case "photo":
            return looked(file, task.path, task.image_id, task.size, task.mtime_ns, preview)
        case "words":
            return words_alone(file, task.path, task.size)
        case "medium" | "large" | "whole":
            return enlarged(file, task.path, task.rotation, task.what)
        case "rotated":
            return rotate(file, task.rotation)
        case "oriented":
            return orient(file, task.rotation)
        case "import":
            return read_import(file, task.path, task.size, task.mtime_ns)
        case "sidecar" | "album":
            return said(file, task.path, task.what, task.size, task.mtime_ns)
    raise NotImplementedError("Films are copied by real decoders alone.")


def look(root: str, path: str, previews: Path) -> Answer:
    """Reads the file and stores its preview. Raises MemoryError, OSError."""
    return cast("Answer", answered(Request(root, path), previews))


def words(root: str, path: str) -> FileWords | NoFile | Rejected:
    return cast("FileWords | NoFile | Rejected", answered(Request(root, path, "words"), Path()))


def enlarge(root: str, path: str) -> Large | NoFile | Rejected:
    return cast("Large | NoFile | Rejected", answered(Request(root, path, "large"), Path()))


def read_beside(
    root: str, path: str, what: Literal["sidecar", "album"]
) -> Said | AlbumTitle | Rejected | NoFile:
    return cast("Said | AlbumTitle | Rejected | NoFile", answered(Request(root, path, what), Path()))
