"""The headers that containers keep of a codec, reduced to what a decoder needs. Pure; they raise ValueError.

ISO/IEC 14496-15 (H.264: 5.3.3.1, H.265: 8.3.3.1), the AV1 codec's ISO media file format binding (2.3.3), and Vorbis I
(4.2 and 5.2.1) as Matroska and FFmpeg keep its three headers, with Xiph's lacing.
"""

from typing import Final

_H264_LONGER: Final = (100, 110, 122, 144)
"""Profiles whose header goes on: three bytes about colours, and further parameter sets, which nobody uses."""
_H265_ARRAYS: Final = 23
_H265_PARAMETERS: Final = (32, 33, 34)
"""VPS, SPS, PPS; what else is there are messages."""
_AV1_HEAD: Final = 4
_VORBIS_FIRST: Final = 30
"""Bytes of the identification header."""
_NO_COMMENT: Final = b"\x03vorbis" + bytes(4) + bytes(4) + b"\x01"
"""No vendor, no comments, and the framing bit."""


def of_h264(header: bytes) -> bytes:
    """With its parameter sets alone."""
    _require(len(header) > 6 and header[0] == 1)
    at = 5
    for mask in (0x1F, 0xFF):
        _require(at < len(header))
        at = _behind(header, at + 1, header[at] & mask)
    if header[1] in _H264_LONGER and at + 4 <= len(header):
        return header[: at + 3] + b"\0"
    return header[:at]


def of_h265(header: bytes) -> bytes:
    """As `of_h264`."""
    _require(len(header) > _H265_ARRAYS and header[0] == 1)
    at, arrays = _H265_ARRAYS, []
    for _ in range(header[_H265_ARRAYS - 1]):
        _require(at + 3 <= len(header))
        end = _behind(header, at + 3, int.from_bytes(header[at + 1 : at + 3]))
        if header[at] & 0x3F in _H265_PARAMETERS:
            arrays.append(header[at:end])
        at = end
    return header[: _H265_ARRAYS - 1] + bytes((len(arrays),)) + b"".join(arrays)


def _behind(header: bytes, at: int, count: int) -> int:
    """Where `count` units end, each behind its length in two bytes."""
    for _ in range(count):
        at += 2 + int.from_bytes(header[at : at + 2])
        _require(at <= len(header))
    return at


def _require(condition: bool) -> None:
    if not condition:
        raise ValueError("The codec's header is cut off, or of another kind.")


def short_av1(header: bytes) -> bytes:
    """Without the units behind it: the film's first picture has them as well."""
    return header[:_AV1_HEAD]


def without_comment(header: bytes) -> bytes:
    """Of Vorbis."""
    _require(header.startswith(b"\2"))
    at, sizes = 1, []
    for _ in range(2):
        size = 0
        while header[at : at + 1] == b"\xff":
            size, at = size + 255, at + 1
        _require(at < len(header))
        sizes.append(size + header[at])
        at += 1
    first, setup = header[at : at + sizes[0]], header[at + sum(sizes) :]
    _require(len(first) == _VORBIS_FIRST and bool(setup))
    return bytes((2, len(first), len(_NO_COMMENT))) + first + _NO_COMMENT + setup
