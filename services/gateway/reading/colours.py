"""Tells greyscale pictures from coloured ones."""

from typing import Final

from PIL import Image

_SIDE: Final = 32
NEUTRAL: Final = 128
LITTLE: Final = 10
"""How far a grey picture's chroma (0 to 255) may be from neutral: allows for noise and a scanner's tint."""


def is_grey(picture: Image.Image) -> bool:
    """Of an RGB picture. A few coloured pixels don't count, a coloured corner does."""
    small = picture.resize((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0).convert("YCbCr")
    _, *chroma = small.getextrema()
    return all(low >= NEUTRAL - LITTLE and high <= NEUTRAL + LITTLE for low, high in chroma)  # type: ignore[misc]
