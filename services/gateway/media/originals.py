"""The bytes of photos as they lie in their folders: the first copy that is there, read off the event loop."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import BinaryIO, Final
from urllib.parse import quote

from services.gateway.queries.images import File
from services.gateway.reading.content import NotThere, regular_file

CHUNK: Final = 256 * 1024


def open_copy(copies: Iterable[File]) -> tuple[BinaryIO, File] | None:
    """The first copy that is there, inside its root, and as long as it was."""
    for copy in copies:
        if copy.missing:
            continue
        try:
            file, seen = regular_file(copy.root, "/".join(part for part in (copy.folder, copy.name) if part))
        except (NotThere, OSError):
            continue
        if seen.st_size == copy.size:
            return file, copy
        file.close()
    return None


async def chunks(file: BinaryIO, start: int, left: int) -> AsyncIterator[bytes]:
    """Ends early when the file was cut meanwhile: the client sees that bytes are missing."""
    try:
        file.seek(start)
        while left > 0:
            chunk = await asyncio.to_thread(file.read, min(CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
    finally:
        file.close()


async def off_the_loop(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each part is made in a thread when the one before has been sent, so a slow client fills no memory.

    When the client goes away, the thread ends with its part, and what it had open is closed with `parts`.
    """
    while part := await asyncio.to_thread(next, parts, b""):
        yield part


def attachment(name: str, kind: str = "attachment") -> str:
    """Content-Disposition (RFC 6266): the name in UTF-8, and in ASCII for old programs."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
