"""One export: the sidecars and lists of all photos, a few hundred at a time. Reads and writes files."""

import errno
import os
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from services.domain.exports import reasons
from services.domain.exports.export import NotExported
from services.gateway.exporting import places
from services.gateway.exporting.lines import MARK, list_line, photo_line
from services.gateway.exporting.sidecar import sidecar
from services.gateway.exporting.spellings import Spellings, ignores_spelling
from services.gateway.exporting.writing import HOPELESS, Foreign, Lines, Outside, Writer
from services.gateway.queries.exported import ExportedAlbum, ExportedCategory, ExportedPhoto, FileName
from services.gateway.queries.images import File
from services.kernel.paths import from_text

MOST_LISTED: Final = 200
"""Failures that are listed."""


class Stopped(Exception):
    """It can't go on; the message is a sentence for the user."""


class Counts(msgspec.Struct):
    total: int = 0
    exported: int = 0
    """Photos."""
    files_written: int = 0
    """Files."""
    files_unchanged: int = 0
    failed: int = 0
    """Files for which no sidecar was written."""
    failures: list[NotExported] = []

    def fail(self, failure: NotExported) -> None:
        self.failed += 1
        if len(self.failures) < MOST_LISTED:
            self.failures.append(failure)


class Export:
    """In one thread. Raises Stopped in every method but `abandon`."""

    def __init__(self, folder: str, beside: bool, roots: Sequence[str], library: str, counts: Counts) -> None:
        """`folder`: has been checked (`folder.py`); `roots`: of all photo folders, also former ones."""
        self._folder, self._beside, self._library = Path(from_text(folder)), beside, library
        self._mirrors, self._counts = places.mirrors(roots), counts
        self._writers: dict[str, Writer] = {}
        self._lists: dict[str, Lines] = {}
        with ExitStack() as stack:
            stack.callback(self.abandon)
            try:
                self._folder.mkdir(exist_ok=True)
                self._own = Writer(self._folder)
                self._spellings = Spellings() if ignores_spelling(self._folder) else None
                for name in places.LISTS:
                    self._lists[name] = self._lines(name)
            except OSError as error:
                raise _stopped(error) from error
            stack.pop_all()

    @property
    def ignores_spelling(self) -> bool:
        """Whether `names` has to be told of all files first."""
        return self._spellings is not None

    def names(self, files: Iterable[FileName]) -> None:
        """`files`: known ones, which may be missing."""
        if self._spellings:
            for file in files:
                self._spellings.add(file.root, file.path)

    def photos(self, some: Sequence[ExportedPhoto]) -> None:
        try:
            self._own.require_disk()
            for photo in some:
                content = sidecar(photo, self._library)
                for file in photo.files:
                    if not file.missing:
                        self._sidecar(photo, file, content)
                self._lists[places.PHOTOS].add([photo_line(photo, self._library)])
                self._counts.exported += 1
        except OSError as error:
            raise _stopped(error) from error

    def finish(self, albums: Iterable[ExportedAlbum], categories: Iterable[ExportedCategory]) -> None:
        try:
            for writer in (self._own, *self._writers.values()):
                writer.flush()
            self._lists[places.ALBUMS].add(map(list_line, albums))
            self._lists[places.CATEGORY_LIST].add(map(list_line, categories))
            for lines in self._lists.values():
                self._count(lines.finish())
        except OSError as error:
            raise _stopped(error) from error

    def abandon(self) -> None:
        """Has no effect after `finish`."""
        for lines in self._lists.values():
            lines.abandon()

    def _lines(self, name: str) -> Lines:
        try:
            return Lines(self._folder, name, MARK)
        except Foreign as error:
            raise Stopped(reasons.FOREIGN_LIST % {"name": name}) from error

    def _sidecar(self, photo: ExportedPhoto, file: File, content: bytes) -> None:
        """Raises OSError if nothing else could be written either."""
        beside = self._beside and not places.in_archive(file)
        folders = [part for part in file.folder.split("/") if part]
        name = file.name
        if self._spellings and not beside:
            name = self._spellings.apart(file.root, "/".join((*folders, name)), name)
        parts = [from_text(part) for part in (*folders, places.sidecar_name(name))]
        try:
            if beside:
                others = [from_text(name) for name in places.others(file.name)]
                self._count(self._beside_photos(file).write(parts, content, others))
            else:
                self._count(self._own.write([from_text(self._mirror(file.root)), *parts], content))
        except (Foreign, Outside, OSError) as error:
            if isinstance(error, OSError) and error.errno in HOPELESS and (not beside or _is_full(error)):
                raise
            path = "/".join((*folders, file.name))
            self._counts.fail(
                NotExported(image_id=photo.image.image_id, root=file.root, path=path, reason=_reason(error))
            )

    def _mirror(self, root: str) -> str:
        if root not in self._mirrors:  # a scan has come to it meanwhile
            self._mirrors = places.mirrors([*self._mirrors, root]) | self._mirrors
        return self._mirrors[root]

    def _beside_photos(self, file: File) -> Writer:
        """Raises OSError."""
        if file.unused:
            raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
        writer = self._writers.get(file.root)
        if writer is None:
            writer = self._writers[file.root] = Writer(Path(from_text(file.root)))
        writer.require_disk()
        return writer

    def _count(self, result: str) -> None:
        if result == "written":
            self._counts.files_written += 1
        else:
            self._counts.files_unchanged += 1


def _is_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def _stopped(error: OSError) -> Stopped:
    if _is_full(error):
        return Stopped(reasons.FULL)
    return Stopped(reasons.GONE % {"why": error.strerror or str(error)})


def _reason(error: Exception) -> str:
    if isinstance(error, Foreign):
        return reasons.FOREIGN
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return reasons.TOO_LONG
    if isinstance(error, OSError):
        return reasons.UNWRITABLE % {"why": error.strerror or str(error)}
    return reasons.OUTSIDE
