"""Reads the rows of a table from the pages of a SQLite file, whether or not the file can be opened.

Every leaf page is looked at by itself, so a damaged header, a damaged tree above the leaves, pages full of zeros or a
missing end cost only the rows on those pages. The format: https://sqlite.org/fileformat2.html, §1.6 (cells), §2.1
(records) and §4 (the `-wal`). Rows of an append-only table never change, so a leftover copy of a page is as good as the
current one; only commits that the `-wal` holds completely count.
"""

import struct
from collections.abc import Iterator, Mapping
from typing import Any, Final

PAGE: Final = 4096
"""Bytes; SQLite's default, used if no header says otherwise."""
LEAF: Final = 0x0D
"""The first byte of a leaf page of a table."""
WAL_HEADER: Final = 32
FRAME_HEADER: Final = 24
RECORD_LIMIT: Final = 100_000_000
"""Bytes of a record beyond which its length is damaged."""

Values = tuple[Any, ...]
Buffer = bytes | memoryview


def page_size(header: Buffer) -> int:
    """Of a database file, by its first bytes; `PAGE` if they make no sense."""
    size = int.from_bytes(header[16:18], "big") if len(header) >= 18 else 0
    size = 65_536 if size == 1 else size
    return size if size >= 512 and size & (size - 1) == 0 else PAGE


def file_pages(content: Buffer, size: int) -> dict[int, Buffer]:
    """Page number -> page, without a last one that is cut off. `size`: bytes of a page."""
    view = memoryview(content)
    return {number + 1: view[number * size : (number + 1) * size] for number in range(len(view) // size)}


def wal_pages(content: Buffer) -> tuple[int, dict[int, Buffer]]:
    """The size of a page, and the newest committed version of each page in a `-wal`; nothing from the first frame on
    that does not belong to it or whose checksum is wrong."""
    view = memoryview(content)
    pages: dict[int, Buffer] = {}
    if len(view) < WAL_HEADER or int.from_bytes(view[:4], "big") & ~1 != 0x377F0682:
        return 0, pages
    order = ">" if int.from_bytes(view[:4], "big") & 1 else "<"
    size = int.from_bytes(view[8:12], "big")
    if size < 512 or size & (size - 1):
        return 0, pages
    salt, sums = bytes(view[16:24]), _checksum(view[:24], (0, 0), order)
    pending: dict[int, Buffer] = {}
    for start in range(WAL_HEADER, len(view) - FRAME_HEADER - size + 1, FRAME_HEADER + size):
        header, page = view[start : start + FRAME_HEADER], view[start + FRAME_HEADER :][:size]
        sums = _checksum(page, _checksum(header[:8], sums, order), order)
        if bytes(header[8:16]) != salt or struct.unpack(">II", header[16:24]) != sums:
            break
        pending[int.from_bytes(header[:4], "big")] = page
        if int.from_bytes(header[4:8], "big"):  # the last frame of a commit
            pages.update(pending)
            pending = {}
    return size, pages


def leaves(pages: Mapping[int, Buffer]) -> Iterator[list[tuple[int, int, Values]]]:
    """For each leaf page of any table, what is a whole record on it: its place on the page, rowid and columns. A column
    that is the rowid is None."""
    for number, page in pages.items():
        start = 100 if number == 1 else 0
        if len(page) <= start + 8 or page[start] != LEAF:
            continue
        records = []
        count = int.from_bytes(page[start + 3 : start + 5], "big")
        for index in range(min(count, len(page) // 4)):
            at = start + 8 + 2 * index
            cell = int.from_bytes(page[at : at + 2], "big")
            try:
                length, after = _varint(page, cell)
                rowid, after = _varint(page, after)
                if 0 < length <= RECORD_LIMIT:
                    columns = record(_payload(pages, page, after, length))
                    records.append((index, _signed(rowid), columns))
            except (IndexError, ValueError, KeyError, struct.error):
                continue
        yield records


def record(payload: bytes) -> Values:
    """The columns of a record. Raises ValueError or IndexError for what is none."""
    end, at = _varint(payload, 0)
    columns: list[Any] = []
    body = end
    while at < end:
        kind, at = _varint(payload, at)
        value, body = _column(payload, kind, body)
        columns.append(value)
    if at != end or body != len(payload):
        raise ValueError("no record")
    return tuple(columns)


_INTEGERS: Final = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
"""Serial type -> bytes."""


def _column(payload: bytes, kind: int, at: int) -> tuple[Any, int]:
    if kind in _INTEGERS:
        end = at + _INTEGERS[kind]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind in (0, 8, 9):
        return (None, 0, 1)[kind and kind - 7], at
    if kind == 7:
        return struct.unpack(">d", payload[at : at + 8])[0], at + 8
    if kind < 12:
        raise ValueError("a reserved type")
    end = at + (kind - 12) // 2
    return (payload[at:end].decode("utf-8") if kind % 2 else payload[at:end]), end


def _payload(pages: Mapping[int, Buffer], page: Buffer, at: int, length: int) -> bytes:
    """Of a cell, with its overflow pages. Raises KeyError or ValueError when one is missing."""
    usable = len(page)
    local = length
    if length > usable - 35:
        least = (usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (usable - 4)
        local = local if local <= usable - 35 else least
    content = bytearray(page[at : at + local])
    following = int.from_bytes(page[at + local : at + local + 4], "big") if local < length else 0
    for _ in pages:  # a damaged chain may lead back to itself
        if len(content) >= length:
            break
        more = pages[following]
        content += more[4 : 4 + length - len(content)]
        following = int.from_bytes(more[:4], "big")
    if len(content) != length:
        raise ValueError("cut off")
    return bytes(content)


def _varint(page: Buffer, at: int) -> tuple[int, int]:
    """The number and where it ends."""
    value = 0
    for offset in range(8):
        byte = page[at + offset]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + offset + 1
    return value << 8 | page[at + 8], at + 9


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _checksum(content: Buffer, sums: tuple[int, int], order: str) -> tuple[int, int]:
    """§4.2 of the format."""
    first, second = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
