"""Photoshop's files: the picture of all layers that Photoshop stores beside them, and what it says about the photo."""

import io
import struct
from typing import Final

from PIL import Image

from services.gateway.containers.iptc import resources

_HEADER: Final = struct.Struct(">4sH6xHIIHH")
"""Signature, version, channels, height, width, bits per channel, colour mode (Adobe's “Photoshop File
Formats Specification”, File Header Section)."""
_LARGE: Final = 2
"""The version of a PSB."""
_RAW, _RUNS = 0, 1
"""Ways to pack the picture of all layers (Image Data Section)."""
_BLOCKS: Final = {"icc_profile": 1039, "exif": 1058, "xmp": 1060, "iptc": 1028}
"""Name in a picture's `info` -> number of Photoshop's resource (Image Resource IDs)."""
_LEAST: Final = 32
"""Bytes of the picture without which there is nothing to show."""
NO_PICTURE: Final = "The file holds only layers: save it with “Maximize compatibility” to see it here."


class NoPicture(Exception):
    """It was saved without a picture of all its layers."""


def claimed_size(content: bytes) -> tuple[int, int]:
    """Width and height in pixels that the header claims. Raises ValueError."""
    if len(content) < _HEADER.size:
        raise ValueError("its header is not complete")
    _, _, _, height, width, _, _ = _HEADER.unpack_from(content)
    return width, height


def lacks_its_end(content: bytes) -> bool:
    """Whether the picture of all layers lacks its end, for which the decoder puts black."""
    numbers: tuple[int, ...] = _HEADER.unpack_from(content)[1:]
    version, channels, height, width, depth, _ = numbers
    packed, at = _packed(content)
    rows = channels * height
    if packed == _RAW:
        return at + rows * ((width * depth + 7) // 8) > len(content)
    if packed != _RUNS:
        return False
    size = 4 if version == _LARGE else 2
    counts = content[at : at + rows * size]
    total = sum(int.from_bytes(counts[n : n + size]) for n in range(0, len(counts), size))
    return at + rows * size + total > len(content)


def _packed(content: bytes) -> tuple[int, int]:
    """(How the picture of all layers is packed, where it starts)"""
    at, wide = _HEADER.size, _HEADER.unpack_from(content)[1] == _LARGE
    for size in (4, 4, 8 if wide else 4):  # of the lengths of colours, resources and layers
        at += size + int.from_bytes(content[at : at + size])
    return int.from_bytes(content[at : at + 2]), at + 2


def words_end(content: bytes) -> int:
    """Bytes of the file up to the end of what it says. `content`: its beginning. Raises ValueError."""
    at = _HEADER.size
    for _ in range(2):  # colours and resources
        if len(content) < at + 4:
            raise ValueError("its header is not complete")
        at += 4 + int.from_bytes(content[at : at + 4])
    return at


def undecoded(content: bytes) -> Image.Image:
    """With the same `info` and none of its pixels. Raises ValueError."""
    end = words_end(content)
    start = _HEADER.size + 8 + int.from_bytes(content[_HEADER.size : _HEADER.size + 4])
    blocks = resources(content[start:end])
    picture = Image.new("L", (1, 1))
    picture.info.update({name: blocks[number] for name, number in _BLOCKS.items() if blocks.get(number)})
    return picture


def picture_of(content: bytes) -> Image.Image:
    """The whole picture, decoded, in its own colours. Raises NoPicture, MemoryError, EOFError if it lacks its picture,
    and nearly anything else if it is damaged."""
    from psd_tools import PSDImage

    if _packed(content)[1] + _LEAST > len(content):
        raise EOFError
    document = PSDImage.open(io.BytesIO(content))
    picture = document.topil(apply_icc=False) if document.has_preview() else None
    if picture is None:
        raise NoPicture
    for name, number in _BLOCKS.items():
        block = document.image_resources.get_data(number)
        if isinstance(block, bytes) and block:
            picture.info[name] = block
    return picture
