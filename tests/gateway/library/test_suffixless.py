"""Files without a suffix: photos among them are found, others are checked only once."""

import os
from pathlib import Path

import pytest
from watchfiles import Change

from services.gateway.listing.walk import Folder, walk
from services.gateway.reading import suffixless
from services.gateway.reading.reasons import not_yet, refusal
from services.gateway.reading.suffixless import Suffixless, begins_as_media
from services.gateway.running.watching import _matters
from services.knowledge.signatures import by_content, is_media
from tests.support import photos
from tests.support.photos import encoded, picture


def found(root: Path, known: tuple[str, ...] = (), asked: Suffixless | None = None) -> list[str]:
    items = walk(root, known, asked)
    return [one.path for item in items if isinstance(item, Folder) for one in item.pictures]


@pytest.mark.parametrize(
    "file_format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF", "AVIF", "JPEG2000"]
)
def test_every_kind_of_picture_is_known_by_its_beginning(file_format: str) -> None:
    assert is_media("holiday", encoded(picture(1), file_format)[:512])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"BM",
        b"BMW drivers of the year\n" * 9,
        b"#!/bin/sh\n",
        b"\x78\x01\x4b\xca\xc9\x4f\x52",
        b"\x7fELF" + bytes(60),
        b"RIFF\0\0\0\0WAVEfmt " + bytes(60),
        b"\0\0\0\x18ftypM4A " + bytes(60),
        b"OggS" + bytes(24) + b"\1vorbis" + bytes(60),
        b"G" + bytes(187) + b"H" + bytes(187) + b"G",
        b"IIxx",
    ],
)
def test_what_else_has_no_suffix_is_none(content: bytes) -> None:
    """Notes, scripts, version control objects, programs, audio."""
    assert not is_media("notes", content[:512])


@pytest.mark.parametrize(
    ("name", "content", "is_found"),
    [
        ("IMG_1.jpg_large", encoded(picture(1)), True),
        ("IMG_1.jpg_large", b"damaged, but named like a picture", True),
        ("IMG_1.xyz", encoded(picture(1)), True),
        ("IMG_1.xyz", encoded(picture(1), "HEIF"), True),
        ("IMG_1.xyz", b"a text", False),
        ("IMG_1.jpg_original", encoded(picture(1)), False),
        ("IMG_1.jpg~", encoded(picture(1)), False),
        ("IMG_1.jpg.part", encoded(picture(1)), False),
        ("GX01.LRV", b"\0\0\0\x18ftypmp42" + bytes(60), False),
        ("holiday", b"\0\0\0\x18ftypmp42" + bytes(60), True),
        ("script.ts", b"export const answer = 42;\n" * 40, False),
        ("go.mod", b"module example.org/album\n", False),
        ("song.mod", b"ode to joy" + bytes(1070) + b"M.K.", False),
        ("MOV001.MOD", b"\0\0\1\xba" + bytes(60), True),
        ("00001.ts", (b"G" + bytes(187)) * 4, True),
        ("trace.cap", b"\xd4\xc3\xb2\xa1" + bytes(60), False),
        ("CF0001.cap", b"II*\0" + bytes(60), True),
        ("00001.mts", b"damaged", True),
    ],
)
def test_names_that_say_nothing_or_too_much(
    tmp_path: Path, name: str, content: bytes, is_found: bool
) -> None:
    """Unknown suffixes, ones that other programs use too, and copies that programs keep."""
    (tmp_path / name).write_bytes(content)
    assert found(tmp_path) == [name] * is_found
    assert _matters(Change.added, str(tmp_path / name)) is is_found


def test_a_photo_without_a_suffix_is_found_and_others_are_not(tmp_path: Path) -> None:
    photos.write(tmp_path / "holiday", 1)
    photos.write(tmp_path / ".hidden", 2)
    photos.write(tmp_path / "photo.bak", 3)
    (tmp_path / "LICENSE").write_text("Do as you like.")
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "holiday.json").write_text("{}")
    (folder,) = walk(tmp_path)
    assert isinstance(folder, Folder)
    assert [item.name for item in folder.pictures] == ["holiday"]
    assert [item.name for item in folder.beside] == ["holiday.json"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It may have replaced a file that was regular when listed."""
    os.mkfifo(tmp_path / "pipe")
    assert not begins_as_media(str(tmp_path / "pipe"))


def test_what_the_library_has_is_told_whatever_it_holds_now(tmp_path: Path) -> None:
    """A photo that was overwritten is listed with the reason instead of silently disappearing."""
    (tmp_path / "was").write_text("no photo any more")
    assert found(tmp_path) == []
    assert found(tmp_path, known=("was",)) == ["was"]


def test_each_is_asked_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths: list[str] = []

    def counted(place: str) -> bool:
        paths.append(place)
        return begins_as_media(place)

    monkeypatch.setattr(suffixless, "begins_as_media", counted)
    notes = tmp_path / "notes"
    notes.write_text("milk, bread")
    others = Suffixless()
    for _ in range(3):
        assert found(tmp_path, asked=others) == []
    assert paths == [str(notes)]
    photos.write(notes, 1)
    assert found(tmp_path, asked=others) == ["notes"]
    assert len(paths) == 2


def test_one_that_can_t_be_read_is_asked_again(tmp_path: Path) -> None:
    others, seen = Suffixless(), photos.write(tmp_path / "holiday").stat()
    assert not others.is_media(str(tmp_path / "nothing"), seen)
    assert others.is_media(str(tmp_path / "holiday"), seen)


def test_what_is_kept_in_mind_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suffixless, "_MOST", 2)
    others = Suffixless()
    for number in range(5):
        (tmp_path / f"n{number}").write_text("x")
    assert found(tmp_path, asked=others) == []
    assert len(others._others) == 2


def test_a_new_one_is_noticed_and_notes_are_no_reason_to_scan(tmp_path: Path) -> None:
    photos.write(tmp_path / "holiday")
    (tmp_path / "notes").write_text("milk, bread")
    os.mkfifo(tmp_path / "pipe")
    named = {
        name: _matters(Change.added, str(tmp_path / name)) for name in ("holiday", "notes", "pipe", "gone")
    }
    assert named == {"holiday": True, "notes": False, "pipe": False, "gone": False}
    assert _matters(Change.deleted, str(tmp_path / "gone"))


def test_what_other_programs_write_is_no_reason_to_scan(tmp_path: Path) -> None:
    """A library's previews, a server's trash; its originals are one, and so is what Picasa hides."""
    changed = {
        name: _matters(Change.added, f"{tmp_path}/{name}")
        for name in ("X.photoslibrary/resources/derivatives/0/a.jpg", "@Recycle/a.jpg", ".dtrash/a.jpg")
    }
    assert set(changed.values()) == {False}
    assert _matters(Change.added, f"{tmp_path}/X.photoslibrary/originals/0/a.jpg")
    assert _matters(Change.added, f"{tmp_path}/.picasaoriginals/a.jpg")
    assert not _matters(Change.deleted, f"{tmp_path}/Catalog Previews.lrdata")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"II\xbc\x01" + bytes(40), "JPEG XR pictures"),
        (b"gimp xcf v011", "GIMP files"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawings (SVG)"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- drawn by hand -->\n<SVG>", "drawings (SVG)"),
    ],
)
def test_what_can_t_be_shown_yet_is_called_by_its_name(head: bytes, said: str) -> None:
    row = by_content(head)
    assert row
    assert not_yet(row) == refusal(head) == f"Albumen can't show {said} yet."


@pytest.mark.parametrize(
    "head", [b"<html><svg/></html>", b"<?xml version='1.0'?><gpx/>", b"II*\0", b"\xff\xd8\xff"]
)
def test_nothing_else_is_called_so(head: bytes) -> None:
    row = by_content(head)
    assert row is None or not_yet(row) is None
