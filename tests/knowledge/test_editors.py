"""Programs that edit pictures, by the names they write into the files."""

import re

import pytest

from services.knowledge.editors import EDITORS, says_edited


@pytest.mark.parametrize(("pattern", "name"), EDITORS)
def test_each_program_is_known_by_its_name(pattern: str, name: str) -> None:
    """Its own row matches, however it is capitalised; so no row is dead."""
    assert re.match(pattern, name, re.IGNORECASE)
    assert says_edited([name.lower()])


@pytest.mark.parametrize(
    "name",
    [
        "Ver.1.00", "14.2", "HDR+ 1.0.540104767zd", "G991BXXU3AUF6", "COOLPIX P950 V1.2", "Digital Camera FinePix",
        "Adobe XMP Core 5.1.0-jc003", "XMP Core 6.0.0", "Epson Scan 2", "Canon EOS 80D Firmware Version 1.0.2", "",
    ],
)  # fmt: skip
def test_firmware_and_scanners_say_nothing_of_an_edit(name: str) -> None:
    assert not says_edited([name])


def test_one_editor_among_several_programs_is_enough() -> None:
    assert says_edited(["Ver.1.00", "digiKam-8.1.0"])
    assert not says_edited([])
