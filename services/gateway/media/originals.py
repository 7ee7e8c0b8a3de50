"""The original bytes of photos: the first available copy, read off the event loop."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import BinaryIO, Final
from urllib.parse import quote

from services.gateway.archives.shelf import Shelf
from services.gateway.archives.streams import Damaged
from services.gateway.queries.images import File
from services.gateway.reading.content import NotThere, to_send
from services.gateway.reading.threads import to_photo_thread

CHUNK: Final = 256 * 1024


def open_copy(copies: Iterable[File], shelf: Shelf) -> tuple[BinaryIO, File] | None:
    """The first copy that exists inside its root and has its recorded size. `shelf`: of archives, in which a copy may
    be."""
    for copy in copies:
        if copy.missing:
            continue
        try:
            place = "/".join(part for part in (copy.folder, copy.name) if part)
            file, size = to_send(copy.root, place, shelf)
        except (NotThere, OSError):
            continue
        if size == copy.size:
            return file, copy
        file.close()
    return None


def open_film(copies: Iterable[File], offset: int, size: int, shelf: Shelf) -> BinaryIO | None:
    """The first such copy with an MP4 at that place (bytes): the place is from the log, and another file may have the
    same size."""
    source = open_copy(copies, shelf)
    if source is None:
        return None
    file, copy = source
    try:
        if 0 <= offset < offset + size <= copy.size:
            file.seek(offset + 4)
            if file.read(4) == b"ftyp":
                return file
    except (OSError, Damaged):
        pass
    file.close()
    return None


async def chunks(file: BinaryIO, start: int, length: int) -> AsyncIterator[bytes]:
    """Ends early if the file was truncated in the meantime; the client notices the missing bytes."""
    try:
        file.seek(start)
        while length > 0:
            chunk = await to_photo_thread(file.read, min(CHUNK, length))
            if not chunk:
                return
            length -= len(chunk)
            yield chunk
    finally:
        file.close()


async def off_the_loop(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Produces each part in a thread once the previous one is sent, so that a slow client does not fill memory.

    When the client disconnects, the thread finishes its part, and open files are closed along with `parts`.
    """
    while part := await to_photo_thread(next, parts, b""):
        yield part


def attachment(name: str, kind: str = "attachment") -> str:
    """Content-Disposition (RFC 6266), with the name in UTF-8 and, for old clients, in ASCII."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
