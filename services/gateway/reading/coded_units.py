"""Which units of a coded picture are picture: the others are messages, filling, and what nobody has specified.

A packet of H.264 or H.265 in a container is a row of units, each behind its length (ISO/IEC 14496-15); one of AV1 is a
row of OBUs (AV1 Bitstream & Decoding Process Specification, 5.3). FFmpeg's filter for this reads and writes every bit,
at 40 MB/s; this looks at the first byte of each unit. Pure; raises ValueError for a packet that is none.
"""

from collections.abc import Callable, Iterator
from typing import Final

_H264: Final = frozenset((1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 19, 20))
"""Slices, parameter sets, and marks of where pictures and sequences begin and end (ITU-T H.264, table 7-1). Not 6, SEI;
not 12, filling; nor those that are reserved or free."""
_H265: Final = frozenset((*range(10), *range(16, 22), *range(32, 38), 62))
"""As for H.264 (ITU-T H.265, table 7-1); 62 tells Dolby Vision's tones."""
_AV1: Final = frozenset((1, 2, 3, 4, 6, 7, 8))
"""Not 5, metadata, nor 15, filling."""


def of_h264(header: bytes) -> Callable[[bytes], bytes]:
    """A function that leaves of a packet only the picture. `header`: of its track."""
    size = header[4] % 4 + 1
    return lambda packet: b"".join(unit for unit in _units(packet, size) if unit[size] & 0x1F in _H264)


def of_h265(header: bytes) -> Callable[[bytes], bytes]:
    size = header[21] % 4 + 1
    return lambda packet: b"".join(unit for unit in _units(packet, size) if unit[size] >> 1 & 0x3F in _H265)


def of_av1(_header: bytes) -> Callable[[bytes], bytes]:
    return lambda packet: b"".join(unit for unit in _obus(packet) if unit[0] >> 3 & 0x0F in _AV1)


def as_it_is(_header: bytes) -> Callable[[bytes], bytes]:
    return lambda packet: packet


def _units(packet: bytes, size: int) -> Iterator[bytes]:
    """With their lengths, of `size` bytes."""
    at = 0
    while at < len(packet):
        end = at + size + int.from_bytes(packet[at : at + size])
        if end > len(packet):
            raise ValueError("A picture is cut off.")
        if end > at + size:
            yield packet[at:end]
        at = end


def _obus(packet: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(packet):
        start, head = at, packet[at]
        at += 2 if head & 4 else 1
        if not head & 2:  # no length: it is the last
            yield packet[start:]
            return
        length, shift = 0, 0
        while True:
            if at >= len(packet) or shift > 28:
                raise ValueError("A picture is cut off.")
            length |= (packet[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if not packet[at - 1] & 0x80:
                break
        at += length
        if at > len(packet):
            raise ValueError("A picture is cut off.")
        yield packet[start:at]
