"""Whether there is colour in a picture at all."""

from typing import Final

from PIL import Image

_SIDE: Final = 32
NEUTRAL: Final = 128
LITTLE: Final = 10
"""How far both chroma channels (of 0 to 255) may be from neutral: what noise and a scanner's tint amount to."""


def is_grey(picture: Image.Image) -> bool:
    """Of an RGB picture; a few coloured pixels don't make it a coloured one, a coloured corner does."""
    small = picture.resize((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0).convert("YCbCr")
    _, *chroma = small.getextrema()
    return all(low >= NEUTRAL - LITTLE and high <= NEUTRAL + LITTLE for low, high in chroma)  # type: ignore[misc]
