"""The pictures whose outputs are pinned: made by a formula, so that nothing but numbers has to be stored."""

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]


def pictures(side: int) -> Array:
    """uint8 [4, side, side, 3]: smooth waves, a checkerboard, noise, and a bright disc on dark ground."""
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.sin(7 * x + 3 * y), np.cos(11 * y - 2 * x), np.sin(5 * x * y)]
    board = ((x * 8).astype(int) + (y * 8).astype(int)) % 2
    noise = np.random.default_rng(20260101).random((side, side, 3))
    disc = ((x - 0.5) ** 2 + (y - 0.45) ** 2 < 0.09).astype(float)
    found = [
        np.stack([127 + 100 * wave for wave in waves], -1),
        np.stack([40 + 180 * board, 200 - 150 * board, 90 + 60 * board], -1),
        255 * noise,
        np.stack([20 + 220 * disc, 60 + 140 * disc, 30 + 20 * disc], -1),
    ]
    return np.stack(found).round().clip(0, 255).astype(np.uint8)
