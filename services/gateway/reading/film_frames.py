"""Counts the frames of animated pictures. The pages of a fax and the two views of a stereo camera don't count.

Pillow counts a GIF's frames by reading them all, which takes minutes for a file crafted to have millions; this skips
from block to block, up to a limit.
"""

from typing import Final

from PIL import Image

from services.knowledge.formats import ANIMATED

MOST_FRAMES: Final = 10_000
"""More are not counted."""


def frames(picture: Image.Image, content: bytes) -> int:
    """Of the picture opened from `content`, from 1 to MOST_FRAMES; 1 if unknown."""
    if picture.format == "GIF":
        return max(1, _gif(content))
    if picture.format in ANIMATED:
        return max(1, min(int(getattr(picture, "n_frames", 1)), MOST_FRAMES))  # from the header
    return 1


def _gif(content: bytes) -> int:
    """Images up to the end of the file or the first invalid block."""
    count, at = 0, 13 + (_palette(content[10]) if len(content) > 10 else 0)
    while count < MOST_FRAMES and at + 10 < len(content):
        match content[at]:
            case 0x21:  # an extension and its label
                at += 2
            case 0x2C:
                count += 1
                at += 11 + _palette(content[at + 9])  # and the code size
            case _:
                break
        while at < len(content) and content[at]:  # blocks, up to an empty one
            at += 1 + content[at]
        at += 1
    return count


def _palette(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
