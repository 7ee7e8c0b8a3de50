"""Copies of a picture have nearly the same hash, other pictures have different ones, and blank pictures have none."""

import csv
import io
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from services.gateway.queries.similar import ALIKE
from services.gateway.reading import pixels
from services.gateway.reading.metadata import metadata
from services.gateway.reading.phash import phash
from tests.support.photos import encoded, picture
from tests.support.shared import shared_files

MADE = [picture(seed, (512, 384)) for seed in range(40)]
Change = Callable[[Image.Image], Image.Image]


def preview(path: Path) -> Image.Image:
    opened = pixels.opened(path.read_bytes())
    return pixels.reduced(opened, metadata(opened).orientation)


def photos() -> list[Image.Image]:
    """Each of a different scene."""
    return MADE + [preview(path) for path in shared_files("labelled", "*.jpg")[::5]]


def bits(picture: Image.Image) -> int:
    found = phash(picture)
    assert found is not None
    assert len(found) == 16
    return int(found, 16)


def apart(one: Image.Image, other: Image.Image) -> int:
    return (bits(one) ^ bits(other)).bit_count()


def saved(picture: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(encoded(picture, quality=quality))).convert("RGB")


def scaled(picture: Image.Image, share: float) -> Image.Image:
    size = (round(picture.width * share), round(picture.height * share))
    return saved(picture.resize(size, Image.Resampling.BICUBIC), 85)


def cropped(picture: Image.Image, share: float) -> Image.Image:
    x, y = picture.width * share, picture.height * share
    return picture.crop((round(x), round(y), round(picture.width - x), round(picture.height - y)))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda p: scaled(p, 0.5), 1.0),
        (lambda p: scaled(p, 0.25), 0.99),
        (lambda p: saved(p, 50), 0.99),
        (lambda p: saved(p, 20), 0.99),
        (lambda p: cropped(p, 0.01), 0.95),
        (lambda p: cropped(p, 0.02), 0.9),
        (lambda p: ImageEnhance.Brightness(p).enhance(1.15), 0.98),
        (lambda p: ImageEnhance.Contrast(p).enhance(1.3), 0.98),
    ],
    ids=["half", "quarter", "quality 50", "quality 20", "crop 1 %", "crop 2 %", "brighter", "harder"],
)
def test_changed_copies_are_found(change: Change, found: float) -> None:
    """`found`: the share of pictures whose changed copy is within the grouping distance."""
    tried = photos()
    near = sum(apart(one, change(one)) <= ALIKE for one in tried)
    assert near >= found * len(tried)


def test_other_pictures_are_far_away() -> None:
    hashes = [bits(one) for one in photos()]
    assert min((one ^ other).bit_count() for one, other in combinations(hashes, 2)) > ALIKE


def groups() -> Iterator[tuple[Path, str]]:
    """(file, group) of real copies, if there are any."""
    for listed in shared_files("duplicates", "groups.csv"):
        for row in csv.DictReader(listed.read_text("utf-8").splitlines()):
            yield listed.parent / row["file"], row["group"]


def test_real_copies_are_grouped_as_people_group_them() -> None:
    """Recompressed ones and an HDR pair; generated ones if there are no shared photos."""
    real = [(preview(file), group) for file, group in groups()]
    made = [(one, f"made {number}") for number, one in enumerate(MADE)]
    tried = [*real, *made, *((saved(one, 40), group) for one, group in made)]
    hashes = [(bits(one), group) for one, group in tried]
    for (one, first), (other, second) in combinations(hashes, 2):
        assert ((one ^ other).bit_count() <= ALIKE) is (first == second), (first, second)


def test_every_bit_but_the_first_says_something() -> None:
    """Half the bits are set, and none is the same in all pictures; the first stands for the mean and is always 0."""
    hashes = [bits(one) for one in MADE]
    assert {one.bit_count() for one in hashes} == {31}
    always, ever = hashes[0], 0
    for one in hashes:
        always, ever = always & one, ever | one
    assert (always, ever) == (0, 2**63 - 1)


NOTHING = {
    "white": Image.new("RGB", (512, 384), "white"),
    "blue": Image.new("RGB", (512, 384), "#3355aa"),
    "saved white": saved(Image.new("RGB", (512, 384), "#fefefe"), 30),
    "a gradient": Image.linear_gradient("L").resize((512, 384)).convert("RGB"),
    "faint noise": saved(Image.effect_noise((512, 384), 6).convert("RGB"), 90),
    "one pixel": Image.new("RGB", (1, 1), "red"),
    "a line": Image.new("RGB", (1, 512), "red"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_shows_nothing_has_no_hash(name: str) -> None:
    """Otherwise all blank walls would be copies of each other."""
    assert phash(NOTHING[name]) is None


def test_a_tiny_picture_has_a_hash() -> None:
    assert phash(picture(1, (24, 18))) is not None
