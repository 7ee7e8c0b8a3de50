"""Apple's identifier of a live photo, in the photo's maker note and in the film."""

import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from services.gateway.reading import apple
from services.gateway.reading.photo import Photo
from tests.support.decoding import look
from tests.support.films import made
from tests.support.photos import encoded, picture

ONE = "3D8A2F60-77C1-4E5B-9A0E-5C6C0B1E2F43"


def note(value: bytes = ONE.encode() + b"\0", order: str = ">", tag: int = 0x11, kind: int = 2) -> bytes:
    """As iPhones write it: a number, a text, and the identifier among them."""
    mark = b"MM" if order == ">" else b"II"
    head = b"Apple iOS\0" + struct.pack(">H", 1) + mark + struct.pack(f"{order}H", 3)
    start = len(head) + 3 * 12 + 4
    entries = [(1, 9, 1, 14), (tag, kind, len(value), start), (0x15, 2, 5, start + len(value))]
    directory = b"".join(struct.pack(f"{order}HHII", *entry) for entry in entries)
    return head + directory + bytes(4) + value + b"text\0"


def with_note(content: bytes) -> Image.Exif:
    made_exif = Image.Exif()
    made_exif[ExifTags.IFD.Exif] = {ExifTags.Base.MakerNote: content}
    return made_exif


@pytest.mark.parametrize("order", [">", "<"])
def test_a_photos_maker_note_has_it(order: str) -> None:
    assert apple.in_note(note(order=order)) == ONE
    assert apple.in_note(note(ONE.lower().encode(), order)) == ONE


@pytest.mark.parametrize(
    "content",
    [
        None,
        "Apple iOS",
        b"",
        b"Apple iOS\0",
        b"Nikon\0" + note()[6:],
        note(tag=0x12),
        note(kind=4),
        note(b"short"),
        note(b"\xff" * 36),
        note(b"not an identifier, but a text"),
        note().replace(b"MM", b"XX"),
        note()[:40],
        note()[:60],
    ],
    ids=range(13),
)
def test_other_notes_have_none(content: object) -> None:
    assert apple.in_note(content) is None


@given(st.binary(max_size=300), st.sampled_from([b"MM", b"II", b""]))
@example(b"\xff" * 300, b"MM")
def test_any_bytes_are_read_or_not(content: bytes, order: bytes) -> None:
    text = apple.in_note(b"Apple iOS\0\0\1" + order + content)
    assert text is None or text == text.upper()


@given(st.lists(st.tuples(st.integers(0, len(note()) - 1), st.integers(0, 255)), max_size=6))
def test_a_damaged_note_is_read_or_not(damage: list[tuple[int, int]]) -> None:
    content = bytearray(note())
    for at, value in damage:
        content[at] = value
    text = apple.in_note(bytes(content))
    assert text is None or 8 <= len(text) <= 64


def looked(folder: Path, content: bytes, name: str) -> Any:
    (folder / name).write_bytes(content)
    answer = look(str(folder), name, folder / "previews")
    assert isinstance(answer, Photo), answer
    return answer.facts.content_identifier


@pytest.mark.parametrize("file_format", ["JPEG", "HEIF"])
def test_a_scan_records_it_of_a_photo(tmp_path: Path, file_format: str) -> None:
    content = encoded(picture(1), file_format, exif=with_note(note()))
    assert looked(tmp_path, content, "IMG_1.HEIC") == ONE
    assert looked(tmp_path, encoded(picture(1)), "x.jpg") is None


@pytest.mark.parametrize(("value", "wanted"), [(ONE.lower(), ONE), ("?", None), ("", None)])
def test_a_scan_records_it_of_a_film(tmp_path: Path, value: str, wanted: str | None) -> None:
    film = made([picture(1)], "mov", com__apple__quicktime__content__identifier=value)
    assert looked(tmp_path, film, "IMG_1.MOV") == wanted
