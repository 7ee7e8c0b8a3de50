"""Videos: a poster frame, and the date and place in the container's tags.

FFmpeg (PyAV) is only loaded for the first video. It gets an open file, never a name: some of its formats are lists of
other files or URLs, and none of those is allowed. It uses one thread: there is a process per core, and threads cost
memory.
"""

import re
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec
from PIL import Image

from services.gateway.containers import avi, film_atoms
from services.gateway.containers.film_atoms import Atoms
from services.gateway.reading import apple, film_dates, film_words, mdpm, reasons
from services.gateway.reading.pixels import Unshowable
from services.gateway.reading.words import Words
from services.gateway.sidecars.facts import iso
from services.knowledge.formats import Kind, decoders

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

CONTAINERS: Final = ",".join(decoders(Kind.FILM))
SIDE: Final = 2048
"""Maximum pixels of the poster's long side."""
MOST_PIXELS: Final = 40_000_000
"""Per frame; 8K has 33 million."""
FIRST_S: Final = 1.0
MOST_FRAMES: Final = 60
MOST_BYTES: Final = 128_000_000
"""Read to find a poster."""
ENOUGH_S: Final = 4.0
"""After this long, the best frame so far is used."""
CAMCORDERS: Final = "mpegts"
"""FFmpeg's name of the container in which AVCHD cameras write their clock into the stream."""
MOST_UNITS: Final = 8
"""Access units to search for it; it is in the first one, if a film isn't cut."""
BLACK: Final = 24
"""Mean brightness (0 to 255) up to which a frame is black; videos fade in from there."""
LONGEST_S: Final = 1e6
NO_PICTURE: Final = "There is only sound in this file: it has no picture."
DAMAGED: Final = "The film is damaged, was cut off, or is of a kind that can't be read ({})."
PLACE: Final = re.compile(r"([+-]\d{1,2}(?:\.\d+)?)([+-]\d{1,3}(?:\.\d+)?)")
"""ISO 6709, as phones write it: +52.5200+013.4050+034.000/"""


class Film(msgspec.Struct, frozen=True, kw_only=True):
    image: Image.Image
    """RGB, upright, pixels square, long side at most SIDE."""
    duration_s: float | None
    width: int
    """Upright, as displayed."""
    height: int
    codec: str
    taken_at: str | None
    """ISO 8601: with the camera's offset if it wrote one, without if it wrote only its clock, else UTC."""
    latitude: float | None
    longitude: float | None
    content_identifier: str | None = None
    """Apple's, of the film of a live photo."""
    words: Words


def poster(source: Path | BinaryIO) -> Film:
    """A poster from the first second. Reads only parts of `source`.

    Raises Unshowable, MemoryError, and OSError when a path can't be read.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return poster(file)
    import av

    try:
        options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "none"}
        head = source.read(avi.HEAD)
        source.seek(0)
        more = film_atoms.atoms(source)
        with av.open(source, "r", options=options, metadata_errors="replace") as container:
            return _film(container, avi.header_date(head), more)
    except av.error.MemoryError as error:
        raise MemoryError(str(error)) from error
    except av.FFmpegError as error:
        why = Exception(error.strerror or str(error))
        raise Unshowable(DAMAGED.format(reasons.cause(why))) from error


def tag_words(source: BinaryIO) -> Words:
    """What its tags say, without decoding anything. Raises as `poster`."""
    import av

    try:
        options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "none"}
        more = film_atoms.atoms(source)
        with av.open(source, "r", options=options, metadata_errors="replace") as container:
            return _words(container, pictures(container), more)
    except av.error.MemoryError as error:
        raise MemoryError(str(error)) from error
    except av.FFmpegError as error:
        why = Exception(error.strerror or str(error))
        raise Unshowable(DAMAGED.format(reasons.cause(why))) from error


def _words(container: "InputContainer", stream: "VideoStream", more: Atoms) -> Words:
    return film_words.words_of_film(more.tags | _tags(container, stream), more.xmp)


def _tags(container: "InputContainer", stream: "VideoStream") -> dict[str, str]:
    return {key.lower(): value for key, value in (stream.metadata | container.metadata).items()}


def _film(container: "InputContainer", clock: datetime | None, more: Atoms) -> Film:
    stream = pictures(container)
    units: list[bytes] = []
    frame = _first(container, stream, units)
    width, height = square(frame, stream)
    turn = round(frame.rotation / 90) % 4
    image = _image(frame, width, height).transpose(_TURNS[turn]) if turn else _image(frame, width, height)
    if turn % 2:
        width, height = height, width
    tags = _tags(container, stream)
    latitude, longitude = _place(tags)
    clock = clock or next((moment for unit in units if (moment := mdpm.camera_clock(unit))), None)
    when = film_dates.taken(tags, clock, datetime.now(UTC))
    return Film(
        image=image,
        duration_s=_duration(container, stream),
        width=width,
        height=height,
        codec=stream.codec_context.codec.canonical_name,
        taken_at=iso(when) if when else None,
        latitude=latitude,
        longitude=longitude,
        content_identifier=apple.identifier(tags.get(apple.FILM_TAG)),
        words=_words(container, stream, more),
    )


_TURNS: Final = {1: Image.Transpose.ROTATE_90, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_270}


def pictures(container: "InputContainer") -> "VideoStream":
    """The largest video stream that can be decoded and isn't cover art."""
    from av.stream import Disposition

    streams = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
    if not streams:
        raise Unshowable(NO_PICTURE if container.streams.audio else DAMAGED.format("there is nothing in it"))
    decodable = [one for one in streams if one.codec_context]  # can be None, whatever PyAV's types say
    if not decodable:
        raise Unshowable(DAMAGED.format("its pictures are coded in an unknown way"))
    best = max(decodable, key=lambda stream: stream.codec_context.width * stream.codec_context.height)
    width, height = best.codec_context.width, best.codec_context.height
    if width * height > MOST_PIXELS:
        raise Unshowable(f"The film claims {width} × {height} pixels, which is more than can be real.")
    best.codec_context.thread_count = 1
    return best


def _first(container: "InputContainer", stream: "VideoStream", units: list[bytes]) -> "VideoFrame":
    """The first frame that isn't black, else the brightest."""
    best, brightest = None, -1.0
    began, first_s = time.monotonic(), None
    for number, frame in enumerate(_frames(container, stream, units)):
        if frame.width * frame.height > MOST_PIXELS:
            continue
        light = _light(frame)
        if light > brightest:
            best, brightest = frame, light
        first_s = frame.time if first_s is None else first_s
        late = frame.time is not None and first_s is not None and frame.time - first_s > FIRST_S
        if light > BLACK or late or number >= MOST_FRAMES or time.monotonic() - began > ENOUGH_S:
            break
    if best is None:
        raise Unshowable(DAMAGED.format("no picture can be decoded"))
    return best


def _frames(container: "InputContainer", stream: "VideoStream", units: list[bytes]) -> Iterator["VideoFrame"]:
    """Skips damaged ones. Adds a camcorder's first access units to `units`."""
    import av

    read = 0
    kept = MOST_UNITS if container.format.name == CAMCORDERS else 0
    for packet in container.demux():
        read += packet.size
        if read > MOST_BYTES:
            return
        if packet.stream.index == stream.index:
            if len(units) < kept:
                units.append(bytes(packet))
            try:
                yield from packet.decode()  # type: ignore[misc]
            except av.error.InvalidDataError:
                continue


def _light(frame: "VideoFrame") -> float:
    grey = frame.reformat(width=16, height=16, format="gray", threads=1)
    plane = bytes(grey.planes[0])
    line = grey.planes[0].line_size
    return sum(sum(plane[row * line : row * line + 16]) for row in range(16)) / 256


def square(frame: "VideoFrame", stream: "VideoStream") -> tuple[int, int]:
    """Its size in square pixels; those of old cameras and discs are not square."""
    ratio = stream.sample_aspect_ratio
    shape = float(ratio) if ratio else 1.0
    return (round(frame.width * shape) if 0.2 < shape < 5 else frame.width), frame.height


def _image(frame: "VideoFrame", width: int, height: int) -> Image.Image:
    share = min(1.0, SIDE / max(width, height))
    width, height = max(1, round(width * share)), max(1, round(height * share))
    image = frame.to_image(width=width, height=height, interpolation="BICUBIC", threads=1)  # type: ignore[no-untyped-call]
    assert isinstance(image, Image.Image)
    return image


def _duration(container: "InputContainer", stream: "VideoStream") -> float | None:
    seconds = 0.0
    if container.duration:
        seconds = container.duration / 1_000_000
    elif stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    return round(seconds, 3) if 0 < seconds < LONGEST_S else None


def _place(tags: Mapping[str, str]) -> tuple[float | None, float | None]:
    for key in ("com.apple.quicktime.location.iso6709", "location", "location-eng"):
        if match := PLACE.match(tags.get(key, "")):
            latitude, longitude = float(match[1]), float(match[2])
            if abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0):
                return round(latitude, 7), round(longitude, 7)
    return None, None
