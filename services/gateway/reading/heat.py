"""A heat map of where a network saw a class, to overlay on the photo: the stronger, the brighter and the more opaque.

The network says it of few cells, 7 × 7 for most. Between them the map follows a uniform cubic B-spline (C. de Boor, "A
Practical Guide to Splines", 1978), which has no kinks and never exceeds the cells. The colours are those of *inferno*
(S. van der Walt, N. Smith, 2015; CC0): their lightness rises evenly, so they can be told apart without hues, too.
"""

import io
from typing import Any, Final

import numpy as np
from PIL import Image

LONG: Final = 512
"""Pixels of the long side, as a preview has."""
STRONGEST: Final = 0.75
"""Opacity where the evidence is strongest; the photo stays visible."""
FADE: Final = 1.0
"""Cells beyond the square that the network sees, over which the map fades."""
_INFERNO: Final = (
    *((31, 12, 72), (85, 15, 109), (136, 34, 106), (186, 54, 85)),
    *((227, 89, 51), (249, 140, 10), (249, 201, 50), (252, 255, 164)),
)
_LEVELS: Final = 256

_Floats = np.ndarray[Any, np.dtype[np.float64]]


def overlay(width: int, height: int, side: int, cells: bytes, share: float) -> bytes:
    """A PNG for a photo of this shape. `cells`: side × side bytes covering the central square, whose side is `share`
    of the short side. The network sees nothing outside it, so there the map fades.

    Raises ValueError if the number of cells is wrong.
    """
    scale = LONG / max(width, height)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    square = max(min(size) * share, 1.0)
    levels = np.frombuffer(cells, np.uint8).reshape(side, side).astype(np.float64)
    across, down = (_weights(length, square, side) for length in size)
    smooth = down @ levels @ across.T
    if highest := smooth.max():
        smooth *= (_LEVELS - 1) / highest  # a spline stays below its peaks
    picture = Image.fromarray(np.rint(smooth).astype(np.uint8)).convert("P")
    picture.putpalette(_colours(), "RGB")
    content = io.BytesIO()
    opacity = bytes(round(level * STRONGEST) for level in range(_LEVELS))
    picture.save(content, "PNG", transparency=opacity)
    return content.getvalue()


def _weights(length: int, square: float, side: int) -> _Floats:
    """Weight of each row of cells at each of `length` pixels, float64 [length, side], in 0 to 1. The square lies in the
    middle; the outermost rows go on beyond it, and fade."""
    place = (np.arange(length) + 0.5 - (length - square) / 2) * side / square - 0.5
    inside = np.clip(place, -0.5, side - 0.5)
    weights = np.zeros((length, side))
    for row in range(-2, side + 2):
        weights[:, min(max(row, 0), side - 1)] += _spline(inside - row)
    outside = np.clip(np.abs(place - inside) / FADE, 0, 1)
    fade: _Floats = 1 - outside**2 * (3 - 2 * outside)
    return weights * fade[:, np.newaxis]


def _spline(distance: _Floats) -> _Floats:
    """The uniform cubic B-spline at this distance from its middle, in cells."""
    d = np.abs(distance)
    near = 2 / 3 - d**2 + d**3 / 2
    far = np.clip(2 - d, 0, None) ** 3 / 6
    return np.where(d < 1, near, far)


def _colours() -> bytes:
    """Of the levels from 0: three bytes each."""
    anchors = np.array(_INFERNO, np.float64)
    at = np.linspace(0, len(anchors) - 1, _LEVELS)
    parts = [np.interp(at, np.arange(len(anchors)), anchors[:, part]) for part in range(3)]
    return np.rint(np.stack(parts, axis=1)).astype(np.uint8).tobytes()
