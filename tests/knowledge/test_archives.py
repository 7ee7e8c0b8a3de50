"""Names of archives: each pattern with its examples."""

import pytest

from services.knowledge.archives import ARCHIVES, is_archive, is_volume


@pytest.mark.parametrize("name", [example for _, examples in ARCHIVES for example in examples])
def test_archives(name: str) -> None:
    assert is_archive(name)


@pytest.mark.parametrize(
    "name",
    ["a.jpg", "zip", ".zip", ".hidden.zip", "a.zip.002", "a.part02.rar", "a.part10.rar", "notes.gz", "a.cbz"],
)
def test_other_files(name: str) -> None:
    """Later volumes of an archive count with the first."""
    assert not is_archive(name)


def test_the_first_volume_counts() -> None:
    assert is_archive("a.part1.rar")
    assert is_archive("a.part01.rar")


@pytest.mark.parametrize("name", ["a.z01", "a.Z99", "a.r00", "a.zip.002", "a.7z.0010", "a.part02.rar"])
def test_later_volumes(name: str) -> None:
    assert is_volume(name)


@pytest.mark.parametrize("name", ["a.zip", "a.rar", "a.zz", "a.raw", "a.002", ".z01x", "a.jpg"])
def test_no_volumes(name: str) -> None:
    assert not is_volume(name)
