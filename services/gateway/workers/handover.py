"""What a worker does for a decoder, which has no way to any file: opens the one that is asked for, hashes it, and
keeps its preview."""

import os
from pathlib import Path
from typing import BinaryIO, Protocol

from services.gateway.archives.listing import Unlistable
from services.gateway.archives.opening import NoMember, NoRoom, contents_of
from services.gateway.archives.shelf import Shelf
from services.gateway.reading import reasons
from services.gateway.reading.content import (
    LARGEST_PICTURE,
    NotThere,
    Unusable,
    file_of,
    format_of,
    require_size,
    unreadable,
)
from services.gateway.reading.fingerprint import of_content
from services.gateway.reading.photo import NoFile, Photo, Rejected
from services.gateway.sidecars.facts import LARGEST
from services.gateway.workers.worker_protocol import Answered, Failed, Listed, Request, Task
from services.kernel import previews
from services.kernel.paths import from_text
from services.knowledge.formats import Kind


class Untrue(Exception):
    """The decoder's answer can't be that of a decoder."""


class Decodes(Protocol):
    """A decoder's process, or its function."""

    def ask(self, task: Task, file: int | None) -> Answered: ...
    def preview(self) -> bytes: ...
    def set_preview(self, content: bytes) -> None: ...


def answered(request: Request, folder: Path, decoder: Decodes, shelf: Shelf) -> Answered:
    """`folder`: of previews. `shelf`: of archives. Raises Untrue, and what `decoder` raises."""
    try:
        if request.what == "members":
            return _members(request, shelf)
        with file_of(request.root, request.path, shelf) as (file, seen):
            task, preview = _task(request, file, seen, folder)
            decoder.set_preview(preview)
            file.seek(0)
            answer = decoder.ask(task, file.fileno())
    except NotThere:
        return NoFile()
    except Unusable as error:
        return Rejected(reason=str(error), size=error.size, mtime_ns=error.mtime_ns)
    except NoRoom as error:
        return Failed(str(error))
    if isinstance(answer, Photo):
        if answer.image_id != task.image_id:
            raise Untrue
        if not preview:
            return _kept(answer, decoder.preview(), folder)
    return answer


def _members(request: Request, shelf: Shelf) -> Answered:
    """Puts the list of an archive's members on the shelf. Raises NoRoom."""
    try:
        contents_of(from_text(request.root), shelf)
    except (FileNotFoundError, NotADirectoryError, NoMember):
        return NoFile()
    except Unlistable as error:
        return Rejected(reason=str(error), size=0, mtime_ns=0)
    except OSError as error:
        return Rejected(reason=unreadable(error), size=0, mtime_ns=0)
    return Listed()


def _task(request: Request, file: BinaryIO, seen: os.stat_result, folder: Path) -> tuple[Task, bytes]:
    """With the preview that is there already. Raises Unusable, OSError."""
    assert request.what != "confinement"
    assert request.what != "members"
    image_id, preview = "", b""
    if request.what in ("photo", "large"):
        row = format_of(file, request.path)
        if not (row and row.kind is Kind.FILM):
            if row and (reason := reasons.not_yet(row)):
                raise Unusable(reason, seen)
            require_size(seen, LARGEST_PICTURE)
        if request.what == "photo":
            image_id = of_content(file, seen.st_size, row)
            preview = previews.load(folder, image_id) or b""
    else:
        require_size(seen, LARGEST)
    return Task(request.what, request.path, seen.st_size, seen.st_mtime_ns, image_id), preview


def _kept(photo: Photo, preview: bytes, folder: Path) -> Photo | Failed:
    """Raises Untrue."""
    try:
        previews.store(folder, photo.image_id, previews.marked(preview, photo.image_id))
    except ValueError as error:
        raise Untrue from error
    except OSError as error:
        return Failed(error.strerror or str(error))
    return photo
