"""The eight ways to turn a picture are a group, and do what Pillow does with EXIF's Orientation."""

from itertools import product

import pytest
from PIL import Image, ImageOps

from services.knowledge.rotations import (
    LEFT,
    METHODS,
    MIRROR,
    NONE,
    RIGHT,
    ROTATIONS,
    compose,
    inverse,
    lies,
    turned,
)

EVERY = list(ROTATIONS)


def picture() -> Image.Image:
    """All of its pixels differ, and its sides."""
    one = Image.new("L", (3, 2))
    one.putdata(range(6))
    return one


def rotated(one: Image.Image, rotation: int) -> Image.Image:
    return one if rotation == NONE else one.transpose(Image.Transpose[METHODS[rotation]])


def by_exif(one: Image.Image, orientation: int) -> Image.Image:
    one = one.copy()
    one.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(one)
    assert upright is not None
    return upright


@pytest.mark.parametrize("rotation", EVERY)
def test_the_numbers_are_those_of_exif(rotation: int) -> None:
    one = rotated(picture(), rotation)
    expected = by_exif(picture(), rotation)
    assert (one.size, one.tobytes()) == (expected.size, expected.tobytes())
    assert lies(rotation) is (one.size == (2, 3))


@pytest.mark.parametrize(("first", "then"), list(product(EVERY, EVERY)))
def test_two_together_do_what_they_do_one_after_the_other(first: int, then: int) -> None:
    assert (
        rotated(picture(), compose(first, then)).tobytes()
        == rotated(rotated(picture(), first), then).tobytes()
    )


def test_it_is_a_group() -> None:
    for one in EVERY:
        assert compose(one, NONE) == compose(NONE, one) == one
        assert compose(one, inverse(one)) == compose(inverse(one), one) == NONE
    for a, b, c in product(EVERY, EVERY, EVERY):
        assert compose(compose(a, b), c) == compose(a, compose(b, c))
    assert (inverse(LEFT), compose(MIRROR, MIRROR)) == (RIGHT, NONE)


@pytest.mark.parametrize("rotation", EVERY)
def test_a_part_of_the_picture_moves_with_its_pixels(rotation: int) -> None:
    whole = Image.new("L", (400, 200))
    whole.paste(255, (40, 20, 120, 40))
    after = rotated(whole, rotation)
    x, y, width, height = turned((0.1, 0.1, 0.2, 0.1), rotation)
    across, down = after.size
    box = (x * across, y * down, (x + width) * across, (y + height) * down)
    assert tuple(map(round, box)) == after.getbbox()
