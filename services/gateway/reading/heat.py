"""A heat map of where a network saw a class, to overlay on the photo: the stronger, the more opaque."""

import io
from typing import Final

from PIL import Image

LONG: Final = 512
"""Pixels of the long side, as a preview has."""
COLOUR: Final = (255, 96, 0)
STRONGEST: Final = 0.75
"""Opacity where the evidence is strongest; the photo stays visible."""


def overlay(width: int, height: int, side: int, cells: bytes, share: float) -> bytes:
    """A PNG for a photo of this shape. `cells`: side × side bytes covering the central square, whose side is `share`
    of the short side. The network sees nothing outside it, so that stays transparent.

    Raises ValueError if the number of cells is wrong.
    """
    scale = LONG / max(width, height)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    square = min(max(round(min(size) * share), 1), *size)
    seen = Image.frombytes("L", (side, side), cells).resize((square, square), Image.Resampling.BICUBIC)
    alpha = Image.new("L", size, 0)
    corner = (size[0] - square) // 2, (size[1] - square) // 2
    alpha.paste(seen.point([round(level * STRONGEST) for level in range(256)]), corner)
    picture = Image.new("RGB", size, COLOUR)
    picture.putalpha(alpha)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()
