"""Programs that make panoramas, by the names they write into the files."""

import re

import pytest

from services.knowledge.stitchers import STITCHERS, says_stitched


@pytest.mark.parametrize(("pattern", "name"), STITCHERS)
def test_each_program_is_known_by_its_name(pattern: str, name: str) -> None:
    """Its own row matches, however it is capitalised; so no row is dead."""
    assert re.match(pattern, name, re.IGNORECASE)
    assert says_stitched(["Ver.1.00", name.upper()])


@pytest.mark.parametrize(
    "name",
    ["Adobe Photoshop 25.1", "HDR+ 1.0.540104767zd", "GIMP 2.10.34", "iceberg", "Panasonic", "Ptolemy", ""],
)
def test_editors_and_firmware_say_nothing_of_a_panorama(name: str) -> None:
    assert not says_stitched([name])
    assert not says_stitched([])
