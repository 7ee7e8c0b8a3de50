"""Copies of JPEGs say how a person has rotated them: the pixels and everything else stay, byte by byte."""

import io
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageOps

from services.gateway.reading.oriented import oriented
from services.knowledge.rotations import METHODS, ROTATIONS
from tests.support import photos

XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="%d"/></rdf:RDF></x:xmpmeta>"""


def rotated_copy(content: bytes, rotation: int) -> bytes:
    beginning = oriented(content[: 1 << 20], rotation)
    assert beginning is not None
    return beginning.content + content[beginning.replaces :]


def upright(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        plain = ImageOps.exif_transpose(picture).convert("RGB")
    plain.info = {}
    return plain


def jpeg(orientation: int | None) -> bytes:
    tags = {"Make": "Weir", **({"Orientation": orientation} if orientation else {})}
    return photos.encoded(photos.picture(1, (48, 32)), exif=photos.exif("2020:01:01 10:00:00", **tags))


@pytest.mark.parametrize(("orientation", "rotation"), list(product([None, *ROTATIONS], range(2, 9))))
def test_it_is_seen_as_it_was_rotated(orientation: int | None, rotation: int) -> None:
    content = jpeg(orientation)
    copy = rotated_copy(content, rotation)
    expected = upright(content).transpose(Image.Transpose[METHODS[rotation]])
    assert upright(copy) == expected
    assert copy[-500:] == content[-500:]
    with Image.open(io.BytesIO(copy)) as picture:
        exif = picture.getexif()
    assert exif[ExifTags.Base.Make] == "Weir"
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] == "2020:01:01 10:00:00"


@pytest.mark.parametrize("rotation", range(2, 9))
def test_a_file_without_any_gets_one(rotation: int) -> None:
    content = photos.encoded(photos.picture(1, (48, 32)))
    copy = rotated_copy(content, rotation)
    assert upright(copy) == upright(content).transpose(Image.Transpose[METHODS[rotation]])
    assert len(copy) == len(content) + 36


def test_xmp_says_the_same() -> None:
    """Some programs heed it first; where EXIF has none, it counts."""
    for options, before in (
        (photos.encoded(photos.picture(1), exif=photos.exif(Orientation=6), xmp=XMP % 6), 6),
        (photos.encoded(photos.picture(1), xmp=XMP % 6), 6),
    ):
        assert b'tiff:Orientation="%d"' % before in options
        assert b'tiff:Orientation="3"' in rotated_copy(options, 6)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tags", [{"Orientation": 6}, {}], ids=["with", "without"])
def test_both_byte_orders_are_read(order: str, tags: dict[str, int]) -> None:
    made = photos.exif("2020:01:01 10:00:00", **tags)
    made.endian = order
    content = photos.encoded(photos.picture(1, (48, 32)), exif=made)
    assert (b"II*\0" if order == "<" else b"MM\0*") in content
    assert upright(rotated_copy(content, 6)) == upright(content).transpose(Image.Transpose.ROTATE_270)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xd8", b"GIF89a", photos.encoded(photos.picture(1), "PNG"), jpeg(1)[:300]]
)
def test_other_files_stay(content: bytes) -> None:
    assert oriented(content, 6) is None


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_whatever_a_block_says_nothing_is_lost(at: int, noise: bytes) -> None:
    """Damage in front of the pixels: it is done with the rest of the file as it was, or not at all."""
    content = jpeg(6)
    content = content[:at] + noise + content[at + len(noise) :]
    beginning = oriented(content, 8)
    if beginning is not None:
        assert 0 <= beginning.replaces <= len(content)
        assert len(beginning.content) - beginning.replaces in (*range(0, 64),)
