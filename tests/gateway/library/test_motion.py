"""Motion photos: where in the file the film is, and that cut and hostile files have none."""

import io
import struct
import time
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.gateway.containers.boxes import boxes
from services.gateway.reading.film import poster
from services.gateway.reading.motion import motion
from tests.support.chance import examples
from tests.support.films import made
from tests.support.photos import encoded, picture

CLIP = made([picture(1)] * 15)
GOOGLE = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description GCamera:MotionPhoto="1"><Container:Directory><rdf:Seq>'
    '<rdf:li><Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0"/></rdf:li>'
    '<rdf:li><Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="%d"/></rdf:li>'
)
MICRO = '<rdf:Description GCamera:MicroVideo="1" GCamera:MicroVideoOffset="%d"/>'
ELEMENTS = "<GCamera:MicroVideo>1</GCamera:MicroVideo><GCamera:MicroVideoOffset>%d</GCamera:MicroVideoOffset>"


def jpeg(xmp: str = "") -> bytes:
    return encoded(picture(1), "JPEG", xmp=xmp.encode(), icc_profile=bytes(70_000))


def samsung(kind: int = 0x0A30) -> bytes:
    """As Samsung's phones wrote before they used XMP: the video is an entry of a directory at the end."""
    name = b"MotionPhoto_Data"
    entry = struct.pack("<HHI", 0, kind, len(name)) + name + CLIP
    head = b"SEFH" + struct.pack("<II", 107, 1) + struct.pack("<HHII", 0, kind, len(entry), len(entry))
    return jpeg() + entry + head + struct.pack("<I", len(head)) + b"SEFT"


def heic() -> bytes:
    return encoded(picture(1), "HEIF") + struct.pack(">I", len(CLIP) + 8) + b"mpvd" + CLIP


def seconds(content: bytes) -> float | None:
    film = motion(content)
    return film.seconds if film else None


@pytest.mark.parametrize("xmp", [GOOGLE, MICRO, ELEMENTS], ids=["google", "older", "elements"])
def test_the_film_of_a_motion_photo_has_a_length(xmp: str) -> None:
    assert seconds(jpeg(xmp % len(CLIP)) + CLIP) == 1.5


def test_an_edited_motion_photo_whose_length_is_wrong() -> None:
    assert seconds(jpeg(GOOGLE % 12) + CLIP) == 1.5


def test_samsungs_own_directory() -> None:
    assert seconds(samsung()) == 1.5
    assert seconds(samsung(0x0A01)) is None


def test_a_heic_has_a_box_for_it() -> None:
    assert seconds(encoded(picture(1), "HEIF")) is None
    assert seconds(heic()) == 1.5


TRAILER = b"SEFH" + struct.pack("<II", 107, 0) + struct.pack("<I", 12) + b"SEFT"
MOTION = {
    "google": jpeg(GOOGLE % len(CLIP)) + CLIP,
    "older": jpeg(MICRO % len(CLIP)) + CLIP,
    "stale length": jpeg(MICRO % 77) + CLIP,
    "google, with samsung's directory": jpeg(GOOGLE % (len(CLIP) + len(TRAILER))) + CLIP + TRAILER,
    "samsung": samsung(),
    "heic": heic(),
    "heic, with a box behind": heic() + struct.pack(">I", 12) + b"sefdabcd",
    "heic, with samsung's directory": encoded(picture(1), "HEIF") + samsung()[len(jpeg()) :],
}


@pytest.mark.parametrize("name", MOTION)
def test_the_film_is_in_the_file_as_it_is(name: str) -> None:
    """Without what follows it."""
    film = motion(MOTION[name])
    assert film
    assert MOTION[name][film.offset : film.offset + film.size] == CLIP
    assert poster(io.BytesIO(CLIP)).duration_s == 1.5


def test_a_film_that_is_cut_off_is_none_even_if_its_index_comes_first() -> None:
    parts = {one.kind: CLIP[one.start - 8 : one.end] for one in boxes(CLIP)}
    quick = parts[b"ftyp"] + parts[b"moov"] + parts[b"mdat"]
    whole = jpeg(GOOGLE % len(quick)) + quick
    assert seconds(whole) == 1.5
    assert seconds(whole[:-1]) is None


def within(content: bytes) -> bool:
    film = motion(content)
    return film is None or (0 <= film.offset < film.offset + film.size <= len(content) and film.seconds > 0)


@given(st.binary(max_size=400), st.sampled_from((b"", jpeg(GOOGLE % 100), b"\0\0\0\x08ftyp")), st.booleans())
@example(b"\xff" * 40, b"", True)
def test_any_bytes_have_a_film_within_them_or_none(content: bytes, head: bytes, samsungs: bool) -> None:
    assert within(head + content + (b"SEFT" if samsungs else b""))


@examples(200)
@given(
    st.sampled_from(sorted(MOTION)),
    st.integers(0, 1 << 20),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=8),
)
def test_a_damaged_one_has_a_film_within_it_or_none(
    name: str, cut: int, damage: list[tuple[int, int]]
) -> None:
    """Damage counts from the end, where Samsung's directory and most films are."""
    content = bytearray(MOTION[name])
    for at, value in damage:
        content[-1 - at % len(content)] = value
    assert within(bytes(content))
    assert within(bytes(content[: cut % len(content)]))


@pytest.mark.parametrize("size", [0, 1, 7, 0xFFFFFFFF])
def test_a_length_that_cannot_be_is_no_film(size: int) -> None:
    boxed = chain.from_iterable((size.to_bytes(4), kind, bytes(40)) for kind in (b"ftyp", b"moov", b"mdat"))
    assert seconds(jpeg(GOOGLE % 144) + b"".join(boxed)) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        jpeg(),
        jpeg() + CLIP,
        jpeg('GCamera:MotionPhoto="0"') + CLIP,
        jpeg(GOOGLE % len(CLIP)),
        jpeg(GOOGLE % len(CLIP)) + CLIP[:300],
        jpeg(GOOGLE % len(CLIP))[:500],
        jpeg() + b"\xff\xff\xff\xffSEFT",
        jpeg() + struct.pack("<4sII", b"SEFH", 107, 1 << 31) + struct.pack("<I", 12) + b"SEFT",
        CLIP,
        encoded(picture(1), "PNG"),
    ],
    ids=range(12),
)
def test_all_others_have_none(content: bytes) -> None:
    assert seconds(content) is None


def test_an_ordinary_picture_is_told_at_once() -> None:
    """Well under 0.2 ms at any size: the pixels are not searched."""
    content = jpeg("<rdf:Description dc:title='none'/>") + bytes(20_000_000)
    fastest = min(_took(content) for _ in range(20))
    assert fastest < 0.0002


def _took(content: bytes) -> float:
    began = time.perf_counter()
    motion(content)
    return time.perf_counter() - began
