"""Dates in the blocks of pictures: EXIF, XMP and IPTC wherever each kind of picture keeps them."""

import io
import struct
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from services.gateway.containers import iptc
from services.gateway.reading import pixels
from services.gateway.reading.metadata import Metadata, metadata
from services.gateway.reading.photo import Photo
from services.knowledge.dates import of_bytes
from tests.support.chance import examples
from tests.support.decoding import look
from tests.support.photos import encoded, exif, picture

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:DateCreated="1957-10"/>
</rdf:RDF></x:xmpmeta>"""


def facts(content: bytes) -> Metadata:
    return metadata(pixels.opened(content))


def taken(content: bytes) -> tuple[str, str] | None:
    found = facts(content)
    when = of_bytes(found.dates, found.others, NOW)
    return when and (when.at, when.source)


def data_set(number: int, value: str, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value.encode()


def resources(block: bytes) -> bytes:
    """Photoshop's, with another one, with a name, before IPTC's."""
    other = b"8BIM\x04\x0a\x04name\0" + struct.pack(">I", 3) + b"abc\0"
    return other + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + b"\0" * (len(block) % 2)


def jpeg(block: bytes) -> bytes:
    segment = b"Photoshop 3.0\0" + resources(block)
    content = encoded(picture())
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + content[2:]


@pytest.mark.parametrize(
    ("date", "time", "wanted"),
    [
        ("19871224", "183005+0100", "1987-12-24T18:30:05+01:00"),
        ("19871224", "183005", "1987-12-24T18:30:05"),
        ("19871224", "", "1987-12-24T12:00:00"),
        ("19871224", "late", "1987-12-24T12:00:00"),
        ("19871200", "", "1987-12-01T12:00:00"),
        ("19870000", "", "1987-01-01T12:00:00"),
    ],
)
def test_iptc_says_when_it_was_created(date: str, time: str, wanted: str) -> None:
    block = data_set(0, "\0\4") + data_set(55, date) + (data_set(60, time) if time else b"")
    assert taken(jpeg(data_set(90, "\x1b%G", record=1) + block)) == (wanted, "iptc")


def test_iptc_without_a_date_says_nothing() -> None:
    assert taken(jpeg(data_set(55, "00000000") + data_set(5, "19871224"))) is None
    assert taken(jpeg(data_set(62, "20110203") + data_set(63, "040506"))) == ("2011-02-03T04:05:06", "iptc")


def test_iptc_in_a_tiff() -> None:
    block = data_set(55, "19871224").ljust(16, b"\0")
    for tag, value in ((33723, block), (34377, resources(block))):
        tags = Image.Exif()
        tags[tag] = value
        assert taken(encoded(picture(), "TIFF", exif=tags)) == ("1987-12-24T12:00:00", "iptc")


def png(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        info.add_text(key.replace("_", " "), value, zip=len(value) > 200)
    return encoded(picture(), "PNG", pnginfo=info)


def behind_the_pixels(content: bytes) -> bytes:
    """A PNG whose texts stand at its end, where exiftool writes them."""
    chunks, at = [], 8
    while at < len(content):
        size = int.from_bytes(content[at : at + 4]) + 12
        chunks.append(content[at : at + size])
        at += size
    chunks.sort(key=lambda chunk: (chunk[4:8] == b"IEND", b"EXt" in chunk[4:8] or b"TXt" in chunk[4:8]))
    return content[:8] + b"".join(chunks)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Sun, 03 Feb 2008 04:05:06 +0100", "2008-02-03T04:05:06+01:00"),
        ("3 Feb 2008 04:05:06 GMT", "2008-02-03T04:05:06+00:00"),
        ("2008-02-03T04:05:06Z", "2008-02-03T04:05:06+00:00"),
        ("2008:02:03 04:05:06", "2008-02-03T04:05:06"),
        ("2008-02-03", "2008-02-03T12:00:00"),
    ],
)
@pytest.mark.parametrize("arranged", [bytes, behind_the_pixels])
def test_a_png_has_a_creation_time(arranged: Any, text: str, wanted: str) -> None:
    assert taken(arranged(png(Creation_Time=text))) == (wanted, "text")


@pytest.mark.parametrize("text", ["soon", "", "Feb 2008 or so", "31 Feb 2008 04:05:06", "x" * 5000])
def test_a_creation_time_that_is_none(text: str) -> None:
    assert taken(png(Creation_Time=text)) is None


def profile(name: str, block: bytes) -> str:
    digits = block.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"\n{name}\n{len(block):8}\n{lines}\n"


@pytest.mark.parametrize("arranged", [bytes, behind_the_pixels])
def test_imagemagick_keeps_blocks_in_texts_of_a_png(arranged: Any) -> None:
    def one(name: str, block: bytes) -> tuple[str, str] | None:
        return taken(arranged(png(**{f"Raw_profile_type_{name}": profile(name, block)})))

    tags = b"Exif\0\0" + exif("2011:02:03 04:05:06").tobytes().removeprefix(b"Exif\0\0")
    assert one("xmp", XMP) == ("1957-10-01T12:00:00", "xmp")
    assert one("APP1", b"http://ns.adobe.com/xap/1.0/\0" + XMP) == ("1957-10-01T12:00:00", "xmp")
    assert one("APP1", tags) == ("2011-02-03T04:05:06", "exif")
    assert one("exif", tags) == ("2011-02-03T04:05:06", "exif")
    assert one("iptc", resources(data_set(55, "19871224"))) == ("1987-12-24T12:00:00", "iptc")
    assert one("xmp", b"") is None


def jp2(*blocks: tuple[str, bytes]) -> bytes:
    content = encoded(picture(), "JPEG2000")
    ids = {"exif": "4a706754696666457869662d3e4a5032", "xmp": "be7acfcb97a942e89c71999491e3afac"}
    made = b""
    for name, block in blocks:
        payload = b"uuid" + bytes.fromhex(ids[name]) + block
        made += struct.pack(">I", len(payload) + 4) + payload
    code = content.index(b"jp2c") - 4
    return content[:code] + made + content[code:]


def test_exif_and_xmp_in_jpeg_2000() -> None:
    tags = exif("2011:02:03 04:05:06", Model="Scanner", Orientation=6).tobytes().removeprefix(b"Exif\0\0")
    found = facts(jp2(("exif", tags)))
    assert (found.camera_model, found.orientation) == ("Scanner", 6)
    assert taken(jp2(("exif", tags), ("xmp", XMP))) == ("2011-02-03T04:05:06", "exif")
    assert taken(jp2(("xmp", XMP))) == ("1957-10-01T12:00:00", "xmp")
    assert taken(jp2(("exif", b"II*\0nothing"))) is None


def test_the_last_change_is_better_than_the_files(tmp_path: Path) -> None:
    tags = Image.Exif()
    tags[ExifTags.Base.DateTime] = "2004:11:12 13:14:15"
    (tmp_path / "a.jpg").write_bytes(encoded(picture(), exif=tags))
    found = look(str(tmp_path), "a.jpg", tmp_path / "previews")
    assert isinstance(found, Photo)
    assert (found.facts.taken_at, found.facts.taken_at_source) == ("2004-11-12T13:14:15", "modified")
    assert (found.place_at, found.place_source) == ("2004-11-12T13:14:15", "modified")


def degrees(*pairs: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("<II", *pair) for pair in pairs)


def with_gps(*entries: tuple[int, int, int, bytes]) -> Metadata:
    """Of a JPEG whose GPS directory is written here, as tag, type, count and value: Pillow writes no denominator 0."""
    head = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x8825, 4, 1, 26, 0)
    at, directory, far = 26 + 2 + 12 * len(entries) + 4, struct.pack("<H", len(entries)), b""
    for tag, kind, count, value in entries:
        directory += struct.pack("<HHI", tag, kind, count)
        directory += value if len(value) == 4 else struct.pack("<I", at + len(far))
        far += value if len(value) > 4 else b""
    return facts(encoded(picture(), exif=b"Exif\0\0" + head + directory + b"\0" * 4 + far))


def placed(latitude: bytes, longitude: bytes) -> tuple[float | None, float | None]:
    south, west = (1, 2, 2, b"S\0\0\0"), (3, 2, 2, b"W\0\0\0")
    found = with_gps(south, (2, 5, 3, latitude), west, (4, 5, 3, longitude))
    return found.latitude, found.longitude


@pytest.mark.parametrize(
    ("latitude", "wanted"),
    [
        (((33, 1), (45, 1), (0, 0)), -33.75),
        (((33, 1), (455, 10), (7, 0)), -33.7583333),
        (((3375, 100), (0, 0), (0, 0)), -33.75),
        (((33, 1), (0, 0), (0, 0)), None),
        (((0, 0), (45, 1), (30, 1)), None),
        (((33, 1), (0, 0), (30, 1)), None),
    ],
)
def test_unknown_seconds_keep_degrees_and_minutes(
    latitude: tuple[tuple[int, int], ...], wanted: float | None
) -> None:
    """Whole degrees alone are no place: it may be a hundred kilometres away."""
    found = placed(degrees(*latitude), degrees((70, 1), (30, 1), (0, 0)))
    assert found == ((wanted, -70.5) if wanted else (None, None))


@pytest.mark.parametrize(("seconds", "second"), [((9, 1), 9), ((0, 0), 0)])
def test_the_gps_clock_may_know_no_seconds(seconds: tuple[int, int], second: int) -> None:
    clock, day = degrees((7, 1), (8, 1), seconds), b"2016:05:04\0"
    found = with_gps((7, 5, 3, clock), (29, 2, len(day), day))
    assert found.dates.gps == datetime(2016, 5, 4, 7, 8, second, tzinfo=UTC)


@given(st.binary(max_size=300))
@example(b"8BIM\x04\x04" + b"\xff" * 20)
@example(b"\x1c\x02\x37\xff\xff")
def test_any_block_of_iptc_gives_dates_or_none(block: bytes) -> None:
    found = iptc.read(block, b"digest")
    assert all(isinstance(one, bytes) for one in iptc.resources(block).values())
    assert all(date is None or date.digits for date in (found.created, found.digitized))
    assert all(isinstance(text, str) for text in (*found.keywords, *(text for _, text in found.texts)))


WHOLE = {
    "jp2": jp2(("exif", exif("2011:02:03 04:05:06").tobytes()), ("xmp", XMP)),
    "png": png(
        Raw_profile_type_xmp=profile("xmp", XMP), Raw_profile_type_iptc=profile("iptc", b"\x1c\x02\x37\0\0")
    ),
    "jpeg": jpeg(data_set(55, "19871224") + data_set(60, "183005+0100")),
}


@examples(60)
@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 700), st.binary(min_size=1, max_size=12))
def test_damaged_anywhere_they_are_read_or_left_out(kind: str, at: int, bytes_there: bytes) -> None:
    content = WHOLE[kind][:at] + bytes_there + WHOLE[kind][at + len(bytes_there) :]
    try:
        found = pixels.opened(content)
    except pixels.Unshowable:
        return
    facts = metadata(found)
    assert facts.others.created == () or facts.others.created[0].at


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_of_a_png_gives_a_date_or_none(text: str) -> None:
    found = Image.open(io.BytesIO(WHOLE["png"]))
    found.info |= {"Creation Time": text, "Raw profile type xmp": text, "Raw profile type APP1": text}
    found.info["Raw profile type iptc"] = text
    metadata(found)
