"""Where a network saw a class, as a picture to lay over the photo: the surer, the less transparent."""

import io
from typing import Final

from PIL import Image

LONG: Final = 512
"""Pixels of the long side, as a preview has."""
COLOUR: Final = (255, 96, 0)
STRONGEST: Final = 0.75
"""Of the colour, where most speaks for the class; the photo stays visible."""


def overlay(width: int, height: int, side: int, cells: bytes, share: float) -> bytes:
    """A PNG for a photo of this shape. `cells`: side × side bytes that cover the square in its middle, whose side is
    `share` of the short side; around that nothing was looked at, so it is transparent.

    Raises ValueError when there are not so many cells.
    """
    scale = LONG / max(width, height)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    square = min(max(round(min(size) * share), 1), *size)
    seen = Image.frombytes("L", (side, side), cells).resize((square, square), Image.Resampling.BICUBIC)
    alpha = Image.new("L", size, 0)
    alpha.paste(
        seen.point([round(level * STRONGEST) for level in range(256)]),
        ((size[0] - square) // 2, (size[1] - square) // 2),
    )
    picture = Image.new("RGB", size, COLOUR)
    picture.putalpha(alpha)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
