"""SQLite databases that another program holds open: what it has committed may still lie in the write-ahead log beside
the file. Here both make one file; nothing is locked, and nothing is written beside them.

Source: https://www.sqlite.org/fileformat2.html#the_write_ahead_log. A log counts up to its last commit; what follows,
and frames of an earlier round of the log, are passed over.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

_HEADER: Final = struct.Struct(">8I")
"""Magic number, version, size of a page, number of the checkpoint, two salts, two checksums."""
_FRAME: Final = struct.Struct(">6I")
"""Number of the page, pages of the database after a commit or 0, the salts, two checksums."""
_ORDERS: Final = {0x377F0682: "<", 0x377F0683: ">"}
"""Magic number -> byte order of the numbers that checksums are made of."""
_VERSION: Final = 3_007_000
_ATTEMPTS: Final = 3
_CHUNK: Final = 1 << 20


class Unsteady(Exception):
    """The program began another round of its log each time while the file was copied."""


class Frame(NamedTuple):
    page: int
    """From 1."""
    commits: int
    """Pages of the database, if a transaction ends with it; else 0."""
    content: bytes


def with_log(database: BinaryIO, log: BinaryIO, copy: BinaryIO) -> None:
    """Writes to `copy` the database as of the last commit. Raises Unsteady, OSError.

    The log is read after the database: what the program moves from the log to the database meanwhile is then in both,
    as long as the log's round is the same.
    """
    for _ in range(_ATTEMPTS):
        log.seek(0)
        before = log.read(_HEADER.size)
        database.seek(0)
        copy.seek(0)
        copy.truncate()
        while part := database.read(_CHUNK):
            copy.write(part)
        log.seek(0)
        content = log.read()
        if content[: _HEADER.size] == before:
            _apply(content, copy)
            copy.seek(0)
            return
    raise Unsteady


def _apply(log: bytes, copy: BinaryIO) -> None:
    waiting: list[Frame] = []
    size = 0
    for frame in _frames(log):
        waiting.append(frame)
        if frame.commits:
            for one in waiting:
                copy.seek((one.page - 1) * len(one.content))
                copy.write(one.content)
            waiting, size = [], frame.commits * len(frame.content)
    if size:
        copy.truncate(size)


def _frames(log: bytes) -> Iterator[Frame]:
    """Those of the present round, in order."""
    if len(log) < _HEADER.size:
        return
    magic, version, page_size, _, *salts, first, second = _HEADER.unpack_from(log)
    order = _ORDERS.get(magic)
    if order is None or version != _VERSION or not 512 <= page_size <= 65_536 or page_size & (page_size - 1):
        return
    sums = _checksum(log[:24], order, (0, 0))
    if sums != (first, second):
        return
    place = _HEADER.size
    while place + _FRAME.size + page_size <= len(log):
        page, commits, *own, first, second = _FRAME.unpack_from(log, place)
        content = log[place + _FRAME.size : place + _FRAME.size + page_size]
        sums = _checksum(content, order, _checksum(log[place : place + 8], order, sums))
        if own != salts or sums != (first, second) or not page:
            return
        yield Frame(page, commits, content)
        place += _FRAME.size + page_size


def _checksum(content: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    """`content`: a multiple of 8 bytes. `sums`: of what precedes."""
    first, second = sums
    numbers = iter(struct.unpack(f"{order}{len(content) // 4}I", content))
    for one, other in zip(numbers, numbers, strict=True):
        first = (first + one + second) & 0xFFFF_FFFF
        second = (second + other + first) & 0xFFFF_FFFF
    return first, second
