"""HEIC and AVIF files whose XMP is packed, for what no writer here writes (ISO 14496-12, 8.11)."""

import struct
from typing import Final

_TYPE: Final = b"application/rdf+xml\0"


def with_packed_xmp(content: bytes, packet: bytes, encoding: str, packed: bytes) -> bytes:
    """`packet`: the XMP that is in there, as it is. Its item's place stays; what comes behind it is left over."""
    assert len(packed) <= len(packet)
    file, at = bytearray(content), content.index(packet)
    file[at : at + len(packed)] = packed
    named = content.index(_TYPE) + len(_TYPE)
    entry = content.rindex(b"infe", 0, named) - 4
    end = entry + int.from_bytes(content[entry : entry + 4])
    name = encoding.encode() + b"\0"
    grown = len(name) - (end - named)  # an empty one may be there
    file[named:end] = name
    for start in (entry, content.rindex(b"iinf", 0, entry) - 4, content.index(b"meta") - 4):
        file[start : start + 4] = struct.pack(">I", int.from_bytes(file[start : start + 4]) + grown)
    _move(file, grown, at, len(packed))
    return bytes(file)


def _move(file: bytearray, by: int, packet: int, length: int) -> None:
    """In the table of items: all lie so many bytes further on, and that at `packet` has this length."""
    at = file.index(b"iloc") + 4
    version, sizes, base_size, index_size = file[at], file[at + 4], file[at + 5] >> 4, file[at + 5] & 15
    of_offset, of_length, of_number = sizes >> 4, sizes & 15, 2 if version < 2 else 4
    assert index_size == 0
    count = int.from_bytes(file[at + 6 : at + 6 + of_number])
    at += 6 + of_number
    for _ in range(count):
        at += of_number
        method = file[at + 1] & 15 if version else 0
        at += (2 if version else 0) + 2
        base = int.from_bytes(file[at : at + base_size])
        at += base_size
        extents = int.from_bytes(file[at : at + 2])
        at += 2
        for _ in range(extents):
            offset = int.from_bytes(file[at : at + of_offset])
            if method == 0:
                file[at : at + of_offset] = (offset + by).to_bytes(of_offset)
                if base + offset == packet:
                    file[at + of_offset : at + of_offset + of_length] = length.to_bytes(of_length)
            at += of_offset + of_length
