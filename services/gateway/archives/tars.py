"""Tar archives, plain or packed by gzip: Python's `tarfile` reads their members' headers, one after the other."""

import io
import itertools
import math
import tarfile
from typing import Final

from services.gateway.archives.listing import (
    CUT_OFF,
    LINK,
    MOST_MEMBERS,
    ODD_METHOD,
    TOO_MANY,
    Listing,
    Member,
    Members,
    Unlistable,
    not_listed,
)
from services.gateway.archives.streams import ByteSource, Damaged, Reader
from services.kernel.paths import to_text
from services.knowledge.signatures import SHORT
from services.knowledge.suffixes import needs_look

_LARGEST_HEADER: Final = 1 << 20
"""Bytes: a member's extended header holds a name and some numbers."""
_ENDLESS: Final = 1 << 62
"""No stream is longer."""
_LATEST_S: Final = 1 << 33
"""Seconds since 1970: the year 2242."""


class _Headers(Reader):
    """Refuses to hold more in memory than a header has."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _LARGEST_HEADER:
            raise Damaged("a header is too large")
        return super().read(size)

    def close(self) -> None:
        """The stream is the caller's."""
        io.RawIOBase.close(self)


def read_list(stream: ByteSource, packed: bool, size: int) -> Listing:
    """`stream`: unpacked. `packed`: by gzip. `size`: the archive's, in bytes. Raises Unlistable, OSError."""
    members = Members(size)
    try:
        whole = _collect(stream, packed, members)
    except (OSError, Unlistable):
        raise
    except Exception as error:  # tarfile has several for what makes no sense
        if not len(members):
            damaged = isinstance(error, Damaged)
            raise Unlistable(CUT_OFF) if damaged else not_listed(stream.read_at(0, 8)) from error
        whole = False
    return members.listing(whole)


def _collect(stream: ByteSource, packed: bool, members: Members) -> bool:
    """Returns whether the archive ends as it should. Raises what `tarfile` does."""
    with tarfile.TarFile(fileobj=_Headers(stream, 0, _ENDLESS)) as archive:
        for number in itertools.count():
            row = archive.next()
            archive.members = []  # type: ignore[attr-defined]  # it would keep all
            if row is None:
                end = stream.read_at(archive.offset, tarfile.BLOCKSIZE)
                return not end.strip(b"\0")
            if number == MOST_MEMBERS:
                raise Unlistable(TOO_MANY)
            if row.size < 0:
                raise Damaged("a member ends before it begins")
            if row.isreg() or row.issym() or row.islnk():
                members.add(_member(stream, row, packed))
    raise AssertionError


def _member(stream: ByteSource, row: tarfile.TarInfo, packed: bool) -> Member:
    refusal = "" if row.isreg() else LINK
    if row.issparse():
        refusal = ODD_METHOD.format("sparse")
    name = row.name.removeprefix("./")
    head = b""
    if not refusal and needs_look(name.rpartition("/")[2]):
        head = stream.read_at(row.offset_data, min(SHORT, row.size))
    return Member(
        to_text(name),
        row.size,
        _nanoseconds(row.mtime),
        "tgz" if packed else "tar",
        row.offset_data,
        head=head,
        refusal=refusal,
    )


def _nanoseconds(seconds: float) -> int:
    """0 for a time that no disk can have."""
    return int(seconds) * 1_000_000_000 if math.isfinite(seconds) and abs(seconds) < _LATEST_S else 0
