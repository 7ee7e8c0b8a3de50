"""What archives hold, kept from scan to scan: a list is made once for an archive that doesn't change.

The lists lie beside the previews, and like them can be made again. An archive is known by its inode, size and times, so
that a list never stands for another file; one that is copied, renamed or touched is simply listed again.
"""

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from services.gateway.archives.listing import Listing, Member
from services.gateway.archives.streams import Waypoints

_VERSION: Final = 1
"""Of the lists' form; others are made again."""
_IN_MEMORY: Final = 24
"""Archives whose lists a process holds."""
_ON_DISK: Final = 1_000
"""Lists that are kept; beyond that the longest unused ones go."""
_DECODER: Final = msgspec.msgpack.Decoder(tuple[int, Listing])


class Contents(NamedTuple):
    """Of an archive."""

    listing: Listing
    by_name: dict[str, Member]
    waypoints: Waypoints
    """Of its stream, if it is packed as a whole."""


class Shelf:
    """For threads; several processes may have one on the same folder."""

    def __init__(self, previews: Path) -> None:
        self.folder = previews / "archives"
        self._contents: OrderedDict[str, Contents] = OrderedDict()
        self._lock = threading.Lock()

    def contents(self, archive: os.stat_result) -> Contents | None:
        """None if there is no list of this archive."""
        mark = _mark(archive)
        with self._lock:
            if contents := self._contents.get(mark):
                self._contents.move_to_end(mark)
                return contents
        listing = self._kept(mark)
        return None if listing is None else self._held(mark, listing)

    def put(self, archive: os.stat_result, listing: Listing) -> Contents:
        """Raises OSError."""
        mark = _mark(archive)
        path = self.folder / mark
        part = self.folder / f".{mark}.{os.getpid()}.part"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(msgspec.msgpack.encode((_VERSION, listing)))
            part.replace(path)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        self._make_room()
        return self._held(mark, listing)

    def _held(self, mark: str, listing: Listing) -> Contents:
        contents = Contents(listing, {member.name: member for member in listing.members}, Waypoints())
        with self._lock:
            contents = self._contents.setdefault(mark, contents)
            while len(self._contents) > _IN_MEMORY:
                self._contents.popitem(last=False)
        return contents

    def _kept(self, mark: str) -> Listing | None:
        path = self.folder / mark
        try:
            version, listing = _DECODER.decode(path.read_bytes())
            os.utime(path)
        except (OSError, msgspec.DecodeError):
            return None
        return listing if version == _VERSION else None

    def _make_room(self) -> None:
        with contextlib.suppress(OSError):
            paths = list(self.folder.iterdir())
            if len(paths) > _ON_DISK:
                for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns)[: len(paths) - _ON_DISK]:
                    path.unlink(missing_ok=True)


def _mark(archive: os.stat_result) -> str:
    """32 hex digits."""
    parts = (archive.st_ino, archive.st_size, archive.st_mtime_ns, archive.st_ctime_ns)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
