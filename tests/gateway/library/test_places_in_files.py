"""What is packed inside a file, or kept in a place of its own, is read: every container, every place, as ExifTool does.

`ALBUMEN_TABLE=FILE` writes the table of places by container.
"""

import io
import os
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

import brotli
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.gateway.containers import items, packed
from services.gateway.reading import pixels, unread
from services.gateway.reading.metadata import Metadata, metadata
from services.gateway.reading.photo import FileWords, Photo
from services.gateway.reading.words_alone import words_alone
from services.gateway.sidecars.facts import LARGEST
from services.gateway.workers.pool import WorkerPool
from tests.support import exiftool, places
from tests.support.chance import examples
from tests.support.heif_items import with_packed_xmp
from tests.support.kinds import SCENE
from tests.support.photos import encoded
from tests.support.pngs import chunk

LARGE: Final = 2_000_000_000
TOO_LARGE: Final = "The photo's own notes (XMP) could not be read: they are larger than 4 MB."
BROKEN: Final = unread.NO_XMP.format(unread.BROKEN)
NOT_BY_EXIFTOOL: Final = (
    "XMP by ",  # of HEIC and AVIF: it says that it can't decode it
    "packed EXIF",  # it needs a module for Brotli
    "packed XMP",
    "EXIF and XMP as libjxl packs them",
    "a JPEG with IPTC",  # nor does it unpack one
)


def read(content: bytes) -> Metadata:
    return metadata(pixels.opened(content))


def captions(said: Metadata | FileWords) -> set[str]:
    return {one.value for one in said.properties}


def expected(content: bytes, place: str, kind: str, folder: Path) -> set[str]:
    """By ExifTool, or by the place's name where ExifTool lacks what it takes."""
    if place.startswith(NOT_BY_EXIFTOOL):
        return {f"By {block}" for block in ("EXIF", "XMP", "IPTC") if block in place}
    path = folder / f"a.{kind}"
    path.write_bytes(content)
    values = exiftool.read(path).values()
    return {one for one in values if isinstance(one, str) and one.startswith("By ")}


@pytest.mark.skipif(not exiftool.EXIFTOOL, reason="ExifTool is not installed")
@pytest.mark.parametrize("kind", places.KINDS)
def test_each_place_is_read(kind: str, tmp_path: Path) -> None:
    """With the picture, and for its words alone."""
    lacking = {}
    for place, content in places.files(kind).items():
        wanted, whole = expected(content, place, kind, tmp_path), read(content)
        alone = words_alone(io.BytesIO(content), f"a.{kind}", len(content))
        if table := os.environ.get("ALBUMEN_TABLE"):
            with Path(table).open("a", encoding="utf-8") as file:
                file.write(f"{kind}\t{place}\t{sorted(wanted)}\t{sorted(captions(whole))}\n")
        if (
            not wanted
            or captions(whole) != wanted
            or captions(alone) != wanted
            or whole.unread
            or alone.unread
        ):
            lacking[place] = (wanted, captions(whole), captions(alone), whole.unread, alone.unread)
    assert lacking == {}


@pytest.fixture(scope="module")
def bombs() -> dict[str, bytes]:
    """Each unfolds to 2 GB, twice what a decoder may hold: a part that is packed once, again and again."""
    part, number = b"x" * 10_000_000, LARGE // 10_000_000
    packing, brotli_packing = zlib.compressobj(1, wbits=-zlib.MAX_WBITS), brotli.Compressor(quality=1)
    deflated = (packing.compress(part) + packing.flush(zlib.Z_FULL_FLUSH)) * number + packing.flush()
    unbrotlied = brotli_packing.process(part) + brotli_packing.flush()
    unbrotlied += (brotli_packing.process(part) + brotli_packing.flush()) * number + brotli_packing.finish()
    packet = os.urandom(1 + len(deflated) // 2).hex().encode()  # whose place it takes
    return {
        "a.jxl": places.jpeg_xl((b"brob", b"xml " + unbrotlied)),
        "b.jxl": places.jpeg_xl((b"brob", b"Exif" + unbrotlied)),
        "c.avif": with_packed_xmp(encoded(SCENE, "AVIF", xmp=packet), packet, "deflate", deflated),
        "d.png": places.png(chunk(b"zxIf", bytes(5) + deflated)),
    }


async def test_bombs_unfold_up_to_a_limit_where_photos_are_opened(
    bombs: dict[str, bytes], tmp_path: Path
) -> None:
    """In the confined process, which has no room for them; the picture is shown."""
    pool = WorkerPool(tmp_path / "previews", 1)
    for name, content in bombs.items():
        assert len(content) < 30_000_000
        (tmp_path / name).write_bytes(content)
    photos = {name: await pool.read(tmp_path, name) for name in bombs}
    (tmp_path / "good.jxl").write_bytes(places.files("jxl")["packed XMP"])
    good = await pool.read(tmp_path, "good.jxl")
    await pool.close()
    assert isinstance(good, Photo)
    assert [one.value for one in good.facts.properties] == ["By XMP"]
    said = {name: photo.facts.unread if isinstance(photo, Photo) else photo for name, photo in photos.items()}
    assert said == {
        "a.jxl": [TOO_LARGE],
        "b.jxl": [unread.NO_EXIF],
        "c.avif": [TOO_LARGE],
        "d.png": [unread.NO_EXIF],
    }


@pytest.mark.parametrize(
    ("pack", "unpack"),
    [
        (zlib.compress, packed.inflated),
        (places.bare_deflate, packed.inflated),
        (brotli.compress, packed.unbrotlied),
    ],
)
def test_up_to_the_limit_all_is_unpacked(
    pack: Callable[[bytes], bytes], unpack: Callable[[bytes, int], bytes]
) -> None:
    content = os.urandom(70_000) + bytes(70_000)
    whole = pack(content)
    assert unpack(whole, len(content)) == content
    assert unpack(whole, len(content) - 1) == content
    assert unpack(whole, 100) == content[:101]
    for damaged in (b"", whole[:-1], whole[: len(whole) // 2], b"\xff" * 50):
        with pytest.raises(ValueError, match=r"^This is"):
            unpack(damaged, len(content))


def test_what_is_packed_and_damaged_is_told_and_the_rest_counts() -> None:
    packet, exif = brotli.compress(places.XMP), brotli.compress(bytes(4) + places.TIFF)
    one = read(places.jpeg_xl((b"brob", b"xml " + packet[:-9]), (b"brob", b"Exif" + exif)))
    assert (captions(one), one.unread) == ({"By EXIF"}, [BROKEN])
    other = read(places.jpeg_xl((b"brob", b"xml " + packet), (b"brob", b"Exif" + exif[:-9])))
    assert (captions(other), other.unread) == ({"By XMP"}, [unread.NO_EXIF])
    for file_format in ("AVIF", "HEIF"):
        content = encoded(SCENE, file_format, exif=places.EXIF, xmp=places.XMP)
        for how, block in (("deflate", b"no such"), ("zstd", places.bare_deflate(places.XMP))):
            said = read(with_packed_xmp(content, places.XMP, how, block))
            assert (captions(said), said.unread) == ({"By EXIF"}, [BROKEN]), (file_format, how)


def test_damaged_exif_in_jpeg_xl_takes_nothing_from_the_picture() -> None:
    for block in (b"", b"\0\0\0\0nonsense", places.EXIF[:-5], b"\xff\xff\xff\xff" + places.TIFF):
        content = places.jpeg_xl((b"Exif", block), (b"xml ", places.XMP))
        shown, said = pixels.opened(content), read(content)
        assert shown.size == SCENE.size
        assert (captions(said), said.unread) == ({"By XMP"}, [unread.NO_EXIF] if block else [])


def test_the_first_block_of_a_kind_counts() -> None:
    other = places.XMP.replace(b"By XMP", b"By others")
    assert captions(
        read(places.jpeg_xl((b"xml ", places.XMP), (b"brob", b"xml " + brotli.compress(other))))
    ) == {"By XMP"}


@examples(200)
@given(st.integers(0, 600), st.binary(max_size=8))
@example(0, b"")
def test_any_damage_to_the_table_of_items_ends_in_none_or_a_reason(at: int, damage: bytes) -> None:
    whole = _packed_heic()
    try:
        packet = items.packed_xmp(whole[:at] + damage + whole[at + len(damage) :], LARGEST)
    except ValueError:
        return
    assert packet is None or len(packet) <= LARGEST + 1


def test_items_that_name_the_same_bytes_again_and_again_are_not_put_together() -> None:
    def with_parts(number: int) -> bytes:
        entry = places.boxed(b"infe", b"\2\0\0\0" + b"\0\1\0\0mime" + b"\0application/rdf+xml\0br\0")
        packet = brotli.compress(places.XMP)
        head = places.boxed(b"ftyp", b"heic\0\0\0\0")
        part = (len(head) + 8).to_bytes(4) + len(packet).to_bytes(4)
        table = b"\0\0\0\0\x44\0\0\1" + b"\0\1\0\0" + number.to_bytes(2) + part * number
        meta = bytes(4) + places.boxed(b"iinf", bytes(4) + b"\0\1" + entry) + places.boxed(b"iloc", table)
        return head + places.boxed(b"free", packet) + places.boxed(b"meta", meta)

    assert items.packed_xmp(with_parts(1), LARGEST) == places.XMP
    with pytest.raises(ValueError, match="not there"):
        items.packed_xmp(with_parts(1000), LARGEST)


@cache
def _packed_heic() -> bytes:
    return places.files("heic")["XMP by deflate"]
