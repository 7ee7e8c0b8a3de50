"""Everyday photos with what a person would name them, and the heads that are fitted to them."""

from pathlib import Path

import numpy as np
import pytest

from ops.bench.everyday import PHOTOS, Everyday, everyday, kept_back, widened
from ops.bench.measure import Unmeasurable
from ops.bench.naming import Counts, Label, counted, found
from ops.bench.photo_lists import LIST
from ops.heads import LEAST, PRECISION, lowest


def photo(expected: str, *true: str, origin: str = "a") -> Everyday:
    return Everyday(Path("x.jpg"), frozenset({expected}), widened({expected, *true}), origin)


def label(id_: str, is_group: bool = False, visible: bool = True) -> Label:
    return Label(id_, 0.9, is_group, visible)


def test_what_is_true_of_a_category_is_true_of_wider_ones() -> None:
    assert {"mountain", "landscape", "nature"} <= widened({"mountain"})
    assert {"person", "people"} <= widened({"child"})
    assert "kind-document" in widened({"document"})
    assert "castle" not in widened({"building"})


def test_a_fifth_of_the_origins_is_kept_back() -> None:
    """Always the same ones, whatever photos are added to them."""
    photos = [photo("dog", origin=f"origin {number}") for number in range(10)]
    back = kept_back(photos)
    assert len(back) == 2
    assert kept_back([*photos[::-1], *photos]) == back


def test_a_folder_says_what_its_photos_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PHOTOS.variable, str(tmp_path))
    with pytest.raises(Unmeasurable, match=PHOTOS.variable), everyday():
        pass
    rows = [",".join(PHOTOS.columns), "1.jpg,x-person|street,car,somebody/photos:1.jpg"]
    (tmp_path / LIST).write_text("\n".join(rows), "utf-8")
    with pytest.raises(Unmeasurable, match=r"missing: 1\.jpg"), everyday():
        pass
    (tmp_path / "1.jpg").touch()
    with everyday() as photos:
        assert photos[0].expected == {"person", "street"}
        assert photos[0].origin == "somebody/photos"
        assert {"car", "vehicles", "people", "places"} <= photos[0].right


def test_visible_categories_are_counted() -> None:
    """A group covers a photo only if a person would name it."""
    photos = [photo("person"), photo("landscape"), photo("sport")]
    named = [
        [label("person"), label("people", is_group=True)],
        [label("nature", is_group=True), label("dog"), label("cat", visible=False)],
        [label("sport", is_group=True)],
    ]
    assert counted(photos, named) == Counts(precision=4 / 5, coverage=2 / 3, wrong=1 / 3)
    assert found(photos, named, "person") == (1.0, 1.0)


def test_a_threshold_is_the_lowest_precise_one() -> None:
    margins = np.arange(30, 0, -1.0)
    true = np.arange(30) < 20
    last = int(20 / PRECISION)
    assert lowest(margins, true) == pytest.approx(30 - last + 0.5)


def test_a_threshold_needs_enough_photos_and_an_even_chance() -> None:
    few = np.arange(30) < LEAST - 2
    assert lowest(np.arange(30, 0, -1.0), few) is None
    assert lowest(np.arange(30, 0, -1.0), np.zeros(30, bool)) is None
    assert lowest(np.linspace(2, -2, 30), np.ones(30, bool)) == 0.0
