"""Thumbnails beside films: what their EXIF says belongs to the film."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from services.gateway.reading.photo import NoFile, Said
from services.gateway.reading.thumbnail import read
from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Unreadable
from services.gateway.sidecars.matching import match
from tests.support.chance import examples
from tests.support.decoding import read_beside
from tests.support.photos import encoded, exif

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SMALL = Image.new("RGB", (160, 120), "green")
CANON = encoded(SMALL, exif=exif("2004:05:06 07:08:09"))


def test_its_date_is_the_cameras(tmp_path: Path) -> None:
    (tmp_path / "MVI_0042.THM").write_bytes(CANON)
    assert read_beside(str(tmp_path), "MVI_0042.THM", "sidecar") == Said(
        kind="thm", taken_at="2004-05-06T07:08:09"
    )


def test_the_date_of_change_will_do() -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.DateTime] = "2004:05:06 07:08:09"
    assert read(encoded(SMALL, exif=tags), NOW) == PictureFacts(taken_at="2004-05-06T07:08:09")


@pytest.mark.parametrize("content", [encoded(SMALL), b"", b"a theme of another program"])
def test_one_that_says_nothing_is_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotASidecar):
        read(content, NOW)
    (tmp_path / "a.thm").write_bytes(content or b" ")
    assert read_beside(str(tmp_path), "a.thm", "sidecar") == NoFile()


def test_it_belongs_to_the_film_or_raw_file_of_its_name() -> None:
    matches = match(["MVI_0042.AVI", "MVI_0043.AVI", "CRW_0044.CRW"], ["MVI_0042.THM", "CRW_0044.THM"])
    assert matches == {"MVI_0042.AVI": ["MVI_0042.THM"], "MVI_0043.AVI": [], "CRW_0044.CRW": ["CRW_0044.THM"]}


@examples(60)
@given(st.integers(0, len(CANON)), st.binary(max_size=20))
@example(len(CANON), b"")
def test_any_content_is_read_or_refused(at: int, there: bytes) -> None:
    with suppress(NotASidecar, Unreadable):
        assert read(CANON[:at] + there + CANON[at + len(there) :], NOW) != PictureFacts()
