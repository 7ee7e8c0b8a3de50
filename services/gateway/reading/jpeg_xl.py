"""JPEG XL (ISO/IEC 18181), by libjxl. Its decoder is loaded when the first such file comes."""

import io
import warnings
from typing import Final, NamedTuple

from PIL import Image, JpegImagePlugin

from services.gateway.containers import jpeg_boxes
from services.gateway.containers.boxes import box, boxes
from services.gateway.containers.packed import unbrotlied
from services.gateway.reading import unread
from services.gateway.sidecars.facts import LARGEST
from services.knowledge.formats import JPEG_XL

_BARE: Final = b"\xff\x0a"
_ORIENTATION: Final = 0x0112
_BITS: Final = (9, 13, 18, 30)
"""Of a side minus one, by a selector of two bits (18181-1, SizeHeader)."""
_RATIOS: Final = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
"""Width to height, by a selector of three bits from 1 on."""


class _Kind(NamedTuple):
    name: str
    """In a picture's `info`."""
    unread: str
    """The sentence for the user if it can't be unpacked."""


_BLOCKS: Final = {
    b"Exif": _Kind("exif", unread.NO_EXIF),
    b"xml ": _Kind("xmp", unread.NO_XMP.format(unread.BROKEN)),
}
"""By the kind of a box."""
_PACKED: Final = b"brob"


class _Bits:
    """Reads numbers of so many bits, the lowest first."""

    def __init__(self, content: bytes) -> None:
        self._rest = int.from_bytes(content, "little")

    def next(self, count: int) -> int:
        value = self._rest & (1 << count) - 1
        self._rest >>= count
        return value

    def side(self, divided: int) -> int:
        """In pixels. `divided`: whether it is a multiple of 8, up to 256."""
        return 8 * (self.next(5) + 1) if divided else self.next(_BITS[self.next(2)]) + 1


def claimed_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels that the header claims, before it is turned upright. Raises ValueError."""
    codestream = _codestream(content)
    if codestream[:2] != _BARE or len(codestream) < 12:
        raise ValueError("its header is not complete")
    bits = _Bits(codestream[2:12])
    divided = bits.next(1)
    height = bits.side(divided)
    if ratio := bits.next(3):
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    return bits.side(divided), height


def picture_of(content: bytes) -> Image.Image:
    """The picture, decoded, upright unless its `info` has an orientation. Raises nearly anything if it is damaged."""
    from pillow_jxl import JpegXLImagePlugin

    JpegXLImagePlugin.DECODE_THREADS = 0  # there is a process per core
    picture = Image.open(io.BytesIO(content), formats=(JPEG_XL.name,))
    if _is_jpeg_inside(content):
        return _with_boxes(picture, content)
    picture.info.update(_blocks(content))
    _forget_orientation(picture)
    return picture


def undecoded(content: bytes) -> Image.Image:
    """With the same `info` and none of its pixels. Raises nearly anything if it is damaged."""
    if _is_jpeg_inside(content):
        from pillow_jxl import Decoder

        is_jpeg, _, data, _, _ = Decoder(num_threads=0)(content)
        if is_jpeg:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _with_boxes(JpegImagePlugin.JpegImageFile(io.BytesIO(data)), content)
    picture = Image.new("L", (1, 1))
    picture.info.update(_blocks(content))
    _forget_orientation(picture)
    return picture


def _with_boxes(picture: Image.Image, content: bytes) -> Image.Image:
    """A JPEG that was inside, with blocks that were added to the file since. Its own come first."""
    for name, block in _blocks(content).items():
        picture.info.setdefault(name, block)
    return picture


def _blocks(content: bytes) -> dict[str, bytes | list[str]]:
    """Of one in boxes. Those that are packed have their kind before Brotli's bytes (18181-2)."""
    blocks: dict[str, bytes | list[str]] = {}
    deeper: dict[str, bytes] = {}
    sentences: list[str] = []
    for one in boxes(content):
        kind, block = one.kind, content[one.start : one.end]
        if kind == _PACKED:
            kind = block[:4]
        if kind == jpeg_boxes.JUMBF:
            deeper = _in_jumbf(block, packed=one.kind == _PACKED) | deeper
        if kind not in _BLOCKS or (name := _BLOCKS[kind].name) in blocks:
            continue
        if one.kind == _PACKED:
            try:
                block = unbrotlied(block[4:], LARGEST)
            except ValueError:
                sentences.append(_BLOCKS[kind].unread)
                continue
        blocks[name] = _without_offset(block) if kind == b"Exif" else block
    return {**deeper, **blocks, **({unread.KEY: sentences} if sentences else {})}


def _in_jumbf(block: bytes, *, packed: bool) -> dict[str, bytes]:
    """The first of each name. Nothing if it can't be unpacked: mostly, there is nothing about the photo in there."""
    try:
        return dict(reversed([*jpeg_boxes.boxed_blocks(unbrotlied(block[4:], LARGEST) if packed else block)]))
    except ValueError:
        return {}


def _without_offset(block: bytes) -> bytes:
    """EXIF from where its first four bytes say that it begins; as it is if it doesn't."""
    start = 4 + int.from_bytes(block[:4])
    return block[start:] if block[start : start + 4] in (b"II*\0", b"MM\0*") else block


def _forget_orientation(picture: Image.Image) -> None:
    """The decoder has turned it, whatever EXIF says (18181-2)."""
    try:
        picture.getexif().pop(_ORIENTATION, None)
    except MemoryError:
        raise
    except Exception:  # a damaged block raises nearly anything; that it is one is told with the rest
        return


def _codestream(content: bytes) -> bytes:
    """Its first bytes, of a bare one, or of one in boxes."""
    if content.startswith(_BARE):
        return content[:16]
    for one in boxes(content):
        if one.kind in (b"jxlc", b"jxlp"):
            start = one.start + (4 if one.kind == b"jxlp" else 0)  # a part has a number before it
            return content[start : start + 16]
    return b""


def _is_jpeg_inside(content: bytes) -> bool:
    """Whether it is a JPEG packed without loss, which libjxl gives back as it was."""
    return not content.startswith(_BARE) and box(content, b"jbrd") is not None
