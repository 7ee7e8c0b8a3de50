"""Folders of other programs: each row by its examples, and folders of people that must not be taken for them."""

import re

import pytest

from services.knowledge.programs import ROWS, ProgramFolder, is_hidden, is_of_program


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.program}: {row.pattern}")
def test_a_row_leaves_out_its_examples_and_keeps_its_look_alikes(row: ProgramFolder) -> None:
    """In any case, since disks differ in that; and each row does so by itself, so none is dead."""
    assert row.examples
    for path in row.examples:
        assert re.fullmatch(rf"(?:.*/)?(?:{row.pattern})", path.lower())
        assert all(is_of_program(place, row.beside) for place in (path, path.upper(), f"Bilder/2019/{path}"))
    for path in row.kept:
        assert not is_of_program(path, row.beside)


@pytest.mark.parametrize("row", [row for row in ROWS if row.beside], ids=lambda row: row.pattern)
def test_a_common_name_counts_only_among_the_programs_other_folders(row: ProgramFolder) -> None:
    for path in row.examples:
        assert not is_of_program(path)
        for one in row.beside:
            assert not is_of_program(path, row.beside - {one})


@pytest.mark.parametrize(
    "path",
    [
        "thumbs", "thumbnails", "Originals", "Masters", "profile", "small", "cache", "Previews", "resources",
        "Photos Library", "photoslibrary/resources", "Recycling", "var", "uploads", "2019/sub", "DCIM/100MEDIA",
        "Vorschau", "Papierkorb", "WhatsApp/Media", "Android/data", "Lightroom/Previews", "",
    ],
)  # fmt: skip
def test_folders_of_people_stay(path: str) -> None:
    assert not is_of_program(path)


def test_hidden_folders_are_left_out_but_for_picasas_originals() -> None:
    for name in (".dtrash", ".@__thumb", ".photoprism", ".Trash-1000", ".recycle"):
        assert is_hidden(name)
    for name in (".picasaoriginals", ".PicasaOriginals", "Bilder"):
        assert not is_hidden(name)
