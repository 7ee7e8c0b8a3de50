"""Photos as one zip, made while it is sent.

Stored, not deflated: pictures don't shrink, and so the length is known before the first byte. A file that goes away or
changes while it is sent breaks the transfer off: a browser then says that the download failed, and never keeps a zip
that lacks something without saying so.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
import structlog
from zipstream.ng import ZipStream

from services.gateway.media.originals import CHUNK, open_copy
from services.gateway.media.zipnames import apart
from services.gateway.queries.images import File
from services.kernel.paths import from_text

log = structlog.get_logger(__name__)

MISSING: Final = "MISSING.txt"


class Gone(Exception):
    """A file that was there when the zip was begun."""


class Plan(msgspec.Struct, frozen=True):
    entries: list[tuple[str, File, Sequence[File]]]
    """Name in the zip, the copy that is there, and all copies."""
    missing: list[str]
    """Paths of photos of which no copy is there."""


def plan(photos: Sequence[Sequence[File]]) -> Plan:
    """`photos`: the copies of each. Looks at every file, so not on the event loop."""
    there: list[tuple[File, Sequence[File]]] = []
    missing = []
    for copies in photos:
        found = open_copy(copies)
        if found is None:
            missing += [copies[0].path] if copies else []
        else:
            found[0].close()
            there.append((found[1], copies))
    names = apart((copy.name for copy, _ in there), [MISSING])
    return Plan([(name, *one) for name, one in zip(names, there, strict=True)], missing)


def zipped(planned: Plan, folder: str, note: str) -> tuple[int, Iterator[bytes]]:
    """Its length in bytes, and its parts. `folder`: a safe name; `note`: what MISSING.txt says above the paths."""
    stream = ZipStream(sized=True)
    for name, copy, copies in planned.entries:
        stream.add(_content(copies, copy.size), f"{folder}/{name}", size=copy.size)
    if planned.missing:
        lines = [note, "", *planned.missing]
        text = "\r\n".join(from_text(line) for line in lines).encode("utf-8", "surrogateescape")
        stream.add(text, f"{folder}/{MISSING}")
    return len(stream), iter(stream)


def _content(copies: Sequence[File], size: int) -> Iterator[bytes]:
    """Raises Gone: the length that was promised can't be kept."""
    found = open_copy(copy for copy in copies if copy.size == size)
    if found is None:
        log.warning("a file went away while it was downloaded", path=copies[0].path)
        raise Gone(copies[0].path)
    file, copy = found
    with file:
        left = size
        while left > 0:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                log.warning("a file was cut while it was downloaded", path=copy.path)
                raise Gone(copy.path)
            left -= len(chunk)
            yield chunk
