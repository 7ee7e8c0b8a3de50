"""What a worker does for a decoder, which has no way to any file: opens the one that is asked for, hashes it, and
keeps its preview."""

import os
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from services.gateway.reading import reasons
from services.gateway.reading.content import NotThere, Unusable, file_of, format_of, require_size
from services.gateway.reading.fingerprint import of_content
from services.gateway.reading.photo import Copied, NoFile, Photo, Rejected
from services.gateway.sidecars.facts import LARGEST
from services.gateway.workers.parts import Kept
from services.gateway.workers.worker_protocol import Answered, Failed, FilmSpan, Request, Task
from services.kernel import previews
from services.kernel.paths import from_text
from services.knowledge.formats import Kind

_LARGEST_PICTURE: Final = 500_000_000
"""Bytes; no personal picture is larger."""


class Untrue(Exception):
    """The decoder's answer can't be that of a decoder."""


class Decodes(Protocol):
    """A decoder's process, or its function."""

    def ask(self, task: Task, file: int | None, copy: Kept | None = None) -> Answered: ...
    def preview(self) -> bytes: ...
    def set_preview(self, content: bytes) -> None: ...


def answered(request: Request, folder: Path, decoder: Decodes) -> Answered:
    """`folder`: of previews. Raises Untrue, and what `decoder` raises."""
    try:
        with file_of(request.root, request.path) as (file, seen):
            task, preview = _task(request, file, seen, folder)
            decoder.set_preview(preview)
            file.seek(0)
            if request.what == "film":
                return _copied(request, task, file, decoder)
            answer = decoder.ask(task, file.fileno())
    except NotThere:
        return NoFile()
    except Unusable as error:
        return Rejected(reason=str(error), size=error.size, mtime_ns=error.mtime_ns)
    if isinstance(answer, Photo):
        if answer.image_id != task.image_id:
            raise Untrue
        if not preview:
            return _kept(answer, decoder.preview(), folder)
    return answer


def _copied(request: Request, task: Task, file: BinaryIO, decoder: Decodes) -> Answered:
    """Raises Unusable, Untrue."""
    place = task.film or FilmSpan(0, task.size)
    if not 0 <= place.offset < place.offset + place.size <= task.size:
        raise Unusable("There is no film at this place of the file.")
    try:
        with open(from_text(request.target), "r+b") as target:  # noqa: PTH123  its name may not be UTF-8
            kept = Kept(target, place.size)
            answer = decoder.ask(task, file.fileno(), kept)
            if isinstance(answer, Copied):
                kept.finish()
            return answer
    except ValueError as error:
        raise Untrue from error
    except OSError as error:
        return Failed(error.strerror or str(error))


def _task(request: Request, file: BinaryIO, seen: os.stat_result, folder: Path) -> tuple[Task, bytes]:
    """With the preview that is there already. Raises Unusable, OSError."""
    assert request.what != "confinement"
    image_id, preview = "", b""
    if request.what == "film":
        pass
    elif request.what in ("photo", "large"):
        row = format_of(file, request.path)
        if not (row and row.kind is Kind.FILM):
            if row and (reason := reasons.not_yet(row)):
                raise Unusable(reason, seen)
            require_size(seen, _LARGEST_PICTURE)
        if request.what == "photo":
            image_id = of_content(file, seen.st_size, row)
            preview = previews.load(folder, image_id) or b""
    else:
        require_size(seen, LARGEST)
    return Task(request.what, request.path, seen.st_size, seen.st_mtime_ns, image_id, request.film), preview


def _kept(photo: Photo, preview: bytes, folder: Path) -> Photo | Failed:
    """Raises Untrue."""
    try:
        previews.store(folder, photo.image_id, previews.marked(preview, photo.image_id))
    except ValueError as error:
        raise Untrue from error
    except OSError as error:
        return Failed(error.strerror or str(error))
    return photo
