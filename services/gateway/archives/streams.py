"""Reads what is packed as if it were a file: any place of it, without unpacking what comes after.

A deflated stream has no way to its middle. Its decoder's state can be copied, though: such copies are kept every few
megabytes (`Waypoints`), so that the way to a place that was passed before is short. After zran.c of zlib's examples,
but for that its index outlives the program; this one is made again by the first reader that passes.
"""

import bisect
import io
import os
import threading
import zlib
from typing import Any, Final, Protocol

_CHUNK: Final = 1 << 18
"""Packed bytes per step."""
_SPACING: Final = 8 << 20
"""Unpacked bytes between two waypoints, at first …"""
_MOST: Final = 256
"""… until there are this many: then every second one goes. A waypoint takes about 50 kB."""
_RECENT: Final = 8
"""Readers whose last place is remembered besides: the next member begins where the one before ended."""

RAW: Final = -zlib.MAX_WBITS
"""`wbits` of a deflated stream without a header …"""
GZIP: Final = 16 + zlib.MAX_WBITS
"""… and of gzip's."""


class Damaged(Exception):
    """The packed bytes make no sense, or end too early."""


class ByteSource(Protocol):
    """Bytes that can be read anywhere."""

    def read_at(self, offset: int, count: int) -> bytes:
        """Fewer than `count` bytes only at the end. Raises OSError, Damaged."""

    def close(self) -> None: ...


class Disk:
    """A file on the disk."""

    def __init__(self, file: int) -> None:
        """`file`: a descriptor, closed by `close`."""
        self._file = file

    def read_at(self, offset: int, count: int) -> bytes:
        parts = []
        while count > 0 and (part := os.pread(self._file, min(count, 1 << 30), offset)):
            parts.append(part)
            offset, count = offset + len(part), count - len(part)
        return b"".join(parts)

    def close(self) -> None:
        os.close(self._file)


class Stretch:
    """So many bytes of a source, from one of them on."""

    def __init__(self, source: ByteSource, start: int, size: int) -> None:
        """`source`: closed with it."""
        self._source, self._start, self._size = source, start, size

    def read_at(self, offset: int, count: int) -> bytes:
        return self._source.read_at(self._start + offset, max(0, min(count, self._size - offset)))

    def close(self) -> None:
        self._source.close()


class _State:
    """A decoder, and where it is."""

    def __init__(self, decoder: Any, packed: int, unpacked: int, tail: bytes = b"") -> None:
        self.decoder, self.packed, self.unpacked, self.tail = decoder, packed, unpacked, tail
        """`packed`: bytes read so far; `tail`: those that the decoder has not used yet."""

    def copy(self) -> "_State":
        return _State(self.decoder.copy(), self.packed, self.unpacked, self.tail)


class Waypoints:
    """Of one stream, shared by its readers in this process; for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: list[int] = []
        self._states: list[_State] = []
        self._recent: list[_State] = []
        self._spacing = _SPACING

    def near(self, place: int) -> _State | None:
        """A copy of the last one before a place of the unpacked stream."""
        with self._lock:
            at = bisect.bisect_right(self._places, place)
            states = [one for one in self._recent if one.unpacked <= place] + self._states[
                max(0, at - 1) : at
            ]
            best = max(states, key=lambda one: one.unpacked, default=None)
            return best and best.copy()

    def pass_by(self, state: _State) -> None:
        """Of every reader, again and again; keeps a copy where there is none yet."""
        place = state.unpacked
        with self._lock:
            at = bisect.bisect_right(self._places, place)
            if place - (self._places[at - 1] if at else 0) < self._spacing:
                return
            if at < len(self._places) and self._places[at] - place < self._spacing:
                return
            self._places.insert(at, place)
            self._states.insert(at, state.copy())
            if len(self._places) > _MOST:
                self._spacing *= 2
                del self._places[::2], self._states[::2]

    def leave(self, state: _State) -> None:
        """Where a reader stopped; the state is no longer its own."""
        with self._lock:
            self._recent = [state, *self._recent][:_RECENT]


class Inflating:
    """A deflated stream, unpacked as far as it is read. Not for several threads at once."""

    def __init__(self, packed: ByteSource, wbits: int, waypoints: Waypoints | None = None) -> None:
        """`packed`: closed with it."""
        self._packed, self._wbits = packed, wbits
        self._waypoints = waypoints
        self._state = self._beginning()

    def _beginning(self) -> _State:
        return _State(zlib.decompressobj(self._wbits), 0, 0)

    def read_at(self, offset: int, count: int) -> bytes:
        self._approach(offset)
        while self._state.unpacked < offset:
            if not self._step(min(offset - self._state.unpacked, _CHUNK * 4)):
                return b""
        parts = []
        while count and (part := self._step(min(count, _CHUNK * 4))):
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _approach(self, offset: int) -> None:
        if self._state.unpacked <= offset < self._state.unpacked + _SPACING:
            return
        near = self._waypoints.near(offset) if self._waypoints else None
        if near and (near.unpacked > self._state.unpacked or offset < self._state.unpacked):
            self._state = near
        elif offset < self._state.unpacked:
            self._state = self._beginning()

    def _step(self, most: int) -> bytes:
        """Some bytes, at most so many; none at the end. Raises Damaged."""
        state = self._state
        while True:
            if state.decoder.eof and not self._next_stream():
                return b""
            content = state.tail or self._packed.read_at(state.packed, _CHUNK)
            if not state.tail:
                state.packed += len(content)
            if not content:
                raise Damaged("it ends too early")
            try:
                part: bytes = state.decoder.decompress(content, most)
            except zlib.error as error:
                raise Damaged(str(error)) from error
            state.tail = state.decoder.unconsumed_tail
            state.unpacked += len(part)
            if part:
                if self._waypoints:
                    self._waypoints.pass_by(state)
                return part

    def _next_stream(self) -> bool:
        """gzip files may be strung together (RFC 1952, 2.2)."""
        state = self._state
        rest = state.decoder.unused_data or self._packed.read_at(state.packed, 2)
        if self._wbits != GZIP or not rest.startswith(b"\x1f\x8b"):
            return False
        state.packed -= len(state.decoder.unused_data)
        state.decoder, state.tail = zlib.decompressobj(GZIP), b""
        return True

    def close(self) -> None:
        if self._waypoints:
            self._waypoints.leave(self._state)
        self._packed.close()


class Reader(io.RawIOBase):
    """A part of a source as a file."""

    def __init__(self, source: ByteSource, start: int, size: int) -> None:
        """`source`: closed with it."""
        super().__init__()
        self._source, self._start, self.size = source, start, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self.size)[whence])
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Raises OSError, Damaged."""
        wanted = max(0, self.size - self._at)
        if size is not None and 0 <= size < wanted:
            wanted = size
        content = self._source.read_at(self._start + self._at, wanted) if wanted else b""
        self._at += len(content)
        return content

    def readinto(self, buffer: Any) -> int:
        """Raises OSError, Damaged."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()
