"""Pictures without their last bytes, or without half of them: shown as far as they go, and marked."""

import contextlib
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from services.gateway.reading import pixels
from services.gateway.reading.endings import completed, is_cut_off, is_nothing_left
from services.gateway.reading.large import enlarged
from services.gateway.reading.photo import Photo
from tests.support.chance import examples
from tests.support.decoding import look
from tests.support.photos import encoded, exif, picture

SCENE = picture(1, (640, 480))
FRAMES = [picture(seed, (64, 48)) for seed in range(4)]
WHOLE = {
    "JPEG": encoded(SCENE),
    "progressive JPEG": encoded(SCENE, progressive=True),
    "JPEG with a thumbnail": encoded(SCENE, exif=exif("2017:08:11 10:09:53")),
    "PNG": encoded(SCENE, "PNG"),
    "PNG with alpha": encoded(SCENE.convert("RGBA"), "PNG"),
    "WebP": encoded(SCENE, "WEBP"),
    "lossless WebP": encoded(SCENE, "WEBP", lossless=True),
    "WebP with EXIF": encoded(SCENE, "WEBP", exif=exif("2017:08:11 10:09:53")),
    "WebP that moves": encoded(FRAMES[0], "WEBP", save_all=True, append_images=FRAMES[1:]),
}
MISSING = {"one byte": 1, "two bytes": 2, "twenty bytes": 20}


def shown(content: bytes) -> Image.Image:
    return pixels.reduced(pixels.opened(content), 1)


def alike(one: Image.Image, other: Image.Image, share: float) -> bool:
    """Whether the upper `share` of two pictures looks the same."""
    box = (0, 0, one.width, int(one.height * share))
    values = [np.asarray(image.crop(box)).astype(int) for image in (one, other)]
    return int(np.abs(values[0] - values[1]).max()) <= 40


@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("name", WHOLE)
def test_one_without_its_last_bytes_is_shown_and_marked(tmp_path: Path, name: str, missing: str) -> None:
    content = WHOLE[name][: -MISSING[missing]]
    (tmp_path / "x.jpg").write_bytes(content)
    answer = look(str(tmp_path), "x.jpg", tmp_path / "previews")
    assert isinstance(answer, Photo), answer
    assert answer.facts.cut_off
    assert alike(shown(content), shown(WHOLE[name]), 0.9)


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "WebP that moves"])
def test_half_of_one_is_shown_as_far_as_it_goes(name: str) -> None:
    """A progressive one as a whole, though blurred."""
    content = WHOLE[name][: len(WHOLE[name]) // 2]
    small = shown(content)
    assert small.size == (512, 384)
    assert alike(small, shown(WHOLE[name]), 0.3)
    assert not alike(small, shown(WHOLE[name]), 1) or name == "progressive JPEG"


def test_half_of_what_moves_is_its_first_frame() -> None:
    content = WHOLE["WebP that moves"]
    assert alike(shown(content[: len(content) // 2]), shown(content), 1)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_one_is_not_marked(tmp_path: Path, name: str) -> None:
    """Nor one with something behind its end, as phones and editors write it."""
    for number, tail in enumerate((b"", bytes(50), b"SEFHSEFT" * 9)):
        (tmp_path / f"{number}.jpg").write_bytes(WHOLE[name] + tail)
        answer = look(str(tmp_path), f"{number}.jpg", tmp_path / "previews")
        assert isinstance(answer, Photo)
        assert not answer.facts.cut_off


def test_a_mark_does_not_depend_on_a_preview_that_is_there_already(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(WHOLE["JPEG"][:-2])
    for _ in range(2):
        answer = look(str(tmp_path), "x.jpg", tmp_path / "previews")
        assert isinstance(answer, Photo)
        assert answer.facts.cut_off


def test_the_larger_picture_is_shown_as_well() -> None:
    large = enlarged(WHOLE["JPEG"][:-2])
    assert Image.open(io.BytesIO(large)).size == (640, 480)


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WebP"])
def test_one_that_ends_before_its_pixels_is_told(name: str) -> None:
    content = WHOLE[name]
    start = {"JPEG": content.find(b"\xff\xda") + 14, "PNG": content.find(b"IDAT") + 4, "WebP": 20}[name]
    assert is_nothing_left(content[: start + 5])
    assert not is_nothing_left(content[: start + 500])
    with pytest.raises(pixels.Unshowable, match="ends too early"):
        shown(content[: start + 5])


def test_damage_in_the_middle_of_a_whole_one_is_still_told() -> None:
    content = bytearray(WHOLE["PNG"])
    content[len(content) // 2] ^= 0xFF
    shown(WHOLE["PNG"][:-20])  # leaves nothing switched on
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    with pytest.raises(pixels.Unshowable):
        shown(bytes(content))


def test_a_webp_that_claims_gigabytes_is_not_filled_up() -> None:
    content = b"RIFF\xff\xff\xff\xffWEBPVP8 \xf0\xff\xff\xff" + bytes(40)
    assert is_cut_off(content)
    assert len(completed(content)) < 100


@given(
    st.sampled_from(sorted(WHOLE)),
    st.integers(0, 1 << 20),
    st.lists(st.tuples(st.integers(0, 999), st.integers(0, 255)), max_size=4),
)
@example("JPEG", 2, [(0, 0xFF)])
@examples(80)
def test_cut_anywhere_with_any_damage_it_is_shown_or_told(
    name: str, length: int, damage: list[tuple[int, int]]
) -> None:
    content = bytearray(WHOLE[name][: length % len(WHOLE[name])])
    for at, value in damage:
        if at < len(content):
            content[at] = value
    with contextlib.suppress(pixels.Unshowable):
        assert shown(bytes(content)).mode == "RGB"


@given(
    st.binary(max_size=200),
    st.sampled_from((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\0\0\0WEBP", b"")),
)
def test_any_bytes_are_whole_or_cut_off(content: bytes, head: bytes) -> None:
    whole = head + content
    assert is_cut_off(whole) in (True, False)
    assert is_nothing_left(whole) in (True, False)
    assert len(completed(whole)) < len(whole) + 100_000_100
