"""Streams photos as one zip.

Stored, not deflated: photos don't compress, and so the length is known in advance. A file that disappears or changes
during the transfer aborts it, so that the browser reports a failed download and never silently keeps an incomplete zip.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import structlog
from zipstream.ng import ZipStream

from services.gateway.archives.shelf import Shelf
from services.gateway.archives.streams import Damaged
from services.gateway.media.originals import CHUNK, open_copy
from services.gateway.media.zipnames import apart
from services.gateway.queries.images import File
from services.kernel.paths import from_text

log = structlog.get_logger(__name__)

MISSING: Final = "MISSING.txt"


class Gone(Exception):
    """A file has disappeared or changed since the zip was started."""


class Plan(msgspec.Struct, frozen=True):
    entries: list[tuple[str, File, Sequence[File]]]
    """Name in the zip, the copy to send, and all copies."""
    missing: list[str]
    """Paths of photos without an available copy."""


def plan(photos: Sequence[Sequence[File]], shelf: Shelf) -> Plan:
    """`photos`: the copies of each. `shelf`: of archives. Opens every file, so call it off the event loop."""
    available: list[tuple[File, Sequence[File]]] = []
    missing = []
    for copies in photos:
        if match := open_copy(copies, shelf):
            match[0].close()
            available.append((match[1], copies))
        elif copies:
            missing.append(copies[0].path)
    names = apart((copy.name for copy, _ in available), [MISSING])
    return Plan([(name, *one) for name, one in zip(names, available, strict=True)], missing)


def zipped(planned: Plan, folder: str, note: str, shelf: Shelf) -> tuple[int, Iterator[bytes]]:
    """Length in bytes, and the content. `folder`: a safe name; `note`: the text above the paths in MISSING.txt."""
    stream = ZipStream(sized=True)
    for name, copy, copies in planned.entries:
        stream.add(_content(copies, copy.size, shelf), f"{folder}/{name}", size=copy.size)
    if planned.missing:
        lines = [note, "", *planned.missing]
        text = "\r\n".join(from_text(line) for line in lines).encode("utf-8", "surrogateescape")
        stream.add(text, f"{folder}/{MISSING}")
    return len(stream), iter(stream)


def _content(copies: Sequence[File], size: int, shelf: Shelf) -> Iterator[bytes]:
    """Raises Gone if the announced length can't be delivered."""
    match = open_copy((copy for copy in copies if copy.size == size), shelf)
    if match is None:
        log.warning("a file went away while it was downloaded", path=copies[0].path)
        raise Gone(copies[0].path)
    file, copy = match
    with file:
        remaining = size
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
