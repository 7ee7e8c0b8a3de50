"""PNG files assembled by hand, for what Pillow does not write."""

import struct
import zlib


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, data: bytes, *, bits: int = 8, colours: int = 2, interlaced: bool = False
) -> bytes:
    """`data`: the chunks after the header; `colours`: PNG's colour type."""
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data


def dots(rows: bytes) -> bytes:
    """The last chunks; `rows`: each preceded by its filter byte."""
    return chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
