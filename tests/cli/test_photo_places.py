"""What may be given as the place of one's photos."""

from pathlib import Path

import msgspec
import pytest

from services.cli.errors import Unusable
from services.cli.preparation import checked
from services.kernel.settings import Settings
from tests.support import archives


def given(tmp_path: Path, *photos: Path) -> tuple[Path, ...]:
    settings = Settings(data=tmp_path / "data", previews=tmp_path / "data/previews")
    return checked(msgspec.structs.replace(settings, photos=photos)).photos


def test_folders_and_archives(tmp_path: Path) -> None:
    """Each once; an archive in a folder that was given belongs to that."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "x.zip").mkdir()
    inner = archives.packed(tmp_path / "photos/a.zip", {})
    outer = archives.packed(tmp_path / "takeout-001.tgz", {})
    places = given(tmp_path, outer, tmp_path / "photos", inner, outer, tmp_path / "x.zip")
    assert places == (outer, tmp_path / "photos", tmp_path / "x.zip")


@pytest.mark.parametrize("name", ["a.jpg", "a.zip.part"])
def test_other_files_are_refused_in_words(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(Unusable, match=r"neither a folder nor an archive .* \.zip, \.tar or \.tgz"):
        given(tmp_path, tmp_path / name)


@pytest.mark.parametrize("name", ["a.7z", "a.rar", "a.z01", "a.zip.001", "a.zip.gpg"])
def test_other_archives_are_to_be_unpacked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(Unusable, match=r"has to be unpacked first: .* \.zip, \.tar and \.tgz"):
        given(tmp_path, tmp_path / name)


def test_what_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"a\.zip does not exist"):
        given(tmp_path, tmp_path / "a.zip")
