"""What stands a level deeper: EXIF in Photoshop's resources of a TIFF, boxes in boxes, and movies that are packed."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, TiffImagePlugin

from services.gateway.containers import film_atoms, jpeg_boxes
from services.gateway.containers.boxes import box
from services.gateway.reading import film, pixels, unread
from services.gateway.reading.metadata import Metadata, metadata
from services.gateway.sidecars.facts import LARGEST
from tests.support import films, places
from tests.support.kinds import SCENE
from tests.support.photos import encoded


def said(content: bytes) -> dict[str, str]:
    return {one.name: one.value for one in metadata(pixels.opened(content)).properties}


def exif(order: str = "<", **tags: object) -> bytes:
    """A block without its prefix."""
    block = Image.Exif()
    block.endian = order
    block.update(
        {ExifTags.Base[name].value: value for name, value in tags.items() if name in ("Orientation", "Make")}
    )
    block.get_ifd(ExifTags.IFD.Exif).update(
        {
            ExifTags.Base[name].value: value
            for name, value in tags.items()
            if name.startswith(("Date", "User", "FN"))
        }
    )
    place = {1: "N", 2: (47.0, 30.0, 0.0), 3: "E", 4: (9.0, 15.0, 0.0)}
    block.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return block.tobytes().removeprefix(b"Exif\0\0")


def tiff(block: bytes, **own: object) -> bytes:
    """`block`: EXIF among Photoshop's resources. `own`: tags of the TIFF itself."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[34377] = places.resource(1058, block)
    for name, value in own.items():
        tags[ExifTags.Base[name].value] = value
    return encoded(SCENE, "TIFF", tiffinfo=tags)


def of(content: bytes) -> Metadata:
    return metadata(pixels.opened(content))


@pytest.mark.parametrize(("order", "coded"), [("<", "utf-16-le"), (">", "utf-16-be")])
def test_exif_that_photoshop_keeps_in_a_tiff_adds_to_the_own_one(order: str, coded: str) -> None:
    """But for its orientation: the pixels lie as the TIFF says. A comment is in the byte order of its block:
    in the other one, this would be the letter Ɏ."""
    block = exif(
        order,
        Orientation=6,
        Make="Copied",
        DateTimeOriginal="2019:03:04 05:06:07",
        UserComment=b"UNICODE\0" + "丂".encode(coded),
        FNumber=2.8,
    )
    facts = of(tiff(block, Make="Own"))
    assert (facts.camera_make, facts.orientation) == ("Own", 1)
    assert (facts.dates.original, facts.f_number) == ("2019:03:04 05:06:07", 2.8)
    assert (facts.latitude, facts.longitude) == (47.5, 9.25)
    assert [one.value for one in facts.properties] == ["丂"]
    assert of(tiff(block)).camera_make == "Copied"


def test_what_is_no_whole_exif_there_is_told_and_left() -> None:
    """It is cut off, no EXIF at all, or longer than real ones."""
    whole = exif(DateTimeOriginal="2019:03:04 05:06:07")
    long = exif(UserComment=b"ASCII\0\0\0" + b"x" * 300_000)
    for block in (whole[:-9], b"nonsense", long):
        facts = of(tiff(block, Make="Own"))
        assert (facts.camera_make, facts.dates.original, facts.unread) == ("Own", None, [unread.NO_EXIF])
    assert of(tiff(whole)).unread == []


def test_outer_boxes_come_before_those_in_others() -> None:
    inner = places.XMP.replace(b"By XMP", b"By inner")
    within = places.jumbf(b"xml ", inner)
    assert said(places.jpeg_2000(b"jumb", within[8:])) == {"title": "By inner"}
    both = places.jpeg_2000(b"jumb", within[8:]) + places.boxed(b"xml ", places.XMP)
    assert said(both) == {"title": "By XMP"}
    assert said(places.jpeg_xl((b"jumb", within[8:]), (b"xml ", places.XMP))) == {"title": "By XMP"}


def test_boxes_in_boxes_end() -> None:
    """However deep and however many they are."""
    deep = places.boxed(b"xml ", places.XMP)
    for _ in range(20_000):
        deep = places.boxed(b"jumb", deep) if len(deep) < 200_000 else deep
    many = places.boxed(b"jumb", places.boxed(b"jumb", b"\0\0\0\x08free" * 999) * 900)
    begin = time.process_time()
    assert list(jpeg_boxes.boxed_blocks(deep)) == []
    assert list(jpeg_boxes.boxed_blocks(many)) == []
    assert time.process_time() - begin < 1


def test_packed_boxes_unfold_up_to_a_limit() -> None:
    import brotli

    payload = b"jumb" + brotli.compress(
        places.boxed(b"free", bytes(LARGEST)) + places.boxed(b"xml ", places.XMP)
    )
    facts = of(places.jpeg_xl((b"brob", payload), (b"brob", b"jumbnonsense")))
    assert (facts.properties, facts.unread) == ([], [])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(st.binary(max_size=60), st.binary(max_size=40).map(lambda end: b"JP\0\1" + end))))
@example([b"JP\0\1" + bytes(4) + b"\0\0\0\1jumb"])
def test_any_segments_of_a_jpeg_are_read_or_left_out(segments: list[bytes]) -> None:
    assert set(jpeg_boxes.in_segments(segments)) <= {"exif", "xmp", "iptc"}


def movie(packed: bool, *, damage: int = 0, extra: bytes = b"") -> bytes:
    """A film with a title that FFmpeg reads, and user data with XMP. `packed`: as QuickTime did; `damage`: bytes of it
    that are missing."""
    whole = films.made([SCENE.resize((64, 48))], "mov", title="By QuickTime", flags="")
    at = box(whole, b"moov")
    assert at
    assert at.end == len(whole)
    head, inner = whole[: at.start - 8], whole[at.start :]
    own = box(inner, b"udta")
    assert own
    data = inner[own.start : own.end] + places.boxed(b"XMP_", places.XMP) + extra
    inner = inner[: own.start - 8] + places.boxed(b"udta", data) + inner[own.end :]
    plain = places.boxed(b"moov", inner)
    if not packed:
        return head + plain
    content = zlib.compress(plain)
    content = content[: len(content) - damage]
    parts = places.boxed(b"dcom", b"zlib") + places.boxed(b"cmvd", struct.pack(">I", len(plain)) + content)
    return head + places.boxed(b"moov", places.boxed(b"cmov", parts))


@pytest.mark.parametrize("packed", [False, True])
def test_movies_that_quicktime_packed_say_the_same(packed: bool) -> None:
    whole = film.poster(io.BytesIO(movie(packed)))
    assert whole.words == film.tag_words(io.BytesIO(movie(packed)))
    assert {one.value for one in whole.words.properties} == {"By XMP", "By QuickTime"}


def test_packed_movies_unfold_up_to_a_limit_and_damaged_ones_say_nothing() -> None:
    assert film_atoms.atoms(io.BytesIO(movie(True))).xmp == places.XMP
    for content in (movie(True, extra=places.boxed(b"free", bytes(LARGEST))), movie(True, damage=20)):
        assert film_atoms.atoms(io.BytesIO(content)) == film_atoms.Atoms(b"", {})


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60))
def test_any_bytes_of_a_packed_movie_are_read_or_left_out(content: bytes) -> None:
    for parts in (
        content,
        places.boxed(b"dcom", b"zlib") + places.boxed(b"cmvd", content),
        places.boxed(b"dcom", b"zlib") + places.boxed(b"cmvd", bytes(4) + zlib.compress(content)),
    ):
        packed = places.boxed(b"moov", places.boxed(b"cmov", parts))
        assert film_atoms.atoms(io.BytesIO(packed)).xmp == b""
