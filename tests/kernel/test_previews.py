"""What is believed to be a stored preview."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.kernel import previews
from services.kernel.paths import preview_path

ID = "0123456789abcdef" * 2


def jpeg(quality: int = 90) -> bytes:
    content = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(
        content, "JPEG", quality=quality, subsampling=0, exif=b""
    )
    return content.getvalue()


PLAIN = jpeg()
MARKED = previews.marked(PLAIN, ID)


def test_a_marked_one_is_whole_and_a_picture_with_the_same_pixels(tmp_path: Path) -> None:
    previews.store(tmp_path, ID, MARKED)
    assert previews.load(tmp_path, ID) == MARKED
    with Image.open(io.BytesIO(MARKED)) as one, Image.open(io.BytesIO(PLAIN)) as other:
        assert one.tobytes() == other.tobytes()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{ID}.jpg"]


@given(st.integers(0, len(MARKED) - 1), st.integers(1, 255))
def test_one_byte_changed_is_noticed(at: int, by: int) -> None:
    changed = bytearray(MARKED)
    changed[at] ^= by
    assert not previews.is_whole(bytes(changed), ID)


@given(st.integers(0, len(MARKED) - 1))
def test_a_beginning_is_not_whole(size: int) -> None:
    assert not previews.is_whole(MARKED[:size], ID)
    assert not previews.is_whole(MARKED[:size] + bytes(len(MARKED) - size), ID)


def test_anothers_is_not_whole() -> None:
    assert not previews.is_whole(MARKED, ID[::-1])


def test_one_of_an_earlier_version_is_believed_if_it_is_as_those_were() -> None:
    """They had no mark, and always the same quality."""
    assert previews.is_whole(PLAIN, ID)
    assert not previews.is_whole(PLAIN[:-2], ID)
    assert not previews.is_whole(jpeg(80), ID)


@pytest.mark.parametrize("content", [b"", b"<html>", PLAIN[:-2], PLAIN[2:]])
def test_only_a_whole_jpeg_is_marked(content: bytes) -> None:
    with pytest.raises(ValueError, match="JPEG"):
        previews.marked(content, ID)


def test_what_can_not_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    preview_path(tmp_path, ID).mkdir(parents=True)
    with pytest.raises(OSError):
        previews.store(tmp_path, ID, MARKED)
    assert [path.name for path in tmp_path.rglob("*")] == [ID[:2], f"{ID}.jpg"]
