"""Pages of text with one layout are told apart by their words; copies of a page, and photos, are not."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.gateway.reading.pixels import as_preview
from services.gateway.reading.texture import Texture, agreement, texture
from services.gateway.running.text_pages import SAME_TEXT, TextPages
from services.kernel.paths import preview_path
from tests.support import photos
from tests.support.text_pages import COPIES, PAGES, Page, blurred, letter, saved_again, slip, smaller

IDS = ["a" * 32, "b" * 32]


def preview(page: Page, path: Path) -> Path:
    small = page.copy()
    small.thumbnail((512, 512))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_preview(small))
    return path


def of(page: Page, folder: Path) -> Texture:
    value = texture(preview(page, folder / "preview.jpg"))
    assert value is not None
    return value


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_pages_with_one_layout_are_unlike(kind: Callable[[int], Page], tmp_path: Path) -> None:
    textures = [of(kind(number), tmp_path) for number in range(4)]
    values = [agreement(one, other) for one, other in combinations(textures, 2)]
    assert all(value is not None and value < SAME_TEXT - 0.01 for value in values), values


@pytest.mark.parametrize("copied", COPIES, ids=lambda copied: copied.__name__)
@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_a_copy_of_a_page_is_like_it(
    kind: Callable[[int], Page], copied: Callable[[Page], Page], tmp_path: Path
) -> None:
    """Also if it was scanned a second time. Of a small page that is blurred, nothing is left to tell by."""
    page = kind(1)
    value = agreement(of(page, tmp_path), of(copied(page), tmp_path))
    assert value > SAME_TEXT + 0.03 if value else (kind, copied) == (slip, blurred)


def test_a_photo_is_no_page(tmp_path: Path) -> None:
    """No tone covers a third of it, so the hashes decide alone."""
    assert texture(preview(photos.picture(1, (800, 600)), tmp_path / "photo.jpg")) is None


def test_a_blank_page_says_nothing(tmp_path: Path) -> None:
    blank = of(Image.new("RGB", (800, 1100), "white"), tmp_path)
    assert agreement(blank, blank) is None
    assert agreement(blank, of(letter(1), tmp_path)) is None


def test_without_a_preview_nothing_is_said(tmp_path: Path) -> None:
    assert texture(tmp_path / "none.jpg") is None
    pages = TextPages(tmp_path)
    assert not pages.unlike(*IDS)


def content(page: Page) -> bytes:
    with TemporaryDirectory() as folder:
        return preview(page, Path(folder) / "preview.jpg").read_bytes()


WHOLE = content(letter(1))


@given(st.integers(0, len(WHOLE)), st.binary(max_size=4), st.booleans())
def test_a_damaged_preview_never_raises(at: int, change: bytes, cut: bool) -> None:
    """Wherever bytes are changed, or its end is missing."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "preview.jpg"
        path.write_bytes(WHOLE[:at] + change + (b"" if cut else WHOLE[at + len(change) :]))
        value = texture(path)
    assert value is None or value.frequencies.shape[0] == value.energies.shape[0]


def test_pages_are_read_once(tmp_path: Path) -> None:
    """Their answers are kept: the previews may go."""
    pages = TextPages(tmp_path)
    for number, image_id in enumerate(IDS):
        preview(letter(number), preview_path(tmp_path, image_id))
    assert pages.unlike(*IDS)
    for image_id in IDS:
        preview_path(tmp_path, image_id).unlink()
    assert pages.unlike(*IDS)


@pytest.mark.parametrize("copied", [saved_again, smaller, blurred], ids=lambda copied: copied.__name__)
def test_a_page_and_its_copy_are_not_unlike(copied: Callable[[Page], Page], tmp_path: Path) -> None:
    for page, image_id in zip((letter(1), copied(letter(1))), IDS, strict=True):
        preview(page, preview_path(tmp_path, image_id))
    assert not TextPages(tmp_path).unlike(*IDS)
