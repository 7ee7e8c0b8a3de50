"""A film's copy on its way out of a decoder, which can write no file: it sends parts, and its worker writes them."""

import io
import time
from collections.abc import Callable
from typing import BinaryIO, Final

from services.gateway.workers.worker_protocol import Part
from services.kernel.durable import flush_open

SIZE: Final = 1 << 20
"""Bytes of a part, at most."""
SENT_EVERY_S: Final = 0.5
"""A part is sent at least this often, while there is something to send: somebody may watch the film already."""


class Sending:
    """Looks like an open file to FFmpeg."""

    def __init__(self, send: Callable[[Part], None]) -> None:
        self._send = send
        self._start = self._end = 0
        """Where the buffer begins, and where the file ends."""
        self._buffer = bytearray()
        self._sent_s = time.monotonic()

    def write(self, content: bytes, /) -> int:
        if content:
            self._buffer += content
            self._end = max(self._end, self.tell())
        if len(self._buffer) >= SIZE or time.monotonic() - self._sent_s >= SENT_EVERY_S:
            self.flush()
        return len(content)

    def seek(self, position: int, whence: int = io.SEEK_SET, /) -> int:
        position += {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self._end}[whence]
        if position != self.tell():
            self.flush()
            self._start = position
        return position

    def tell(self) -> int:
        return self._start + len(self._buffer)

    def flush(self) -> None:
        if self._buffer:
            self._send(Part(position=self._start, content=bytes(self._buffer)))
            self._start += len(self._buffer)
            self._buffer.clear()
        self._sent_s = time.monotonic()


class Kept:
    """The file that the parts are written into; no decoder makes it larger than it may be."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        """`most`: bytes."""
        self._file, self._most = file, most

    def begin(self) -> None:
        """All parts come from the start. Raises OSError."""
        self._file.truncate(0)

    def put(self, part: Part) -> None:
        """Raises OSError, and ValueError if the file would get too large."""
        if not 0 <= part.position <= self._most - len(part.content):
            raise ValueError("The copy is larger than it may be.")
        self._file.seek(part.position)
        self._file.write(part.content)
        self._file.flush()

    def finish(self) -> None:
        """On disk when this returns. Raises OSError."""
        self._file.flush()
        flush_open(self._file.fileno())

    def close(self) -> None:
        self._file.close()
