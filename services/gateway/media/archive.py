"""Streams photos as one zip.

Stored, not deflated: photos don't compress, and so the length is known in advance. A file that disappears or changes
during the transfer aborts it, so that the browser reports a failed download and never silently keeps an incomplete zip.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import msgspec
import structlog
from zipstream.ng import ZipStream

from services.gateway.archives.shelf import Shelf
from services.gateway.archives.streams import Damaged
from services.gateway.media.originals import CHUNK, open_copy
from services.gateway.media.zipnames import apart
from services.gateway.queries.images import File
from services.gateway.reading.photo import Beginning
from services.kernel.paths import from_text

log = structlog.get_logger(__name__)

MISSING: Final = "MISSING.txt"
UNROTATED: Final = "NOT-ROTATED.txt"
UNCHANGED: Final = Beginning(content=b"", replaces=0)


class Gone(Exception):
    """A file has disappeared or changed since the zip was started."""


class Picture(msgspec.Struct, frozen=True):
    """To be put into a zip."""

    copies: Sequence[File]
    rotated: bool = False
    """By a person."""
    beginning: Beginning = UNCHANGED
    """Of its copy in the zip."""


class ZipEntry(msgspec.Struct, frozen=True):
    name: str
    """In the zip."""
    copy: File
    """The one to send."""
    picture: Picture

    @property
    def size(self) -> int:
        return self.copy.size - self.picture.beginning.replaces + len(self.picture.beginning.content)


class Plan(msgspec.Struct, frozen=True):
    entries: list[ZipEntry]
    missing: list[str]
    """Paths of photos without an available copy."""


class Notes(NamedTuple):
    """The texts above the lists that are put into a zip."""

    missing: str
    unrotated: str


def plan(pictures: Sequence[Picture], shelf: Shelf) -> Plan:
    """`shelf`: of archives. Opens every file, so call it off the event loop."""
    available: list[tuple[File, Picture]] = []
    missing = []
    for picture in pictures:
        if match := open_copy(picture.copies, shelf):
            match[0].close()
            available.append((match[1], picture))
        elif picture.copies:
            missing.append(picture.copies[0].path)
    names = apart((copy.name for copy, _ in available), [MISSING, UNROTATED])
    return Plan([ZipEntry(name, *one) for name, one in zip(names, available, strict=True)], missing)


def zipped(planned: Plan, folder: str, notes: Notes, shelf: Shelf) -> tuple[int, Iterator[bytes]]:
    """Length in bytes, and the content. `folder`: a safe name."""
    stream = ZipStream(sized=True)
    for entry in planned.entries:
        stream.add(_content(entry, shelf), f"{folder}/{entry.name}", size=entry.size)
    as_they_were = [
        one.name for one in planned.entries if one.picture.rotated and one.picture.beginning is UNCHANGED
    ]
    lists = ((MISSING, notes.missing, planned.missing), (UNROTATED, notes.unrotated, as_they_were))
    for name, note, lines in lists:
        if lines:
            text = "\r\n".join(from_text(line) for line in [note, "", *lines])
            stream.add(text.encode("utf-8", "surrogateescape"), f"{folder}/{name}")
    return len(stream), iter(stream)


def _content(entry: ZipEntry, shelf: Shelf) -> Iterator[bytes]:
    """Raises Gone if the announced length can't be delivered."""
    copies, size, beginning = entry.picture.copies, entry.copy.size, entry.picture.beginning
    match = open_copy((copy for copy in copies if copy.size == size), shelf)
    if match is None:
        log.warning("a file went away while it was downloaded", path=copies[0].path)
        raise Gone(copies[0].path)
    file, copy = match
    with file:
        if beginning.content:
            yield beginning.content
        file.seek(beginning.replaces)
        remaining = size - beginning.replaces
        while remaining > 0:
            try:
                chunk = file.read(min(CHUNK, remaining))
            except Damaged:
                chunk = b""
            if not chunk:
                log.warning("a file was cut while it was downloaded", path=copy.path)
                raise Gone(copy.path)
            remaining -= len(chunk)
            yield chunk
