"""What an album sends of its log, as far as it can be believed: nothing of it is trusted before it has been compared.

The first entry that is asked for is the last one of the copy. If it is the same, and the hash before it is, so is
everything before it.
"""

from collections.abc import AsyncIterator
from typing import Final

import httpx

from services.gateway.presentation.log_line import Gap, entry
from services.kernel.log.envelope import Envelope

LONGEST_LINE: Final = 64 << 20
"""Bytes of an entry: the largest command that a gateway takes is 20 MB."""
_DATA: Final = b"data: "


class Nonsense(Exception):
    """What came is not what an album sends."""


class Differs(Exception):
    """It is another album's, or its history was changed."""

    def __init__(self, position: int) -> None:
        super().__init__(f"entry {position} is another")
        self.position = position


class Incoming:
    """The entries of one answer, which begin with the last one of the copy, if it has any."""

    def __init__(self, own: Envelope | None, verified: bool, most: int | None = None) -> None:
        """`own`: the last entry of the copy. `verified`: the hash of all before it has been compared. `most`: how many
        entries were asked for."""
        self._own, self._verified, self._most = own, verified, most
        self._at = own.position - 1 if own else 0
        self._gaps = self.entries = 0

    @property
    def compared(self) -> bool:
        return self._own is None

    def taken(self, line: bytes) -> Envelope | None:
        """The entry of this line; None for a gap, and for the one that is there already. Raises Nonsense, Differs."""
        try:
            one = entry(line)
        except (ValueError, RecursionError) as error:
            raise Nonsense(str(error)) from error
        last = one.until if isinstance(one, Gap) else one.position
        if one.position != self._at + 1 or last < one.position:
            raise Nonsense(f"entries {one.position} to {last} after entry {self._at}")
        self._at = last
        if isinstance(one, Gap):
            self._gaps += 1
        else:
            self.entries += 1
        if self._most is not None and (self.entries > self._most or self._gaps > self._most + 1):
            raise Nonsense("more entries than were asked for")
        if self._own is None:
            return None if isinstance(one, Gap) else one
        if isinstance(one, Gap) and not self._verified:
            raise Nonsense(f"it can’t read entry {self._own.position}, so nothing can be compared")
        if not isinstance(one, Gap) and one != self._own:
            raise Differs(self._own.position)
        self._own = None
        return None


async def lines_of(answer: httpx.Response) -> AsyncIterator[list[bytes]]:
    """Whole lines as they arrive, without their ends. Raises Nonsense, httpx.HTTPError."""
    parts, size = list[bytes](), 0
    async for chunk in answer.aiter_raw():
        first, *others = chunk.split(b"\n")
        parts.append(first)
        size += len(first)
        if size > LONGEST_LINE:
            raise Nonsense(f"a line of more than {LONGEST_LINE >> 20} MB")
        if others:
            yield [b"".join(parts), *others[:-1]]
            parts, size = [others[-1]], len(others[-1])
    if size:
        raise Nonsense("its answer ends within a line")


def of_stream(line: bytes) -> bytes | None:
    """The entry of a line of server-sent events; None for other fields, and for comments."""
    return line[len(_DATA) :].rstrip(b"\r") if line.startswith(_DATA) else None
