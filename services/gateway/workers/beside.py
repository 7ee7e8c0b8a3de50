"""Reads a file that accompanies pictures, in a worker process: a sidecar of any format, or an album's title."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from services.gateway.reading.content import NotThere, Unusable, file_content
from services.gateway.reading.photo import AlbumTitle, NoFile, Rejected, Said
from services.gateway.sidecars.facts import LARGEST, NotASidecar, PictureFacts, Unreadable
from services.gateway.sidecars.kinds import alternatives, kind_of, reader


def read_beside(
    root: str, path: str, what: Literal["sidecar", "album"]
) -> Said | AlbumTitle | Rejected | NoFile:
    """`path`: of a file that is named like a sidecar."""
    try:
        content, seen = file_content(root, path, LARGEST)
    except NotThere:
        return NoFile()
    except Unusable as error:
        return Rejected(reason=str(error), size=error.size, mtime_ns=error.mtime_ns)
    kind = kind_of(path.rpartition("/")[2])
    if what == "album":
        album = reader(kind).album
        return AlbumTitle(
            title=album.title(content) if album else None, created=album.created(content) if album else None
        )
    try:
        return _said(kind, content) or NoFile()
    except Unreadable as error:
        return Rejected(reason=str(error), size=seen.st_size, mtime_ns=seen.st_mtime_ns)


def _said(kind: str, content: bytes) -> Said | None:
    """By the first of the formats with the kind's suffix that it is in; None if it is in none. Raises Unreadable."""
    for one in alternatives(kind):
        try:
            facts = _reader(one)(content, datetime.now(UTC))
        except NotASidecar:
            continue
        words = {"description": facts.description or facts.headline, "headline": None}
        return Said(kind=one, **(msgspec.structs.asdict(facts) | words))
    return None


def _reader(kind: str) -> Callable[[bytes, datetime], PictureFacts]:
    """Pictures' decoders are loaded only for those that are pictures."""
    if read := reader(kind).read:
        return read
    from services.gateway.reading import thumbnail

    return thumbnail.read
