"""Which names belong together."""

import re
import unicodedata

import pytest

from services.gateway.sidecars import takeout_names
from services.knowledge.copy_names import COPY_NAMES, CopyName
from services.knowledge.edited_words import CUT_UNITS
from services.projector.rows.names import original, sort_key, stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IMG_1234.HEIC", "IMG_1234.MOV"),
        ("IMG_1234.HEIC", "img_1234.mp4"),
        ("IMG_1234(1).jpg", "IMG_1234(1).MP4"),
        ("PXL_20231006_063121958.MP.jpg", "PXL_20231006_063121958.MP"),
        ("IMG_1234.HEIC", "IMG_1234_HEVC.MOV"),
        ("Ku\u0308ste.jpg", "K\u00dcSTE.mov"),
    ],
)
def test_what_belongs_together_has_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("IMG_1234.HEIC", "IMG_1235.MOV"), ("IMG_1234.jpg", "IMG_1234(1).mov"), ("a", "b")]
)
def test_what_does_not_has_another(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    ("copy", "source"),
    [
        ("IMG_1234-edited.jpg", "IMG_1234.HEIC"),
        ("IMG_1234-edited(1).jpg", "IMG_1234(1).jpg"),
        ("IMG_1234-bearbeitet.jpg", "IMG_1234.jpg"),
        ("IMG_1234-modifie\u0301.jpg", "IMG_1234.jpg"),
        ("IMG_E1234.JPG", "IMG_1234.HEIC"),
        ("PXL_2023.MP~2.jpg", "PXL_2023.MP.jpg"),
        ("PXL_2023.MP-edited.jpg", "PXL_2023.MP.jpg"),
        (f"{'x' * (CUT_UNITS - 4)}-edi.jpg", f"{'x' * (CUT_UNITS - 4)}.jpg"),
    ],
)
def test_an_edited_copy_names_its_original(copy: str, source: str) -> None:
    assert original(stem(copy)) == (stem(source), True)


@pytest.mark.parametrize("row", COPY_NAMES, ids=lambda row: row.program)
def test_each_program_names_copies_as_its_row_says(row: CopyName) -> None:
    for copy, source in row.examples:
        name = unicodedata.normalize("NFD", f"{copy}.jpg")
        assert original(stem(name)) == (stem(source), row.certain), copy
    for other in row.others:
        assert re.fullmatch(row.pattern, stem(other)) is None, other


@pytest.mark.parametrize(
    "name",
    [
        *("IMG_1234.jpg", "IMG_EVENING.jpg", "-edited.jpg", "a-edi.jpg", "summer-2019.jpg", "IMG_E12.jpg"),
        *("DSC01234.JPG", "PXL_20231006_063121958.jpg", "20190203_040506.jpg", "P1010203.JPG", "photo.jpg"),
        *("IMG-20190203-WA0001.jpg", "holiday (2019).jpg", "credit.jpg", "photocopy.jpg"),
    ],
)
def test_other_names_are_of_no_copy(name: str) -> None:
    assert original(stem(name)) is None


def test_numbers_sort_by_their_value_however_long_they_are() -> None:
    """Also where one more digit means one more sign in the count of digits. From 108 digits on, they sort as text,
    behind all others."""
    lengths = [*range(1, 21), *range(96, 108), 120]
    numbers = [number for length in lengths for number in ("1" + "0" * (length - 1), "9" * length)]
    keys = [sort_key("a", f"scan {number}.jpg") for number in numbers]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(numbers)


def test_a_leading_dot_begins_a_name_and_no_suffix() -> None:
    names = [".b.jpg", ".c", "a", "a.jpg", "a (2).jpg"]
    assert sorted(names, key=lambda name: sort_key("", name)) == names


def test_the_words_are_those_by_which_sidecars_are_found() -> None:
    assert takeout_names.PICTURE_UNITS == CUT_UNITS
