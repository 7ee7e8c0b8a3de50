"""From preview to pixels."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from services.inference.preprocess import PreviewUnusable, load, pixels
from services.kernel import previews
from tests.support import photos


def test_shape_and_type(tmp_path: Path) -> None:
    found = load(photos.write(tmp_path / "a.jpg", 1, size=(512, 341)), 224)
    assert found.shape == (224, 224, 3)
    assert found.dtype == np.uint8


@pytest.mark.parametrize("size", [(512, 256), (256, 512), (512, 512)])
def test_the_middle_seven_eighths_of_the_short_side(size: tuple[int, int]) -> None:
    """224 of 256: the crop removes exactly a frame of the remaining width."""
    side = min(size) * 224 / 256
    left, top = (size[0] - side) / 2, (size[1] - side) / 2
    image = Image.new("RGB", size, "red")
    image.paste("blue", (round(left), round(top), round(left + side), round(top + side)))
    found = pixels(np.asarray(image), 224)
    assert (found[2:-2, 2:-2] == [0, 0, 255]).all()
    image.paste("red", (0, 0, size[0], round(top) + 3))
    assert (pixels(np.asarray(image), 224)[0] == [255, 0, 0]).all()


def test_grey_becomes_three_channels(tmp_path: Path) -> None:
    grey = previews.marked(photos.encoded(Image.new("L", (300, 300), 77), "JPEG", quality=90), "a" * 32)
    (tmp_path / f"{'a' * 32}.jpg").write_bytes(grey)
    assert (load(tmp_path / f"{'a' * 32}.jpg", 224) == 77).all()


def test_a_tiny_picture_is_enlarged(tmp_path: Path) -> None:
    assert load(photos.write(tmp_path / "a.jpg", size=(3, 2)), 260).shape == (260, 260, 3)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(PreviewUnusable, match="missing: scan again"):
        load(tmp_path / "a.jpg", 224)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0 cut"])
def test_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(PreviewUnusable, match="damaged"):
        load(tmp_path / "a.jpg", 224)


def test_another_photos_preview_and_one_with_a_flipped_bit(tmp_path: Path) -> None:
    """As the gateway, which serves neither: the verdict would stand in the log for good."""
    own, other = "a" * 32, "b" * 32
    jpeg = photos.encoded(photos.picture(1), "JPEG", quality=90)
    path = tmp_path / f"{own}.jpg"
    path.write_bytes(previews.marked(jpeg, own))
    assert load(path, 224).shape == (224, 224, 3)
    flipped = bytearray(previews.marked(jpeg, own))
    flipped[-100] ^= 1
    for content in (previews.marked(jpeg, other), bytes(flipped)):
        path.write_bytes(content)
        with pytest.raises(PreviewUnusable, match="damaged: scan again"):
            load(path, 224)


def test_truncated(tmp_path: Path) -> None:
    path = photos.write(tmp_path / "a.jpg", 1)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(PreviewUnusable, match="damaged"):
        load(path, 224)
