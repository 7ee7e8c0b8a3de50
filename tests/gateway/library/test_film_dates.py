"""When a film was taken: the clocks of containers, headers and streams."""

import io
import struct
from datetime import UTC, datetime
from typing import Any

import av
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from services.gateway.containers import avi
from services.gateway.reading import mdpm
from services.gateway.reading.film import poster
from services.gateway.reading.film_dates import taken
from tests.support.films import made
from tests.support.photos import picture

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BLUE = Image.new("RGB", (64, 48), "blue")


def when(clock: datetime | None = None, **tags: str) -> str | None:
    moment = taken(tags, clock, NOW)
    return moment.isoformat() if moment else None


@pytest.mark.parametrize(
    ("date", "creation_time", "wanted"),
    [
        ("2009-03-04T15:16:17+0200", "", "2009-03-04T15:16:17+02:00"),
        ("2009-03-04 15:16:17", "", "2009-03-04T15:16:17"),
        ("2009-03-04", "", "2009-03-04T12:00:00"),
        ("2009", "", "2009-01-01T12:00:00"),
        ("", "2009-03-04T15:16:17Z", "2009-03-04T15:16:17+00:00"),
        ("2009-03-04T15:16:17", "2009-03-04T13:16:20Z", "2009-03-04T15:16:17+02:00"),
        ("2009-03-04T15:16:17", "2009-03-04T13:45:00Z", "2009-03-04T15:16:17"),
        ("2009-03-04", "2009-03-04T13:16:20Z", "2009-03-04T13:16:20+00:00"),
        ("2009", "2009-03-04T13:16:20Z", "2009-03-04T13:16:20+00:00"),
        ("1994", "2009-03-04T13:16:20Z", "1994-01-01T12:00:00"),
        ("1994-05-06T07:08:09", "2009-03-04T13:16:20Z", "1994-05-06T07:08:09"),
        ("2015-05-06", "2009-03-04T13:16:20Z", "2009-03-04T13:16:20+00:00"),
        ("2009-03-04T15:16:17", "1904-01-01T00:00:00Z", "2009-03-04T15:16:17"),
        ("2099", "2009-03-04T13:16:20Z", "2009-03-04T13:16:20+00:00"),
        ("once", "1970-01-01T00:00:00Z", None),
    ],
)
def test_the_day_that_somebody_wrote_and_when_the_container_was_made(
    date: str, creation_time: str, wanted: str | None
) -> None:
    assert when(date=date, creation_time=creation_time) == wanted


def test_the_cameras_own_clock_comes_first() -> None:
    clock = datetime(2009, 3, 4, 15, 16, 17)
    assert when(clock, creation_time="2011-03-04T13:16:20Z") == "2009-03-04T15:16:17"
    assert (
        when(datetime(1980, 1, 1, 0, 3), creation_time="2011-03-04T13:16:20Z") == "2011-03-04T13:16:20+00:00"
    )
    assert when(creation_time="2011-03-04 13:16:20") == "2011-03-04T13:16:20"


@pytest.mark.parametrize(("file_format", "key"), [("mp4", "date"), ("mov", "date")])
def test_the_day_of_a_quicktime_film(file_format: str, key: str) -> None:
    """Written as `©day` where the container isn't told to use other keys."""
    content = io.BytesIO()
    with av.open(content, "w", format=file_format) as container:
        container.metadata[key] = "2009-03-04T15:16:17+0200"
        stream: Any = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = *BLUE.size, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_image(BLUE)))  # type: ignore[no-untyped-call]
        container.mux(stream.encode(None))
    assert b"\xa9day" in content.getvalue()
    assert poster(content).taken_at == "2009-03-04T15:16:17+02:00"


def dated_avi(text: str) -> bytes:
    """With the date at the end of the header's list."""
    content = made([BLUE], "avi")
    date = text.encode("latin-1") + b"\0"
    chunk = b"IDIT" + struct.pack("<I", len(date)) + date + b"\0" * (len(date) % 2)
    size = int.from_bytes(content[16:20], "little")
    whole = int.from_bytes(content[4:8], "little")
    return b"".join(
        [
            *(content[:4], struct.pack("<I", whole + len(chunk)), content[8:16]),
            *(struct.pack("<I", size + len(chunk)), content[20 : 20 + size], chunk, content[20 + size :]),
        ]
    )


@pytest.mark.parametrize(("text", "wanted"), avi.FORMS.items())
def test_the_clock_in_an_avi_has_no_offset(text: str, wanted: str) -> None:
    assert poster(io.BytesIO(dated_avi(text))).taken_at == wanted


@pytest.mark.parametrize(
    "text", ["", "soon", "Mon Xyz 10 15:04:43 2003", "2003:02:30 15:04:43", "1980:01:01 00:00:09"]
)
def test_a_clock_in_an_avi_that_is_none(text: str) -> None:
    assert poster(io.BytesIO(dated_avi(text))).taken_at is None


def bcd(*numbers: int) -> bytes:
    return bytes(int(str(number), 16) for number in numbers)


def message(zone: int = 0, year: int = 2010, escaped: bool = False) -> bytes:
    date = bytes([0x18, zone]) + bcd(year // 100, year % 100, 7)
    entries = b"\x13abcd" + date + b"\x19" + bcd(24, 15, 6, 7) + b"\x70efgh"
    if escaped:
        entries = b"\x13\0\0\3\0\0" + entries[5:]
    return bytes.fromhex("17ee8c60f84d11d98cd60800200c9a66") + b"MDPM\4" + entries


@pytest.mark.parametrize(
    ("zone", "wanted"),
    [
        (0x00, "2010-07-24T15:06:07"),
        (0xFF, "2010-07-24T15:06:07"),
        (0x02, "2010-07-24T15:06:07+01:00"),
        (0x2A, "2010-07-24T15:06:07-05:00"),
        (0x0B, "2010-07-24T15:06:07+05:30"),
        (0x42, "2010-07-24T15:06:07"),
    ],
)
def test_the_clock_of_a_camcorder(zone: int, wanted: str) -> None:
    """Whether a zone in summer includes the hour isn't known: no offset is invented."""
    moment = mdpm.camera_clock(b"before" + message(zone) + b"after")
    assert moment is not None
    assert moment.isoformat() == wanted
    assert mdpm.camera_clock(message(zone, escaped=True)) == moment


def camcorder(user_data: bytes) -> bytes:
    """An H.264 stream whose first picture comes with a message, in an MPEG transport stream."""
    content = io.BytesIO()
    with av.open(content, "w", format="mpegts") as container:
        stream: Any = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 320, 240, "yuv420p"
        pictures = [av.VideoFrame.from_image(picture(seed)) for seed in range(10)]  # type: ignore[no-untyped-call]
        packets = [packet for frame in [*pictures, None] for packet in stream.encode(frame)]
        for number, packet in enumerate(packets):
            container.mux(packet if number else _with(packet, user_data))
    return content.getvalue()


def _with(packet: Any, user_data: bytes) -> Any:
    if not user_data:
        return packet
    unit = b"\0\0\0\1\x06\x05" + bytes([len(user_data)]) + user_data + b"\x80"
    other = av.Packet(unit + bytes(packet))
    other.pts, other.dts, other.stream = packet.pts, packet.dts, packet.stream
    other.time_base, other.is_keyframe = packet.time_base, packet.is_keyframe
    return other


def test_a_camcorders_film_has_the_clock_of_its_stream() -> None:
    film = poster(io.BytesIO(camcorder(message(0x02))))
    assert (film.codec, film.taken_at) == ("h264", "2010-07-24T15:06:07+01:00")
    assert poster(io.BytesIO(camcorder(b""))).taken_at is None


@given(st.binary(max_size=200))
@example(b"MDPM")
@example(b"\xff")
def test_any_message_gives_a_date_or_none(content: bytes) -> None:
    start = message()[:20]
    for unit in (content, start + content, message()[: 20 + len(content)] + content):
        moment = mdpm.camera_clock(unit)
        assert moment is None or moment.year


@settings(deadline=None)
@given(st.binary(max_size=100), st.text(max_size=40))
@example(b"IDIT\xff\xff\xff\xff", "9999/99/99 99:99")
def test_any_header_gives_a_date_or_none(content: bytes, text: str) -> None:
    for head in (content, b"RIFF\0\0\0\0AVI IDIT" + content, b"RIFF\0\0\0\0AVI " + content):
        moment = avi.header_date(head)
        assert moment is None or moment.year
    parsed = avi.parsed(text)
    assert parsed is None or parsed.year
    when(date=text, creation_time=text)
