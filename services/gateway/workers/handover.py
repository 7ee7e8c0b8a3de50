"""What a worker does for a decoder, which has no way to any file: before it decodes, opens the one that is asked for
and hashes it; afterwards, keeps the preview."""

import errno
import os
import tempfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec

from services.gateway.archives.listing import Unlistable
from services.gateway.archives.opening import NoMember, NoRoom, contents_of
from services.gateway.archives.shelf import Shelf
from services.gateway.imports.contract import Told
from services.gateway.imports.kinds import kind_of
from services.gateway.imports.sources import BUSY
from services.gateway.imports.wal import Unsteady, with_log
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
from services.gateway.reading.photo import Beginning, Copied, FileWords, NoFile, Photo, Rejected
from services.gateway.sidecars.facts import LARGEST
from services.gateway.workers.parts import Kept
from services.gateway.workers.worker_protocol import Answered, Failed, FilmSpan, Listed, Request, Task
from services.kernel import previews
from services.kernel.paths import COPIES, SIZES, from_text
from services.knowledge.formats import Kind


class Untrue(Exception):
    """The decoder's answer can't be that of a decoder."""


class Prepared(NamedTuple):
    """A task for a decoder, and what it needs for it."""

    task: Task
    preview: bytes = b""
    """The photo's, if there is one already."""
    file: int | None = None
    """A descriptor, open for reading; its holder closes it."""
    copy: Kept | None = None
    """Of a film; its holder closes it."""


Outcome = NoFile | Rejected | Failed | Listed
"""What needs no decoder."""


def prepared(request: Request, folder: Path, shelf: Shelf) -> Prepared | Outcome:
    """`folder`: of previews. `shelf`: of archives."""
    if request.what == "confinement":
        return Prepared(Task("confinement", "", 0, 0, ""))
    try:
        if request.what == "members":
            return _members(request, shelf)
        with file_of(request.root, request.path, shelf) as (file, seen):
            task, preview = _task(request, file, seen, folder)
            job = _with_log(Prepared(task, preview, os.dup(file.fileno())), request, file, folder)
    except NotThere:
        return NoFile()
    except Unusable as error:
        return Rejected(reason=str(error), size=error.size, mtime_ns=error.mtime_ns)
    except NoRoom as error:
        return Failed(str(error))
    return _with_copy(job, request.target) if request.what in COPIES else job


def _members(request: Request, shelf: Shelf) -> Outcome:
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


def _with_log(job: Prepared, request: Request, file: BinaryIO, folder: Path) -> Prepared:
    """Of a database that its program holds open: with what lies in the log beside it. Raises Unusable, NoRoom."""
    kind = kind_of(request.path) if request.what == "import" else None
    assert job.file is not None
    if not kind or not kind.log:
        return job
    log = Path(from_text(request.root), from_text(request.path) + kind.log)
    try:
        if not log.stat().st_size:
            return job
        require_size(log.stat(), kind.largest)
        with log.open("rb") as beside, tempfile.TemporaryFile(dir=folder) as copy:
            with_log(file, beside, copy)
            copy.flush()
            os.dup2(copy.fileno(), job.file)
            os.lseek(job.file, 0, os.SEEK_SET)
            task = msgspec.structs.replace(job.task, size=os.fstat(job.file).st_size)
    except (FileNotFoundError, NotADirectoryError):
        return job
    except BaseException as error:
        os.close(job.file)
        if isinstance(error, Unsteady):
            raise Unusable(BUSY, os.fstat(file.fileno())) from error
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoRoom(error.strerror or str(error)) from error
        raise
    return job._replace(task=task)


def _with_copy(job: Prepared, target: str) -> Prepared | Failed:
    assert job.file is not None
    try:
        file = open(from_text(target), "r+b")  # noqa: PTH123, SIM115  its name may not be UTF-8
    except OSError as error:
        os.close(job.file)
        return Failed(error.strerror or str(error))
    return job._replace(copy=Kept(file, largest_copy(job.task)))


def largest_copy(task: Task) -> int:
    """Bytes of a film's copy: as many as the film's, and a longer index; or, coded anew, up to 6 Mbit/s, of which old
    phones' films have a twentieth."""
    size = task.film.size if task.film else task.size
    return size + size // 8 + (1 << 20) if task.what == "film" else size * 20 + (64 << 20)


def require_fitting(answer: Answered, task: Task) -> None:
    """Raises Untrue."""
    if isinstance(answer, Photo) and (task.what != "photo" or answer.image_id != task.image_id):
        raise Untrue
    if isinstance(answer, FileWords) and task.what != "words":
        raise Untrue
    if isinstance(answer, Beginning) and (task.what != "oriented" or not 0 <= answer.replaces <= task.size):
        raise Untrue
    if isinstance(answer, Told) and task.what != "import":
        raise Untrue
    if isinstance(answer, Copied) and task.what not in COPIES:
        raise Untrue


def kept(photo: Photo, preview: bytes, folder: Path) -> Photo | Failed:
    """The photo once its preview is in `folder`. Raises Untrue if it is no preview."""
    try:
        previews.store(folder, photo.image_id, previews.marked(preview, photo.image_id))
    except ValueError as error:
        raise Untrue from error
    except OSError as error:
        return Failed(error.strerror or str(error))
    return photo


def _task(request: Request, file: BinaryIO, seen: os.stat_result, folder: Path) -> tuple[Task, bytes]:
    """With the preview that is there already. Raises Unusable, OSError."""
    assert request.what != "members"
    image_id, preview = "", b""
    if request.what in COPIES:
        place = request.film or FilmSpan(0, seen.st_size)
        if not 0 <= place.offset < place.offset + place.size <= seen.st_size:
            raise Unusable("There is no film at this place of the file.", seen)
    elif request.what in ("photo", "words", *SIZES, "rotated", "oriented"):
        row = format_of(file, request.path)
        if not (row and row.kind is Kind.FILM):
            if row and (reason := reasons.not_yet(row)):
                raise Unusable(reason, seen)
            require_size(seen, LARGEST_PICTURE)
        if request.what == "photo":
            image_id = of_content(file, seen.st_size, row)
            preview = previews.load(folder, image_id) or b""
    else:
        kind = kind_of(request.path) if request.what == "import" else None
        require_size(seen, kind.largest if kind else LARGEST)
    seen_at = (request.path, seen.st_size, seen.st_mtime_ns)
    return Task(request.what, *seen_at, image_id, request.film, request.rotation), preview
