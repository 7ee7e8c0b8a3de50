"""Videos: their poster frame, their containers' metadata, and that hostile files get nowhere."""

import io
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from services.gateway.reading import film
from services.gateway.reading.film import Film, poster
from services.gateway.reading.large import enlarged_from
from services.gateway.reading.pixels import Unshowable
from services.kernel.paths import to_text
from services.knowledge.suffixes import by_name
from tests.support.films import made
from tests.support.photos import picture
from tests.support.shared import shared_files

ROOT = Path(__file__).resolve().parents[3]


def corner() -> Image.Image:
    """Blue, with a red top left corner."""
    image = Image.new("RGB", (320, 160), "blue")
    image.paste("red", (0, 0, 160, 80))
    return image


BLACK = Image.new("RGB", (320, 160))


def sound() -> bytes:
    content = io.BytesIO()
    with av.open(content, "w", format="mp4") as container:
        stream: Any = container.add_stream("aac", rate=44100)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.planes[0].update(bytes(4096))
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return content.getvalue()


def shown(content: bytes) -> Film:
    return poster(io.BytesIO(content))


def red(image: Image.Image) -> list[bool]:
    """Whether the corners are red: top left, top right, bottom left, bottom right."""
    right, bottom = image.width - 9, image.height - 9
    dots = [image.getpixel(at) for at in ((8, 8), (right, 8), (8, bottom), (right, bottom))]
    return [red > 150 > 100 > blue for red, _, blue in dots]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("file_format", "codec"),
    [
        *(("mp4", "mpeg4"), ("mov", "mjpeg"), ("avi", "mpeg4"), ("matroska", "mpeg4"), ("3gp", "mpeg4")),
        *(("mpeg", "mpeg2video"), ("mpegts", "mpeg2video"), ("asf", "wmv2"), ("webm", "libvpx")),
        ("3g2", "mpeg4"),
    ],
)
def test_every_container_gives_its_picture(file_format: str, codec: str) -> None:
    found = shown(made([corner()] * 15, file_format, codec))
    assert (found.width, found.height, found.image.size) == (320, 160, (320, 160))
    assert found.duration_s == pytest.approx(1.5, abs=0.7)  # for MPEG it is an estimate
    assert red(found.image) == [True, False, False, False]
    assert found.codec == codec.replace("libvpx", "vp8")


MATRICES = {
    90: (0, 1, -1, 0),
    180: (-1, 0, 0, -1),
    270: (0, -1, 1, 0),
}
"""Degrees clockwise -> the numbers a, b, c, d of a track's matrix."""


def turned(content: bytes, degrees: int) -> bytes:
    a, b, c, d = (value & 0xFFFFFFFF for value in (part << 16 for part in MATRICES[degrees]))
    matrix = struct.pack(">9I", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    at = content.index(b"tkhd") + 44
    return content[:at] + matrix + content[at + 36 :]


@pytest.mark.parametrize(
    ("degrees", "where"),
    [
        (90, [False, True, False, False]),
        (180, [False, False, False, True]),
        (270, [False, False, True, False]),
    ],
)
def test_a_phone_held_upright_makes_upright_films(degrees: int, where: list[bool]) -> None:
    found = shown(turned(made([corner()] * 3), degrees))
    size = (320, 160) if degrees == 180 else (160, 320)
    assert (found.width, found.height) == found.image.size == size
    assert red(found.image) == where


def test_pixels_that_are_wide_are_made_square() -> None:
    found = shown(made([corner()] * 3, shape=2))
    assert (found.width, found.height) == found.image.size == (640, 160)


def test_a_film_that_fades_in_is_shown_by_what_comes() -> None:
    assert red(shown(made([BLACK] * 5 + [corner()] * 10)).image) == [True, False, False, False]


def test_a_film_that_stays_black_is_black() -> None:
    """Frames after the first second are not considered."""
    found = shown(made([BLACK] * 15 + [corner()] * 10))
    assert found.image.getextrema()[0][1] < 30  # type: ignore[index]


def test_no_more_frames_are_decoded_than_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "FIRST_S", 1e9)
    monkeypatch.setattr(film, "MOST_FRAMES", 5)
    assert not any(red(shown(made([BLACK] * 10 + [corner()] * 10)).image))


def test_no_more_bytes_are_read_than_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film, "MOST_BYTES", 10)
    with pytest.raises(Unshowable, match="no picture"):
        shown(made([corner()] * 10))


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("creation_time", "2020-05-11T14:18:35.000000Z", "2020-05-11T14:18:35+00:00"),
        ("creation_time", "1904-01-01T00:00:00.000000Z", None),
        ("creation_time", "1970-01-01T00:00:00.000000Z", None),
        ("creation_time", "2100-01-01T00:00:00.000000Z", None),
        ("com__apple__quicktime__creationdate", "2019-03-21T11:04:22+0100", "2019-03-21T11:04:22+01:00"),
        ("com__apple__quicktime__creationdate", "yesterday", None),
    ],
)
def test_when_it_was_taken(key: str, value: str, wanted: str | None) -> None:
    assert shown(made([corner()], "mov", "mpeg4", 1, 10, **{key: value})).taken_at == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("+48.8125+002.4862/", (48.8125, 2.4862)),
        ("-33.5000+151.2600+012.500/", (-33.5, 151.26)),
        ("+00.0000+000.0000/", (None, None)),
        ("+99.0000+002.0000/", (None, None)),
        ("somewhere", (None, None)),
    ],
)
@pytest.mark.parametrize("key", ["location", "com__apple__quicktime__location__ISO6709"])
def test_where_it_was_taken(key: str, value: str, wanted: tuple[float | None, float | None]) -> None:
    found = shown(made([corner()], "mov", "mpeg4", 1, 10, **{key: value}))
    assert (found.latitude, found.longitude) == wanted


def test_sound_has_no_picture() -> None:
    with pytest.raises(Unshowable, match="only sound"):
        shown(sound())


def test_pictures_in_an_unknown_code_are_told() -> None:
    with pytest.raises(Unshowable, match="unknown way"):
        shown(made([corner()] * 5, "avi").replace(b"XVID", b"zzzz").replace(b"FMP4", b"zzzz"))


HLS = b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n%s\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("content", [b"", b"x" * 5000, bytes(5000), b"\0\0\0\x18ftypmp42" + bytes(500)])
def test_what_is_no_film_is_told(content: bytes) -> None:
    with pytest.raises(Unshowable, match="film is damaged, was cut off, or"):
        shown(content)


def test_only_the_containers_of_films_are_read() -> None:
    """FFmpeg knows three hundred; no camera writes the others, and each is attack surface."""
    with pytest.raises(Unshowable):
        shown(made([corner()] * 3, "nut"))


@pytest.mark.parametrize("form", ["hls", "concat"])
def test_a_list_of_other_files_is_not_followed(tmp_path: Path, form: str) -> None:
    """FFmpeg would open any file or URL listed in it."""
    secret = tmp_path / "secret.ts"
    secret.write_bytes(made([corner()] * 5, "mpegts", "mpeg2video"))
    bad = tmp_path / "bad.mp4"
    place = os.fsencode(secret)
    bad.write_bytes(HLS % place if form == "hls" else b"ffconcat version 1.0\nfile '%s'\n" % place)
    with pytest.raises(Unshowable):
        poster(bad)


@pytest.mark.parametrize("file_format", ["mp4", "matroska", "avi", "mpegts"])
def test_cut_anywhere_it_is_shown_or_told(file_format: str) -> None:
    content = made([picture(seed, (320, 160)) for seed in range(10)], file_format)
    for tenth in range(1, 10):
        try:
            assert shown(content[: len(content) * tenth // 10]).image.size == (320, 160)
        except Unshowable as error:
            assert str(error).endswith(".")


@pytest.mark.parametrize("seed", range(30))
def test_damaged_anywhere_it_is_shown_or_told(seed: int) -> None:
    content = bytearray(made([picture(seed, (64, 64)) for seed in range(5)]))
    for at in range(40 + seed, len(content), 97):
        content[at] ^= 1 << seed % 8
    try:
        shown(bytes(content))
    except Unshowable as error:
        assert str(error).endswith(".")


def test_a_film_of_gigabytes_is_not_read_whole(tmp_path: Path) -> None:
    """The index is at the end, as phones write it; a hole of 4 GB lies between it and the frames."""
    content = made([corner()] * 3)
    at = content.index(b"moov") - 4
    path = tmp_path / "large.mp4"
    size = 1 << 32
    with path.open("wb") as file:
        file.write(content[:at] + struct.pack(">I4sQ", 1, b"free", size))
        file.seek(at + size)
        file.write(content[at:])
    assert red(poster(path).image) == [True, False, False, False]


IN_A_WORKER = """
import sys
from pathlib import Path
from services.gateway.reading import look
from services.gateway.reading import sandbox
sandbox.limit()
from services.gateway.reading import large
from services.kernel.paths import from_text
from services.knowledge.suffixes import by_name
path = Path(from_text(sys.argv[1]))
print(len(large.enlarged_from(path.open("rb"), by_name(path.name))))
"""


def in_a_worker(path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", IN_A_WORKER, to_text(str(path))],
        env={**os.environ, "PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "1"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 1000


def test_4k_fits_into_a_workers_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(made([picture(1, (3840, 2160))] * 2, codec="libx264"))
    in_a_worker(path)


REAL = [path for path in shared_files(".", "**/*") if path.suffix.lower() == ".mp4"]


@pytest.mark.parametrize("path", [None, *REAL], ids=lambda path: path.name if path else "made")
def test_whole_ones(tmp_path: Path, path: Path | None) -> None:
    if path is None:
        path = tmp_path / "a.mp4"
        path.write_bytes(made([picture(seed, (640, 480)) for seed in (1, 1, 2)], codec="libx264"))
    found = poster(path)
    assert found.image.size == (found.width, found.height)
    assert found.duration_s
    lowest, highest = found.image.convert("L").getextrema()
    assert highest - lowest > 50  # type: ignore[operator]
    in_a_worker(path)


def test_the_larger_picture_of_a_film() -> None:
    content = made([picture(1, (640, 480))])
    assert Image.open(io.BytesIO(enlarged_from(io.BytesIO(content), by_name("A.MOV")))).size == (640, 480)
