"""Formats that few libraries hold, whose decoders read the whole picture at once: JPEG XL and Photoshop's.

No decoder is loaded before the first such file comes."""

from collections.abc import Callable
from typing import Final, NamedTuple

from PIL import Image

from services.gateway.reading import jpeg_xl, layered
from services.knowledge.formats import JPEG_XL, PHOTOSHOP, Format


class Decoder(NamedTuple):
    format: Format
    claimed_size: Callable[[bytes], tuple[int, int]]
    """Width and height in pixels, by a file's header. Raises ValueError."""
    decode: Callable[[bytes], Image.Image]
    """Of the whole picture. Raises nearly anything, and MemoryError."""
    undecoded: Callable[[bytes], Image.Image]
    """A picture that has its blocks, but not its pixels. Raises nearly anything, and MemoryError."""
    words_end: Callable[[bytes], int | None]
    """Bytes of the file that this takes; None: all. Raises ValueError."""
    lacks_its_end: Callable[[bytes], bool]
    """Whether a file that could be decoded lacks its end."""
    bytes_per_pixel: int
    """What decoding takes at most, to tell a lack of memory from damage."""


_DECODERS: Final = (
    Decoder(
        JPEG_XL,
        jpeg_xl.claimed_size,
        jpeg_xl.picture_of,
        jpeg_xl.undecoded,
        words_end=lambda _: None,
        lacks_its_end=lambda _: False,
        bytes_per_pixel=32,
    ),
    Decoder(
        PHOTOSHOP,
        layered.claimed_size,
        layered.picture_of,
        layered.undecoded,
        words_end=layered.words_end,
        lacks_its_end=layered.lacks_its_end,
        bytes_per_pixel=32,
    ),
)
_BEGINNINGS: Final = tuple(
    (at, part, decoder)
    for decoder in _DECODERS
    for signature in decoder.format.begins
    for at, part in signature.items()
)


def decoder(content: bytes) -> Decoder | None:
    """None for any other format."""
    return next((one for at, part, one in _BEGINNINGS if content.startswith(part, at)), None)
