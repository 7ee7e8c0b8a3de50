"""A map of where the network saw a class, as an overlay on the photo."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from services.gateway.reading.heat import STRONGEST, overlay

FULL = round(255 * STRONGEST)


def drawn(width: int, height: int, side: int, cells: bytes, share: float) -> Image.Image:
    picture = Image.open(io.BytesIO(overlay(width, height, side, cells, share)), formats=("PNG",))
    return picture.convert("RGBA")


def opacity(
    width: int, height: int, side: int, cells: bytes, share: float
) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.asarray(drawn(width, height, side, cells, share).getchannel("A")).astype(np.int64)


@pytest.mark.parametrize(
    ("width", "height"), [(4000, 3000), (3000, 4000), (512, 512), (9000, 300), (1, 700), (3, 2)]
)
def test_it_has_the_shape_of_the_preview(width: int, height: int) -> None:
    picture = drawn(width, height, 2, bytes(4), 0.875)
    assert max(picture.size) == 512
    assert abs(picture.width / picture.height - width / height) < max(width / height, 1) / min(picture.size)


@pytest.mark.parametrize(("width", "height"), [(400, 300), (300, 400)])
def test_beyond_the_square_in_the_middle_it_fades_within_a_cell(width: int, height: int) -> None:
    """The square covers `share` of the short side: 0.75 × 384 for 512 × 384 pixels, of which a cell has 41."""
    alpha = drawn(width, height, 7, b"\xff" * 49, 0.75).getchannel("A")
    left, top, right, bottom = alpha.getbbox() or (0, 0, 0, 0)
    assert 288 < right - left == bottom - top <= 288 + 2 * 42
    assert (left, top) == (alpha.width - right, alpha.height - bottom)
    edge = (right - left - 288) // 2 + 1
    assert alpha.crop((left + edge, top + edge, right - edge, bottom - edge)).getextrema() == (FULL, FULL)


SEEN = {
    "one cell": bytes(24) + b"\xff" + bytes(24),
    "a chessboard": b"\xff\0" * 24 + b"\xff",
    "all": b"\xff" * 49,
    "a corner": b"\xff" + bytes(48),
    "a half": b"\xff" * 21 + bytes(28),
}


@pytest.mark.parametrize("share", [0.75, 0.875, 1.0])
@pytest.mark.parametrize("cells", SEEN.values(), ids=SEEN)
def test_it_has_no_seams(cells: bytes, share: float) -> None:
    """No pixel differs much from the next: neither between cells, nor where the square ends."""
    alpha = opacity(4000, 3000, 7, cells, share)
    steps = [np.abs(np.diff(alpha, axis=axis)).max() for axis in (0, 1)]
    assert max(steps) <= 10  # of 191; 41 pixels or more from one cell to the next


@pytest.mark.parametrize("cells", SEEN.values(), ids=SEEN)
def test_it_has_no_kinks(cells: bytes) -> None:
    """A ramp neither starts nor ends at once."""
    alpha = opacity(3000, 3000, 7, cells, 1.0)
    bends = [np.abs(np.diff(alpha, n=2, axis=axis)).max() for axis in (0, 1)]
    assert max(bends) <= 2


def test_the_stronger_the_lighter() -> None:
    """So it can be read by those who see no hues. Lightness: ITU-R BT.601."""
    picture = drawn(512, 512, 7, bytes(sorted(number * 255 // 48 for number in range(49))), 1.0)
    pixels = np.asarray(picture).astype(float)
    lightness = (pixels[..., :3] @ [0.299, 0.587, 0.114])[:, 256]
    assert (np.diff(lightness) >= -1).all()
    assert lightness[-1] - lightness[0] > 150


def test_it_is_strongest_where_the_class_was_seen() -> None:
    cells = bytearray(49)
    cells[0 * 7 + 6] = 255  # at the top right
    alpha = opacity(512, 512, 7, bytes(cells), 1.0)
    assert alpha[10, 500] == pytest.approx(FULL, rel=0.05)
    assert alpha[500, 10] == 0


def test_a_map_of_nothing_shows_nothing() -> None:
    assert drawn(40, 30, 7, bytes(49), 0.875).getchannel("A").getextrema() == (0, 0)


def test_too_few_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="reshape"):
        overlay(40, 30, 7, bytes(48), 0.875)
