"""How many frames a picture has that moves. Pages of a fax and the two views of a stereo camera are none.

Pillow counts a GIF's by reading one after another, which takes minutes for a file made to have millions; here they
are counted along their bytes, and only so far.
"""

from typing import Final

from PIL import Image

from services.knowledge.formats import ANIMATED

MOST_FRAMES: Final = 10_000
"""More are not counted."""


def frames(picture: Image.Image, content: bytes) -> int:
    """Of the picture that was opened from `content`, from 1 to MOST_FRAMES; 1 where that can't be told."""
    if picture.format == "GIF":
        return max(1, _gif(content))
    if picture.format in ANIMATED:
        return max(1, min(int(getattr(picture, "n_frames", 1)), MOST_FRAMES))  # the header says it
    return 1


def _gif(content: bytes) -> int:
    """Images, up to where the file ends or turns into something else."""
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
