"""RAW files: the embedded picture, its orientation, and their containers' metadata."""

import io
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image

from services.gateway.reading import pixels, raw, raw_tags
from services.gateway.reading.large import enlarged
from services.gateway.reading.metadata import Metadata, metadata
from services.kernel.paths import to_text
from services.knowledge.formats import DNG
from tests.support.photos import encoded, exif, picture
from tests.support.shared import shared_files

ROOT = Path(__file__).resolve().parents[3]
WHEN = "2019:06:06 07:29:51"
SIDE = 64
"""Of the sensor, which is white at the top left and black elsewhere."""


def directory(entries: dict[int, tuple[int, int, bytes]], at: int, following: int = 0) -> bytes:
    """A TIFF directory at offset `at`, followed by its long values. Entries: type, count, bytes."""
    after = at + 2 + 12 * len(entries) + 4
    head, long = struct.pack("<H", len(entries)), b""
    for tag, (kind, count, value) in sorted(entries.items()):
        if len(value) > 4:
            place = struct.pack("<I", after + len(long))
            long += value + bytes(len(value) % 2)
        else:
            place = value.ljust(4, b"\0")
        head += struct.pack("<HHI", tag, kind, count) + place
    return head + struct.pack("<I", following) + long


def text(value: str) -> tuple[int, int, bytes]:
    return 2, len(value.encode()) + 1, value.encode() + b"\0"


def short(*values: int) -> tuple[int, int, bytes]:
    return 3, len(values), struct.pack(f"<{len(values)}H", *values)


def long(*values: int) -> tuple[int, int, bytes]:
    return 4, len(values), struct.pack(f"<{len(values)}I", *values)


def ratios(*values: tuple[int, int]) -> tuple[int, int, bytes]:
    return 10, len(values), b"".join(struct.pack("<ii", *value) for value in values)


def dng(
    preview: bytes | None = None,
    orientation: int = 1,
    head: bytes = b"II*\0",
    grey: bool = False,
    more: dict[int, tuple[int, int, bytes]] | None = None,
) -> bytes:
    """As small as LibRaw accepts: a preview, EXIF, a place, and a sensor of 64 × 64. `more`: of the first directory."""
    details = {
        0x9003: text(WHEN),
        0x9011: text("+02:00"),
        0x829D: (5, 1, struct.pack("<II", 28, 10)),
        0xA434: text("28mm f/2.8"),
    }
    place = {
        1: text("S"),
        2: (5, 3, struct.pack("<6I", 33, 1, 30, 1, 0, 1)),
        3: text("E"),
        4: (5, 3, struct.pack("<6I", 151, 1, 0, 1, 0, 1)),
    }
    sensor = b"".join(
        struct.pack(f"<{SIDE}H", *(60_000 if x < SIDE // 2 and y < SIDE // 2 else 0 for x in range(SIDE)))
        for y in range(SIDE)
    )
    room = 2048
    starts = {"main": 8, "exif": room, "gps": 2 * room, "sensor": 3 * room, "data": 4 * room}
    starts["preview"] = starts["data"] + len(sensor)
    of_sensor = {
        0xFE: long(0),
        0x100: long(SIDE),
        0x101: long(SIDE),
        0x102: short(16),
        0x103: short(1),
        0x106: short(32803),
        0x111: long(starts["data"]),
        0x115: short(1),
        0x116: long(SIDE),
        0x117: long(len(sensor)),
        0x828D: short(2, 2),
        0x828E: (1, 4, bytes((0, 1, 1, 2))),
        0xC61D: long(65535),
    }
    if grey:
        of_sensor = {tag: entry for tag, entry in of_sensor.items() if tag not in (0x828D, 0x828E)}
        of_sensor[0x106] = short(34892)
    matrix = [(1, 1) if place % 4 == 0 else (0, 1) for place in range(9)]
    main = {
        0x10F: text("Acme"),
        0x110: text("Eye 1"),
        0x112: short(orientation),
        0x14A: long(starts["sensor"]),
        0x8769: long(starts["exif"]),
        0x8825: long(starts["gps"]),
        0xC612: (1, 4, bytes((1, 4, 0, 0))),
        0xC614: text("Acme Eye 1"),
        0xC621: ratios(*matrix),
        0xC628: (5, 3, struct.pack("<6I", *[1] * 6)),
        **(more or {}),
    }
    if preview:
        main |= {
            0xFE: long(1),
            0x100: long(pixels.opened(preview).width),
            0x101: long(pixels.opened(preview).height),
            0x102: short(8, 8, 8),
            0x103: short(7),
            0x106: short(6),
            0x111: long(starts["preview"]),
            0x115: short(3),
            0x116: long(pixels.opened(preview).height),
            0x117: long(len(preview)),
        }
    content = bytearray(starts["preview"])
    for name, entries in (("main", main), ("exif", details), ("gps", place), ("sensor", of_sensor)):
        block = directory(entries, starts[name])
        assert len(block) <= room
        content[starts[name] : starts[name] + len(block)] = block
    content[:8] = head + struct.pack("<I", 8)
    content[starts["data"] : starts["preview"]] = sensor
    return bytes(content) + (preview or b"")


def corner(size: tuple[int, int] = (1024, 682), **options: Any) -> bytes:
    """A stored picture with a red top left corner; like cameras, without a JFIF segment before EXIF."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    content = encoded(image, "JPEG", **options)
    return content[:2] + content[20:]


def upright(found: raw.Raw) -> Image.Image:
    return pixels.reduced(found.picture, metadata(found.picture).orientation)


def bright(image: Image.Image) -> str:
    """The corner that is red or white."""
    red = image.getchannel("R")
    right, bottom = image.width - 9, image.height - 9
    corners = {"left top": (8, 8), "right top": (right, 8), "left bottom": (8, bottom), "": (right, bottom)}
    values = {name: red.getpixel(at) for name, at in corners.items()}
    return max(values, key=lambda name: values[name])  # type: ignore[arg-type, return-value]


CORNERS = {1: "left top", 3: "", 6: "right top", 8: "left bottom"}
"""Where the sensor's top left corner is in the upright picture."""


def test_the_picture_inside_is_shown_as_it_is() -> None:
    inside = corner()
    assert pixels.reduced(pixels.opened(raw.embedded(dng(inside))), 1).size == (512, 341)


@pytest.mark.parametrize("orientation", CORNERS)
def test_the_raws_own_way_up_counts(orientation: int) -> None:
    found = raw.opened(dng(corner(), orientation))
    assert (found.width, found.height) == (SIDE, SIDE)
    image = upright(found)
    assert image.size == ((512, 341) if orientation < 5 else (341, 512))
    assert bright(image) == CORNERS[orientation]


@pytest.mark.parametrize("orientation", CORNERS)
def test_without_a_picture_inside_it_is_developed_upright(orientation: int) -> None:
    image = upright(raw.opened(dng(None, orientation)))
    assert bright(image) == CORNERS[orientation]


def test_a_sensor_without_colours_is_developed() -> None:
    """Like the one in Leica's Monochrom."""
    image = upright(raw.opened(dng(None, grey=True)))
    assert (image.mode, bright(image)) == ("RGB", "left top")


def test_a_picture_for_the_cameras_own_screen_is_too_small() -> None:
    """160 × 120 pixels are no preview: the RAW is developed, here to 32 × 32."""
    assert pixels.opened(raw.embedded(dng(corner((160, 120))))).size == (SIDE // 2, SIDE // 2)


def test_too_small_is_better_than_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw, "LARGEST", 10)
    assert pixels.opened(raw.embedded(dng(corner((160, 120))))).size == (160, 120)
    with pytest.raises(pixels.Unshowable, match=r"64 × 64 pixels are too many"):
        raw.embedded(dng(None))


def test_what_the_container_says_is_told_as_of_any_photo() -> None:
    found = metadata(raw.opened(dng(corner(), 6)).picture)
    assert (found.dates.original, found.dates.original_offset) == (WHEN, "+02:00")
    assert (found.camera_make, found.camera_model, found.f_number) == ("Acme", "Eye 1", 2.8)
    assert (found.latitude, found.longitude, found.orientation) == (-33.5, 151.0, 6)


WORDS = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5">
<dc:subject><rdf:Bag><rdf:li>heron</rdf:li></rdf:Bag></dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_words_that_programs_write_into_the_container() -> None:
    """Lightroom and ExifTool write XMP into a DNG."""
    content = dng(corner(), more={raw_tags.XMP: (1, len(WORDS), WORDS), 0x10E: text("Früh am Wehr")})
    found = metadata(raw.opened(content).picture)
    assert (found.description, found.keywords, found.stars) == ("Früh am Wehr", ["heron"], 5)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "JPEG2000"])
def test_a_picture_of_another_kind_with_the_name_of_a_raw_file_is_opened_as_what_it_is(
    file_format: str,
) -> None:
    found = raw.opened(encoded(Image.new("RGB", (640, 480), "red"), file_format))
    assert (found.picture.format, found.width, found.height) == (file_format, 640, 480)


def test_the_jpegs_own_date_comes_first() -> None:
    inside = corner(exif=exif("2001:02:03 04:05:06", Make="Inside"))
    found = metadata(raw.opened(dng(inside, 8)).picture)
    assert (found.dates.original, found.camera_make, found.orientation) == (
        "2001:02:03 04:05:06",
        "Inside",
        8,
    )


@pytest.mark.parametrize("head", [b"IIRO", b"IIRS", b"IIU\0"])
def test_makers_begin_a_tiff_with_words_of_their_own(head: bytes) -> None:
    assert told(raw_tags.exif(dng(head=head))).dates.original == WHEN


def test_canons_cr3_has_small_tiffs_in_boxes() -> None:
    def boxed(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content) + 8) + kind + content

    def tiff(entries: dict[int, tuple[int, int, bytes]]) -> bytes:
        return b"II*\0\x08\0\0\0" + directory(entries, 8)

    blocks = boxed(b"CMT1", tiff({0x10F: text("Canon"), 0x112: short(8)}))
    blocks += boxed(b"CMT2", tiff({0x9003: text(WHEN), 0xA434: text("RF50mm")})) + boxed(b"CMT3", b"junk")
    film = boxed(b"moov", boxed(b"uuid", raw_tags.CANON + blocks))
    found = told(raw_tags.exif(boxed(b"ftyp", b"crx \0\0\0\1crx isom") + film))
    assert (found.camera_make, found.lens, found.orientation) == ("Canon", "RF50mm", 8)
    assert found.dates.original == WHEN


def test_minoltas_mrw_has_a_tiff_in_a_block() -> None:
    tiff = dng()[:4096]
    block = b"\0TTW" + struct.pack(">I", len(tiff)) + tiff
    first = b"\0PRD" + struct.pack(">I", 8) + bytes(8)
    content = b"\0MRM" + struct.pack(">I", len(first + block)) + first + block
    assert told(raw_tags.exif(content)).dates.original == WHEN


def told(tags: Image.Exif) -> Metadata:
    carrier = Image.new("RGB", (1, 1))
    carrier.info["exif"] = tags.tobytes()
    return metadata(carrier)


@pytest.mark.parametrize("seed", range(40))
def test_damaged_containers_say_nothing_and_raise_nothing(seed: int) -> None:
    """Directories full of nonsense: every eighth byte of the tags is changed."""
    content = bytearray(dng(corner()))
    for at in range(8 + seed % 8, 300, 8):
        content[at] = (content[at] + 37 * seed + 1) % 256
    tags = raw_tags.exif(bytes(content))
    assert isinstance(tags, Image.Exif)
    told(tags)


def test_a_lack_of_memory_is_not_taken_for_a_damaged_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """The photo would lose its place and offset for ever."""

    def none_left(*_: object) -> None:
        raise MemoryError

    content = dng(corner())
    monkeypatch.setattr(Image.Exif, "tobytes", none_left)
    with pytest.raises(MemoryError):
        raw.opened(content)


@pytest.mark.parametrize(
    "content", [b"", b"x" * 5000, bytes(5000), b"II*\0\x08\0\0\0" + bytes(50), b"FUJIFILM"]
)
def test_what_is_no_raw_is_told(content: bytes) -> None:
    with pytest.raises(pixels.Unshowable, match="RAW file is damaged, or of a camera"):
        raw.opened(content)


@pytest.mark.parametrize("tenth", range(1, 10))
def test_cut_anywhere_it_is_shown_or_told(tenth: int) -> None:
    content = dng(corner())
    try:
        assert upright(raw.opened(content[: len(content) * tenth // 10])).mode == "RGB"
    except pixels.Unshowable as error:
        assert str(error).endswith(".")


def test_another_picture_with_a_raws_name_is_opened_as_what_it_is() -> None:
    found = raw.opened(encoded(picture(1), "PNG"))
    assert (found.picture.format, found.width, found.height) == ("PNG", 320, 240)


def test_the_larger_picture_of_a_raw() -> None:
    image = Image.open(io.BytesIO(enlarged(dng(corner((4000, 3000)), 6), DNG)))
    assert image.size == (1500, 2000)
    assert bright(image) == "right top"


IN_A_WORKER = """
import os, resource, sys
from pathlib import Path
from services.gateway.reading import look
from services.gateway.reading import sandbox
sandbox.limit()
before = set(sys.modules)
from services.gateway.reading import large
from services.kernel.paths import from_text
from services.knowledge.suffixes import by_name
assert "rawpy" not in sys.modules and "av" not in sys.modules and "numpy" not in sys.modules
path = Path(from_text(sys.argv[1]))
print(len(large.enlarged_from(path.open("rb"), by_name(path.name))))
print(os.environ.get("OPENBLAS_NUM_THREADS"), len(os.listdir("/proc/self/task")))
"""


@pytest.mark.parametrize("preview", [corner(), None], ids=["inside", "developed"])
def test_it_fits_into_a_workers_memory(tmp_path: Path, preview: bytes | None) -> None:
    """LibRaw and NumPy are loaded after the limit was set, and without a thread per core."""
    (tmp_path / "a.dng").write_bytes(dng(preview))
    assert in_a_worker(tmp_path / "a.dng").split()[1:] == ["1", "1"]


def in_a_worker(path: Path) -> str:
    """Returns the output of IN_A_WORKER."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "1"}
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        env.pop(name, None)
    ran = subprocess.run(
        [sys.executable, "-c", IN_A_WORKER, to_text(str(path))], env=env, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


class Whole(NamedTuple):
    """A file as a camera writes it, and the facts expected from it."""

    content: bytes
    size: tuple[int, int]
    inside: tuple[int, int]
    """Pixels of the picture shown."""
    camera: str
    lens: str


WHOLE = {"made": Whole(dng(corner()), (SIDE, SIDE), (1024, 682), "Eye 1", "28mm f/2.8")} | {
    path.name: Whole(path.read_bytes(), (1224, 816), (1024, 683), "Canon EOS 6D", "EF24-105mm f/4L IS USM")
    for path in shared_files("formats", "canon_eos_6d.dng")
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_one(tmp_path: Path, name: str) -> None:
    whole = WHOLE[name]
    found = raw.opened(whole.content)
    assert (found.width, found.height) == whole.size
    assert found.picture.size == whole.inside
    facts = metadata(found.picture)
    assert (facts.camera_model, facts.lens) == (whole.camera, whole.lens)
    assert (facts.dates.original, facts.dates.original_offset) == (WHEN, "+02:00")
    (tmp_path / "a.dng").write_bytes(whole.content)
    assert in_a_worker(tmp_path / "a.dng")
