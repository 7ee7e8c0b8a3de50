"""What browsers can't play is coded anew: upright, with its sound, on time, and without what the camera says."""

import io
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from services.gateway.reading.film_copy import Excerpt
from services.gateway.reading.film_transcode import LONG_SIDE, RATE, transcoded
from services.gateway.reading.pixels import Unshowable
from tests.gateway.library.test_film import turned
from tests.support.films import SECRETS, film, made, pictures
from tests.support.photos import picture

RED, BLUE = (254, 0, 0), (0, 0, 254)


def coded(content: bytes, offset: int = 0) -> bytes:
    output = io.BytesIO()
    assert transcoded(Excerpt(io.BytesIO(content), offset, len(content) - offset), output) == "video/mp4"
    return output.getvalue()


def tracks(content: bytes) -> list[tuple[str, str]]:
    with av.open(io.BytesIO(content), "r") as container:
        return sorted(
            (stream.type, stream.codec_context.codec.canonical_name)
            for stream in container.streams
            if stream.codec_context
        )


def shown(content: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(content), "r") as container:
        return [frame.to_image() for frame in container.decode(video=0)]  # type: ignore[no-untyped-call]


def sound_s(content: bytes) -> float:
    with av.open(io.BytesIO(content), "r") as container:
        return sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0))


@pytest.mark.parametrize(
    ("name", "code", "sound"),
    [
        ("mp4", "libx265", "aac"),
        ("mp4", "libsvtav1", "aac"),
        ("3gp", "mpeg4", "aac"),
        ("avi", "mpeg4", "libmp3lame"),
        ("flv", "flv", "libmp3lame"),
        ("mpegts", "mpeg2video", "mp2"),
        ("mpegts", "libx264", "aac"),
        ("webm", "libvpx", "libopus"),
        ("matroska", "ffv1", "libopus"),
    ],
)
def test_it_is_coded_as_every_browser_plays_it(name: str, code: str, sound: str) -> None:
    content = film(name, code, sound, seconds=2)
    result = coded(content)
    assert tracks(result) == [("audio", "aac"), ("video", "h264")]
    before, after = pictures(content), pictures(result)
    assert [round(at - before[0][0], 2) for at, _ in before] == [round(at, 2) for at, _ in after]
    assert sound_s(result) == pytest.approx(1, abs=0.05)
    assert [secret for secret in SECRETS.values() if secret.encode() in result] == []


@pytest.mark.parametrize(("name", "sound"), [("mov", "aac"), ("matroska", "libopus"), ("flv", "libmp3lame")])
def test_pictures_that_every_browser_plays_are_copied(name: str, sound: str) -> None:
    content = film(name, "libx264", sound, seconds=3)
    result = coded(content)
    assert tracks(result) == [("audio", "aac"), ("video", "h264")]
    before, after = pictures(content), pictures(result)
    assert [pixels for _, pixels in before] == [pixels for _, pixels in after]
    assert [round(at - before[0][0], 2) for at, _ in before] == [round(at, 2) for at, _ in after]


def test_a_film_inside_a_photo() -> None:
    head = b"\xff\xd8 not of the film"
    assert len(pictures(coded(head + film("mp4", "mpeg4"), len(head)))) == 10


def test_without_sound_it_is_silent() -> None:
    assert tracks(coded(film("mp4", "mpeg4"))) == [("video", "h264")]


def halves(width: int, height: int) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


@pytest.mark.parametrize(
    ("degrees", "size", "red"),
    [(90, (48, 64), (24, 8)), (180, (64, 48), (56, 24)), (270, (48, 64), (24, 56))],
)
def test_it_is_upright(degrees: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    """As it was held, a quarter turn clockwise each."""
    for image in shown(coded(turned(made([halves(64, 48)] * 5), degrees))):
        assert image.size == size
        colour = image.getpixel(red)
        assert isinstance(colour, tuple)
        assert colour[0] > 200 and colour[2] < 60


def test_pixels_are_square_and_sides_even_and_not_too_long() -> None:
    assert {image.size for image in shown(coded(made([picture(1, (64, 48))] * 2, shape=2)))} == {(128, 48)}
    odd = made([picture(1, (65, 49))] * 2, "matroska", "ffv1")
    assert {image.size for image in shown(coded(odd))} == {(64, 48)}
    wide = made([picture(1, (3840, 1000))] * 2)
    assert {image.size for image in shown(coded(wide))} == {(LONG_SIDE, 334)}


def test_ten_bits_become_eight() -> None:
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as container:
        track: Any = container.add_stream("libx265", rate=10)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p10le"
        for _ in range(3):
            frame = av.VideoFrame.from_image(halves(64, 48))  # type: ignore[no-untyped-call]
            container.mux(track.encode(frame.reformat(format="yuv420p10le")))
        container.mux(track.encode(None))
    result = coded(content.getvalue())
    with av.open(io.BytesIO(result), "r") as container:
        assert container.streams.video[0].codec_context.pix_fmt == "yuv420p"
    assert len(shown(result)) == 3


def test_slow_motion_has_fewer_pictures_and_the_same_length() -> None:
    content = made([picture(number) for number in range(48)], rate=240)
    times = [at for at, _ in pictures(coded(content))]
    assert len(times) <= 48 / 240 * RATE + 1
    assert times[-1] == pytest.approx(47 / 240, abs=1 / RATE)


def test_sound_that_begins_later_begins_later() -> None:
    """A second of silence, which the camera did not write."""
    content = io.BytesIO()
    with av.open(content, "w", format="matroska") as container:
        track: Any = container.add_stream("mpeg4", rate=10)
        track.width, track.height, track.pix_fmt = 64, 48, "yuv420p"
        heard: Any = container.add_stream("flac", rate=48000, layout="stereo")
        for number in range(30):
            frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
        noise = np.full((1, 2 * 4608), 9000, np.int16)
        for number in range(10):
            part: Any = av.AudioFrame.from_ndarray(noise, "s16", "stereo")
            part.sample_rate, part.pts, part.time_base = 48000, 48000 + number * 4608, Fraction(1, 48000)
            container.mux(heard.encode(part))
        container.mux(heard.encode(None))
    with av.open(io.BytesIO(coded(content.getvalue())), "r") as container:
        loud = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    assert np.abs(loud[:46_000]).max() < 0.01 < np.abs(loud[50_000:90_000]).max()


def test_what_is_damaged_is_left_out() -> None:
    content = bytearray(made([picture(number) for number in range(30)], "avi", "mjpeg"))
    whole = len(pictures(coded(bytes(content))))
    middle = content.index(b"00dc", len(content) // 2) + 8
    content[middle : middle + 40] = bytes(40)
    assert whole - 2 <= len(pictures(coded(bytes(content)))) <= whole


@pytest.mark.parametrize("content", [b"", b"no film", film("mp4", "mpeg4")[:300]])
def test_what_is_no_film_is_told(content: bytes) -> None:
    with pytest.raises(Unshowable):
        coded(content)


def test_sound_alone_is_told() -> None:
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as container:
        heard: Any = container.add_stream("aac", rate=48000, layout="stereo")
        part: Any = av.AudioFrame.from_ndarray(np.zeros((2, 4800), np.float32), "fltp", "stereo")
        part.sample_rate = 48000
        container.mux(heard.encode(part))
        container.mux(heard.encode(None))
    with pytest.raises(Unshowable, match="only sound"):
        coded(content.getvalue())
