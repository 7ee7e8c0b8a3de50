"""Reads a file that accompanies pictures, in a decoder: a sidecar of any format, or an album's title."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import BinaryIO, Literal

import msgspec

from services.gateway.reading.content import unreadable
from services.gateway.reading.photo import AlbumTitle, NoFile, Rejected, Said
from services.gateway.sidecars.facts import LONGEST_NAME, NotASidecar, PictureFacts, Unreadable
from services.gateway.sidecars.kinds import alternatives, kind_of, reader
from services.gateway.sidecars.limits import LONG_ALBUM, shortened, within_limits


def read_beside(
    file: BinaryIO, path: str, what: Literal["sidecar", "album"], size: int, mtime_ns: int
) -> Said | AlbumTitle | Rejected | NoFile:
    """`path`: of a file that is named like a sidecar."""
    kind = kind_of(path.rpartition("/")[2])
    try:
        content = file.read(size)
        if what == "album":
            return _title(kind, content)
        return _said(kind, content) or NoFile()
    except OSError as error:
        return Rejected(reason=unreadable(error), size=size, mtime_ns=mtime_ns)
    except Unreadable as error:
        return Rejected(reason=str(error), size=size, mtime_ns=mtime_ns)


def _title(kind: str, content: bytes) -> AlbumTitle:
    album = reader(kind).album
    title = album.title(content) if album else None
    if album is None or title is None:
        return AlbumTitle(title=None)
    return AlbumTitle(
        title=shortened(title, LONGEST_NAME),
        created=album.created(content),
        cut=LONG_ALBUM if len(title) > LONGEST_NAME else "",
    )


def _said(kind: str, content: bytes) -> Said | None:
    """By the first of the formats with the kind's suffix that it is in; None if it is in none. Raises Unreadable."""
    for one in alternatives(kind):
        try:
            facts = within_limits(_reader(one)(content, datetime.now(UTC)))
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
