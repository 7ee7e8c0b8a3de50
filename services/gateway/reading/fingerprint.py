"""Content ids of files: BLAKE3, 128 bits as 32 hex digits. Some videos are too large to hash in full."""

from typing import BinaryIO, Final

from blake3 import blake3

from services.gateway.archives.opening import NoRoom
from services.gateway.archives.shelf import Shelf
from services.gateway.reading.content import NotThere, Unusable, file_of, format_of
from services.knowledge.formats import Format, Kind

WHOLE: Final = 256_000_000
"""Bytes up to which a video is hashed in full; a larger one by its length, both ends and samples in between: reading
an hour of video takes a slow disk minutes, and no two videos agree in all of these."""
END: Final = 32_000_000
SAMPLES: Final = 64
SAMPLE: Final = 1_000_000
_CHUNK: Final = 1 << 18
"""Bytes that stay in the processor's cache between reading and hashing."""


def of_file(root: str, path: str, shelf: Shelf) -> str | None:
    """The id of the image or video at a path, without decoding it; None if it can't be read. Names as `kernel.paths`
    writes them. `shelf`: of archives."""
    try:
        with file_of(root, path, shelf) as (file, seen):
            row = format_of(file, path)
            return of_content(file, seen.st_size, row)
    except (NotThere, Unusable, NoRoom):
        return None


def of_content(file: BinaryIO, size: int, row: Format | None) -> str:
    """Of an open file at its start, and the format that it has. Raises OSError."""
    return of_film(file, size) if row and row.kind is Kind.FILM else of_picture(file, size)


def of_picture(file: BinaryIO, size: int) -> str:
    """Of the first `size` bytes, even if the file grows. Raises OSError."""
    hasher, rest, buffer = blake3(), size, memoryview(bytearray(min(_CHUNK, size)))
    while rest and (count := file.readinto(buffer[:rest])):  # type: ignore[attr-defined]
        hasher.update(buffer[:count])
        rest -= count
    return hasher.hexdigest(length=16)


def of_film(file: BinaryIO, size: int) -> str:
    """BLAKE3, 128 bits as 32 hex digits; for a short video the same as for any other file. Raises OSError."""
    if size <= WHOLE:
        return of_picture(file, size)
    hasher = blake3(b"film\0%d" % size)
    step = (size - 2 * END) // SAMPLES
    samples = ((END + number * step, SAMPLE) for number in range(SAMPLES))
    for start, length in ((0, END), *samples, (size - END, END)):
        file.seek(start)
        hasher.update(file.read(length))
    return hasher.hexdigest(length=16)
