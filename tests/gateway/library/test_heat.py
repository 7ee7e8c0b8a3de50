"""A map of where the network saw a class, as an overlay on the photo."""

import io

import numpy as np
import pytest
from PIL import Image

from services.gateway.reading.heat import COLOUR, STRONGEST, overlay

FULL = round(255 * STRONGEST)


def drawn(width: int, height: int, side: int, cells: bytes, share: float) -> Image.Image:
    return Image.open(io.BytesIO(overlay(width, height, side, cells, share)), formats=("PNG",))


@pytest.mark.parametrize(
    ("width", "height"), [(4000, 3000), (3000, 4000), (512, 512), (9000, 300), (1, 700), (3, 2)]
)
def test_it_has_the_shape_of_the_preview(width: int, height: int) -> None:
    picture = drawn(width, height, 2, bytes(4), 0.875)
    assert max(picture.size) == 512
    assert abs(picture.width / picture.height - width / height) < max(width / height, 1) / min(picture.size)
    assert picture.mode == "RGBA"


@pytest.mark.parametrize(("width", "height"), [(400, 300), (300, 400)])
def test_around_the_square_in_the_middle_it_is_transparent(width: int, height: int) -> None:
    """The square covers `share` of the short side: 0.75 × 384 for 512 × 384 pixels."""
    alpha = drawn(width, height, 7, b"\xff" * 49, 0.75).getchannel("A")
    left, top, right, bottom = alpha.getbbox() or (0, 0, 0, 0)
    assert (right - left, bottom - top) == (288, 288)
    assert (left, top) == (alpha.width - right, alpha.height - bottom)
    assert alpha.crop((left, top, right, bottom)).getextrema() == (FULL, FULL)


def test_it_is_strongest_where_the_class_was_seen_and_fades_smoothly() -> None:
    cells = bytearray(49)
    cells[0 * 7 + 6] = 255  # at the top right
    picture = drawn(512, 512, 7, bytes(cells), 1.0)
    alpha = np.asarray(picture.getchannel("A")).astype(int)
    assert alpha[10, 500] == pytest.approx(FULL, abs=3)
    assert alpha[500, 10] == 0
    assert np.abs(np.diff(alpha[10, 370:500])).max() < 12, "no steps"
    assert tuple(np.asarray(picture)[10, 500, :3]) == COLOUR


def test_a_map_of_nothing_shows_nothing() -> None:
    assert drawn(40, 30, 7, bytes(49), 0.875).getchannel("A").getextrema() == (0, 0)


def test_too_few_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="enough"):
        overlay(40, 30, 7, bytes(48), 0.875)
