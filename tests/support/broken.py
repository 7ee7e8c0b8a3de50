"""Damaged, hostile and mislabelled files, made by hand: each with part of the reason that must be given, or None where
the photo can still be shown."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms

from tests.support.films import made as film
from tests.support.photos import encoded, exif, picture
from tests.support.pngs import dots, png

Made = tuple[str, bytes, str | None]

UNREAL: Final = "more than can be real"
EARLY: Final = "ends too early"
ZEROS: Final = "nothing but zeros"
NO_PICTURE: Final = "not a picture"
DAMAGED: Final = "damaged"
QUIET: Final = ("folder.jpg/readme.txt", "README.md", "decompression_bomb.ico", ".hidden.jpg")
"""Written next to them, and skipped silently."""


def tiff(*entries: tuple[int, int, int, int]) -> bytes:
    """A TIFF with one directory of (tag, type, count, value) and nothing after it."""
    head = struct.pack("<4sIH", b"II*\0", 8, len(entries))
    return head + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)


JPEG: Final = encoded(picture(1, (640, 480)), exif=exif("2020:01:01 10:00:00", Make="Acme"), quality=90)
PNG: Final = encoded(picture(2, (640, 480)), "PNG")
HEIC: Final = encoded(picture(3, (320, 240)), "HEIF")


def broken() -> Iterator[Made]:
    """(name, content, part of the reason)."""
    yield from _bombs()
    yield from _cut()
    yield from _no_pictures()
    yield from _damaged_headers()
    yield from _mislabelled()
    for name, content in (*_survived(), *_odd_exif()):
        yield name, content, None


def write(folder: Path) -> dict[str, str]:
    """Write all of them to `folder`; returns path -> part of the reason for those that can't be shown."""
    reasons = {}
    for name, content, reason in broken():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if reason is not None:
            reasons[name] = reason
    (folder / "folder.jpg").mkdir()
    for name in QUIET:
        (folder / name).write_bytes(JPEG if name.startswith(".") else b"\0\0\1\0")
    return reasons


def _bombs() -> Iterator[Made]:
    yield "bomb.png", png(50_000, 50_000, dots(bytes(9000)), bits=1, colours=0), UNREAL
    yield "wide.png", png(65_536, 65_536, dots(bytes(9000))), UNREAL
    bitmap = struct.pack("<IHHIIiiHH24x", 1 << 20, 0, 0, 54, 40, 100_000, 100_000, 1, 24)
    yield "bomb.bmp", b"BM" + bitmap, UNREAL
    yield "bomb.gif", _gif(65_000) + _frame(65_000) + _flat_lzw(100), UNREAL
    yield "claims.jpg", _claiming(JPEG, 65_500, 65_500), UNREAL
    yield "beyond.png", png(2**31 - 1, 2**31 - 1, b""), DAMAGED
    avif = encoded(Image.new("RGB", (64, 64), "red"), "AVIF")
    at = avif.index(b"ispe") + 8
    yield "claims.avif", avif[:at] + struct.pack(">II", 17_000, 17_000) + avif[at + 8 :], DAMAGED


def _claiming(jpeg: bytes, width: int, height: int) -> bytes:
    at = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :]


def _cut() -> Iterator[Made]:
    yield "half.jpg", JPEG[: len(JPEG) // 2], None
    yield "half progressive.jpg", encoded(picture(4, (640, 480)), progressive=True)[:9000], None
    yield "half.png", PNG[: len(PNG) // 2], None
    yield "half.gif", encoded(picture(2, (640, 480)), "GIF")[:30_000], EARLY
    yield "no pixels.png", PNG[: PNG.index(b"IDAT") + 8], EARLY
    yield "empty.jpg", b"", "empty"
    yield "header only.jpg", JPEG[:20], DAMAGED
    yield "half.heic", HEIC[:200], DAMAGED


def _no_pictures() -> Iterator[Made]:
    yield "zeros.jpg", bytes(4096), ZEROS
    yield "zeros.heic", bytes(4096), ZEROS
    yield "error page.jpg", b"<!doctype html><title>404</title>", NO_PICTURE
    yield "text.jpg", b"milk, bread\n" * 50, NO_PICTURE
    yield "no start.jpg", JPEG[2:], NO_PICTURE
    whole = film([picture(5)] * 3)
    yield "film inside.jpg", whole, None
    yield "half a film inside.jpg", whole[: len(whole) // 2], "film is damaged"


def _damaged_headers() -> Iterator[Made]:
    header = bytearray(PNG)
    header[28] ^= 0xFF  # a bit depth that does not match its checksum
    yield "checksum.png", bytes(header), DAMAGED
    yield "no such colours.png", png(64, 64, dots(bytes(9000)), bits=3, colours=5), DAMAGED
    yield "no size.png", png(0, 0, dots(b"")), DAMAGED
    yield "no size.jpg", _claiming(JPEG, 0, 0), DAMAGED
    frame = JPEG.index(b"\xff\xc0")
    yield "no lengths.jpg", JPEG[: frame + 2] + b"\0\0" + JPEG[frame + 4 :], DAMAGED
    yield "no items.heic", HEIC.replace(b"iloc", b"xxxx"), DAMAGED
    size = ((256, 4, 1, 1 << 30), (257, 4, 1, 1 << 30))
    yield "asks for all memory.tif", tiff(*size, (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8)), UNREAL
    yield "without a size.tif", tiff((258, 3, 1, 8), (262, 3, 1, 1)), DAMAGED
    small = (
        (256, 4, 1, 300),
        (257, 4, 1, 225),
        (258, 3, 1, 8),
        (259, 3, 1, 5),
        (262, 3, 1, 1),
        (277, 3, 1, 1),
    )
    yield (
        "strips are nowhere.tif",
        tiff(*small, (273, 4, 1, 1 << 30), (278, 4, 1, 225), (279, 4, 1, 99)),
        DAMAGED,
    )


def _mislabelled() -> Iterator[Made]:
    yield "heic inside.jpg", HEIC, None
    yield "png inside.jpg", PNG, None
    yield "jpeg inside.png", encoded(picture(6)), None
    yield "no suffix", encoded(picture(7)), None


def _survived() -> Iterator[tuple[str, bytes]]:
    archive = io.BytesIO()
    zipfile.ZipFile(archive, "w").close()
    yield "zip behind.jpg", encoded(picture(8)) + archive.getvalue()
    rotten = bytearray(encoded(picture(9, (640, 480)), quality=95, restart_marker_rows=4))
    for at in range(len(rotten) // 2, len(rotten) - 100, 997):
        if rotten[at] != 0xFF and rotten[at - 1] != 0xFF:
            rotten[at] ^= 0x08
    yield "bit rot.jpg", bytes(rotten)
    restarts = bytearray(encoded(picture(10, (640, 480)), restart_marker_rows=4))
    restarts[restarts.index(b"\xff\xd1") + 1] = 0xD5
    yield "restart out of turn.jpg", bytes(restarts)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    block = b"ICC_PROFILE\0\1\1" + profile
    block = b"\xff\xe2" + struct.pack(">H", len(block) + 2) + block
    plain = encoded(picture(11))
    scan = plain.index(b"\xff\xda")
    yield "profile after the frame.jpg", plain[:scan] + block + plain[scan:]
    yield "stray bytes in the header.jpg", plain[:2] + b"\xff\x00" + plain[2:]
    without_end = encoded(picture(12), "PNG")
    yield "no end.png", without_end[:-12]
    two = encoded(picture(13), "MPO", save_all=True, append_images=[picture(14)])
    yield "no second view.mpo", two[: two.index(b"\xff\xd8\xff", 1000)]
    yield "frame beyond its canvas.gif", _gif(100) + _frame(120) + _flat_lzw(120 * 120)
    yield "photo of 280 megapixels.jpg", encoded(Image.new("L", (20_000, 14_000), 90), quality=20)


def _gif(side: int) -> bytes:
    """A GIF header with a palette of red and green."""
    return b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\xff\0\0\0\xff\0"


def _frame(side: int) -> bytes:
    return b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0)


def _flat_lzw(dots: int) -> bytes:
    """GIF's LZW coding of this many pixels of the first colour, without using a single repetition."""
    bits: list[int] = []
    for number in range(dots):
        if number % 2 == 0:
            bits += (0, 0, 1)  # 4, least significant bit first: clear the dictionary
        bits += (0, 0, 0)
    bits += (1, 0, 1)  # 5: end of data
    data = bytes(
        sum(bit << place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8)
    )
    blocks = b"".join(
        bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255)
    )
    return b"\x02" + blocks + b"\0\x3b"


def _odd_exif() -> Iterator[tuple[str, bytes]]:
    """Tags that no reader expects; the pixels of each photo are intact."""
    odd: dict[str, Callable[[], bytes]] = {
        "empty values": lambda: tiff((271, 2, 0, 0), (0x132, 2, 0, 0)),
        "a text of four gigabytes": lambda: tiff((271, 2, 0xFFFFFFFF, 8)),
        "resolution by zero": lambda: tiff((282, 5, 1, 26), (283, 5, 1, 26)) + struct.pack("<II", 72, 0),
        "resolution is a text": lambda: tiff((282, 2, 4, 0x61626364)),
        "place is nowhere": lambda: tiff((0x8825, 4, 1, 0xFFFFFF)),
        "place is a text": lambda: tiff((0x8825, 2, 4, 0x61626364)),
        "place is empty": lambda: tiff((0x8825, 4, 1, 26)) + bytes(6),
        "directory without an end": lambda: b"II*\0\x08\0\0\0\xff\xff" + bytes(40),
        "directory that leads to itself": lambda: tiff((0x8769, 4, 1, 8))[:-4] + struct.pack("<I", 8),
        "cut off": lambda: exif("2020:01:01 10:00:00", Make="Acme").tobytes()[6:40],
        "not exif": lambda: b"what is this?",
        "nothing": lambda: b"",
    }
    for number, (name, content) in enumerate(odd.items()):
        yield f"exif/{name}.jpg", encoded(picture(20 + number), exif=b"Exif\0\0" + content())
