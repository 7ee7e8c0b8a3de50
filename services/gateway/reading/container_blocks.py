"""Blocks of EXIF, XMP and IPTC that Pillow and its plugins leave out, in their containers: they go to where Pillow puts
those of other files."""

from collections.abc import Iterator
from typing import Any, Final

from services.gateway.containers import gif
from services.gateway.containers.items import packed_xmp
from services.gateway.containers.jpeg_boxes import Block, boxed_blocks
from services.gateway.containers.packed import inflated
from services.gateway.reading import unread
from services.gateway.reading.endings import PNG, is_webp, png_chunks, webp_chunks
from services.gateway.sidecars.facts import LARGEST

_WEBP: Final = {b"EXIF": "exif", b"XMP ": "xmp"}
"""RFC 9649, 2.7.1.5. libwebp finds them only if the file's header says that they are there."""
_COMMENT, _APPLICATION = 0xFE, 0xFF
"""Labels of a GIF's extensions."""
_XMP_OF_GIF: Final = b"\x0bXMP DataXMP"
"""Before the packet, which isn't in blocks of its own (XMP specification, part 3, section 1.1.2) …"""
_XMP_END: Final = b"\x01\xff\xfe\xfd\xfc"
"""… but has this behind it, for readers that know no XMP."""
_ZXIF: Final = b"zxIf"
"""PNG's chunk of packed EXIF: a method, a length of four bytes, and what zlib has packed (ExifTool, PNG module)."""

_CABX: Final = b"caBX"
"""PNG's chunk of JUMBF (C2PA specification, 2.1, annex A.3.2)."""


def add_blocks(info: dict[Any, Any], content: bytes) -> None:
    """`info`: a picture's. What Pillow has found stays. Of what can't be read, it gets a sentence (`unread.KEY`)."""
    if content.startswith(PNG):
        blocks = _of_png(content)
    elif content.startswith(b"GIF8"):
        blocks = _of_gif(content)
    elif is_webp(content):
        blocks = (
            (_WEBP[kind], content[at : at + size]) for kind, at, size in webp_chunks(content) if kind in _WEBP
        )
    elif content[4:8] == b"jP  ":
        blocks = boxed_blocks(content)
    else:
        _unpack_items(info, content)
        return
    try:
        for name, block in blocks:
            info.setdefault(name, block)
    except ValueError:
        say(info, unread.NO_EXIF)


def say(info: dict[Any, Any], sentence: str) -> None:
    info.setdefault(unread.KEY, []).append(sentence)


def _of_png(content: bytes) -> Iterator[Block]:
    """Raises ValueError."""
    for kind, start, size in png_chunks(content):
        if kind == _ZXIF and size > 5:
            yield "exif", inflated(content[start + 5 : start + size], LARGEST)
        elif kind == _CABX:
            yield from boxed_blocks(content[start : start + size])


def _of_gif(content: bytes) -> Iterator[Block]:
    """Pillow reads comments as far as the first frame."""
    for one in gif.extensions(content):
        if one.label == _COMMENT:
            yield "comment", gif.comment(content, one)
        elif one.label == _APPLICATION and content.startswith(_XMP_OF_GIF, one.start):
            packet, end, _ = content[one.start + len(_XMP_OF_GIF) : one.end].rpartition(_XMP_END)
            yield "xmp", packet if end else b""


def _unpack_items(info: dict[Any, Any], content: bytes) -> None:
    """Of HEIC and AVIF: Pillow gives packed XMP as it is, libheif nothing."""
    try:
        packet = packed_xmp(content, LARGEST)
    except ValueError:
        info.pop("xmp", None)
        say(info, unread.NO_XMP.format(unread.BROKEN))
        return
    if packet is not None:
        info["xmp"] = packet
