"""Blocks of EXIF, XMP and IPTC that Pillow and its plugins leave out, in their containers: they go to where Pillow puts
those of other files."""

from collections.abc import Iterator
from typing import Any, Final

from services.gateway.reading import gif, unread
from services.gateway.reading.boxes import boxes
from services.gateway.reading.endings import PNG, is_webp, png_chunks, webp_chunks
from services.gateway.reading.iptc import RESOURCE, resources
from services.gateway.reading.items import packed_xmp
from services.gateway.reading.packed import inflated
from services.gateway.sidecars.facts import LARGEST

_Block = tuple[str, bytes]
"""A name in a picture's `info`, and its bytes."""
EXIF: Final = b"Exif\0\0"
_JP2: Final = {
    bytes.fromhex("4a706754696666457869662d3e4a5032"): "exif",  # "JpgTiffExif->JP2"
    bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"): "exif",
    bytes.fromhex("be7acfcb97a942e89c71999491e3afac"): "xmp",
    bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"): "iptc",
    bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"): "iptc",
    bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"): "photoshop",
}
"""Ids of boxes (JPX, ISO 15444-2). The first one is Adobe's, the second of each pair Exiv2's, which digiKam writes."""
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
        blocks = _of_jp2(content)
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


def _of_png(content: bytes) -> Iterator[_Block]:
    """Raises ValueError."""
    for kind, start, size in png_chunks(content):
        if kind == _ZXIF and size > 5:
            yield "exif", inflated(content[start + 5 : start + size], LARGEST)


def _of_gif(content: bytes) -> Iterator[_Block]:
    """Pillow reads comments as far as the first frame."""
    for one in gif.extensions(content):
        if one.label == _COMMENT:
            yield "comment", gif.comment(content, one)
        elif one.label == _APPLICATION and content.startswith(_XMP_OF_GIF, one.start):
            packet, end, _ = content[one.start + len(_XMP_OF_GIF) : one.end].rpartition(_XMP_END)
            yield "xmp", packet if end else b""


def _of_jp2(content: bytes) -> Iterator[_Block]:
    for one in boxes(content):
        if one.kind == b"xml " and b"adobe:ns:meta/" in (packet := content[one.start : one.end]):
            yield "xmp", packet
        if one.kind != b"uuid" or (name := _JP2.get(content[one.start : one.start + 16])) is None:
            continue
        block = content[one.start + 16 : one.end]
        if name == "photoshop":
            yield "iptc", resources(block).get(RESOURCE, b"")
        else:
            yield name, EXIF + block.removeprefix(EXIF) if name == "exif" else block


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
