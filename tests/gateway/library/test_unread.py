"""What a file says of itself that can't be read: a sentence, while the picture and all the rest of it count."""

import io
import struct
import zlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from PIL import ExifTags, Image

from services.gateway.containers import exif_structure
from services.gateway.i18n.builtin_names import REASONS, reason
from services.gateway.i18n.language import speaking
from services.gateway.reading import pixels, png_texts, unread
from services.gateway.reading.film_words import words_of_film
from services.gateway.reading.metadata import Metadata, metadata
from services.gateway.reading.photo import FileWords, Photo
from services.gateway.sidecars.limits import LONG_CAPTION, LONG_LINE
from tests.gateway.library.test_extended_xmp import RDF, extended
from tests.gateway.library.test_properties_in_files import CAPTION, TITLE, jpeg
from tests.gateway.library.test_words import data_set, packet, tiff
from tests.support.decoding import look, words
from tests.support.kinds import SCENE, jxl, psd
from tests.support.photos import encoded, exif, picture

Base = ExifTags.Base
EXIF: Final = tiff((Base.Make, 2, b"Acme & Sons\0"), (Base.ImageDescription, 2, b"A caption by EXIF\0"))
LAUGHS: Final = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY d "&a;&a;">]>'
GOOD: Final = packet(TITLE.format("Weir"))


def read(content: bytes) -> Metadata:
    return metadata(pixels.opened(content))


def titles(found: Metadata) -> list[str]:
    return [one.value for one in found.properties if one.name == "title"]


def png(*chunks: bytes, behind: bool = False) -> bytes:
    content = encoded(picture(), "PNG")
    at = content.index(b"IEND" if behind else b"IDAT") - 4
    return content[:at] + b"".join(chunks) + content[at:]


def chunk(kind: bytes, content: bytes, checksum: int | None = None) -> bytes:
    right = zlib.crc32(kind + content) if checksum is None else checksum
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", right)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (GOOD[:-40], "they are damaged, cut off or wrongly encoded"),
        (GOOD.replace(b"Weir", "Wehr bei Gemünd".encode("latin-1")), unread.BROKEN),
        (b"no XML at all", unread.BROKEN),
        (LAUGHS + packet(TITLE.format("&d;")), "they declare entities or a document type"),
        (packet("<rdf:li>" * 100 + "</rdf:li>" * 100), "they are nested too deeply or have too many parts"),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF"])
def test_unreadable_xmp_takes_nothing_else_from_the_photo(content: bytes, why: str, kind: str) -> None:
    options: dict[str, Any] = {"exif": EXIF, "xmp": content}
    if kind == "PNG":
        text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + content)
        file = png(chunk(b"eXIf", EXIF[6:]), text)
    elif kind == "TIFF":
        file = encoded(picture(), kind, tiffinfo={700: content, Base.Make: "Acme & Sons"})
    else:
        file = encoded(picture(), kind, **options)
    found = read(file)
    expected = [f"The photo's own notes (XMP) could not be read: {why}."]
    if b"\xfc" in content and kind == "PNG":
        expected.append(unread.NO_TEXTS)  # its texts are UTF-8 themselves
    elif b"\xfc" in content and kind == "HEIF":
        expected = []  # its decoder mends that
        assert titles(found) == ["Wehr bei Gemünd"]
    assert sorted(found.unread) == sorted(expected)
    assert found.camera_make == "Acme & Sons"


def test_xmp_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(encoded(picture(), "HEIF", xmp=packet(TITLE.format("x" * 5_000_000))))
    photo = look(str(tmp_path), "a.heic", tmp_path / "previews")
    assert isinstance(photo, Photo)
    assert photo.facts.unread == ["The photo's own notes (XMP) could not be read: they are larger than 4 MB."]


@pytest.mark.parametrize("content", [b"", b" \n\0", GOOD, b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", b"<a/>"])
def test_xmp_that_says_nothing_is_no_fault(content: bytes) -> None:
    assert read(jpeg(exif=EXIF, xmp=content)).unread == []


def test_a_damaged_extension_is_told_and_the_packet_counts() -> None:
    whole = RDF.format(attributes="", elements="").encode()
    part = (
        "Part of the photo's own notes (XMP) could not be read: they are damaged, cut off or wrongly encoded."
    )
    assert metadata(extended(whole)).unread == []
    assert metadata(extended(whole, guid="0" * 32)).unread == [part]
    found = metadata(extended(b"<x:xmpmeta"))
    assert (found.unread, found.stars) == ([part], 3)
    assert metadata(extended(b"")).unread == [], "programs drop it, and say no less of the photo"


def test_a_film_has_the_same_sentence() -> None:
    said = words_of_film({"title": "Waves"}, GOOD[:-40])
    assert said.unread == [unread.NO_XMP.format(unread.BROKEN)]
    assert [one.value for one in said.properties] == ["Waves"]


@pytest.mark.parametrize("length", [*range(7, len(EXIF) - 1, 5), len(EXIF) - 1])
def test_exif_cut_anywhere_is_told(length: int) -> None:
    found = read(jpeg(exif=EXIF[:length], xmp=GOOD))
    assert (found.unread, titles(found)) == ([unread.NO_EXIF], ["Weir"])


def test_what_is_whole_of_exif() -> None:
    """Makers' notes point to where they were once; an empty block is none."""
    note = bytearray(tiff((Base.Make, 2, b"Acme & Sons\0"), details=(0x927C, 7, b"x" * 40)))
    at = note.index(struct.pack("<HHI", 0x927C, 7, 40)) + 8
    note[at : at + 4] = struct.pack("<I", 1_000_000)
    for block in (b"", b"Exif\0\0", b"Exif\0\0\0\0", EXIF, EXIF[6:], bytes(note)):
        assert exif_structure.is_complete(block), block
    described = bytes(note).replace(struct.pack("<HH", 0x927C, 7), struct.pack("<HH", 0x9286, 7))
    assert not exif_structure.is_complete(described), "a comment of the person"
    for block in (
        b"Exif\0\0MM",
        b"Exif\0\0JPEG\0\0\0\x08",
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
    ):
        assert not exif_structure.is_complete(block), block
    assert read(encoded(picture(), exif=exif("2020:01:02 03:04:05", Make="Acme"))).unread == []


@pytest.mark.parametrize(
    ("block", "is_whole"),
    [
        (data_set(5, b"Weir"), True),
        (data_set(5, b"Weir") + b"\0\0 \0", True),
        (data_set(5, b"Weir") + data_set(25, b"Heron")[:-1], False),
        (data_set(5, b"Weir") + b"\x1c\x02", False),
        (data_set(5, b"Weir") + b"\x1c\x02\x78\x80\x09" + b"\xff" * 20, False),
        (data_set(5, b"Weir") + b"something else", False),
        (data_set(5, b"Weir") + data_set(25, b"k") * 10_000, False),
    ],
)
def test_malformed_iptc_counts_as_far_as_it_goes(block: bytes, is_whole: bool) -> None:
    file = jpeg(block) if len(block) < 60_000 else encoded(picture(), "TIFF", tiffinfo={33723: block})
    found = read(file)
    assert (titles(found), found.unread) == (["Weir"], [] if is_whole else [unread.NO_IPTC])


BROKEN_TEXTS: Final = {
    "checksum": chunk(b"tEXt", b"Title\0Weir", 1),
    "exif's checksum": chunk(b"eXIf", EXIF[6:], 1),
    "compression": chunk(b"zTXt", b"Title\0\0" + b"garbage"),
    "cut": chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"Weir" * 50)[:12]),
    "method": chunk(b"zTXt", b"Title\0\7" + zlib.compress(b"Weir")),
    "fields": chunk(b"iTXt", b"Title\0\0"),
    "charset": chunk(b"iTXt", b"Title\0\0\0\0\0\xff\xfe"),
    "too large": chunk(b"zTXt", b"Title\0\0" + zlib.compress(bytes(2_000_000))),
    "profile": chunk(b"tEXt", b"Raw profile type xmp\0\nxmp\n 10\nzzzz"),
}


@pytest.mark.parametrize("name", BROKEN_TEXTS)
@pytest.mark.parametrize("behind", [False, True])
def test_a_png_is_shown_whatever_its_texts_are(name: str, behind: bool) -> None:
    """Pillow refuses the whole picture for a wrong checksum, or an unknown compression, of a text."""
    found = pixels.opened(png(BROKEN_TEXTS[name], chunk(b"tEXt", b"Author\0Ada"), behind=behind))
    said = metadata(found)
    assert said.unread == [unread.NO_TEXTS]
    assert ("creator", "Ada") in [(one.name, one.value) for one in said.properties]
    assert pixels.reduced(found, 1).size == (320, 240)


def test_texts_of_a_png_are_unpacked_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand bombs of a megabyte each take no longer than some dozens."""
    unpacked: list[int] = []
    inflated = png_texts._inflated

    def counted(packed: bytes) -> tuple[int, bool]:
        length, is_whole = inflated(packed)
        unpacked.append(length)
        return length, is_whole

    monkeypatch.setattr(png_texts, "_inflated", counted)
    bomb = chunk(b"zTXt", b"Title\0\0" + zlib.compress(bytes(1_100_000)))
    found = metadata(pixels.opened(png(*[bomb] * 10_000)))
    assert (found.unread, found.properties) == ([unread.NO_TEXTS], [])
    assert sum(unpacked) < 40_000_000


def test_directories_of_exif_that_name_each_other_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = struct.pack("<HHII", 0x8769, 4, 1, 8) * 999
    block = b"II*\0" + struct.pack("<IH", 8, 999) + entries + bytes(4)
    read_directories: list[int] = []
    pointers = exif_structure._pointers

    def counted(block: bytes, order: str, at: int) -> dict[int, int] | None:
        read_directories.append(at)
        return pointers(block, order, at)

    monkeypatch.setattr(exif_structure, "_pointers", counted)
    assert exif_structure.is_complete(block)
    assert read_directories == [8, 8]


def test_a_png_is_shown_whatever_else_in_it_has_a_wrong_checksum() -> None:
    found = pixels.opened(png(chunk(b"gAMA", struct.pack(">I", 45455), 1), chunk(b"tEXt", b"Title\0Weir")))
    said = metadata(found)
    assert (said.unread, titles(said)) == ([], ["Weir"])


def test_texts_that_are_too_long_are_cut_and_that_is_told() -> None:
    long, longer = "w" * 10_000, "w" * 10_001
    assert read(jpeg(xmp=packet(CAPTION.format(long)))).unread == []
    exif_block = tiff((Base.ImageDescription, 2, longer.encode() + b"\0"))
    for file in (
        jpeg(xmp=packet(CAPTION.format(longer))),
        jpeg(data_set(120, longer.encode())),
        jpeg(exif=exif_block),
        png(chunk(b"tEXt", b"Description\0" + longer.encode())),
        png(chunk(b"iTXt", b"Description\0\0\0\0\0" + ("🦊" * 10_001).encode())),
    ):
        found = read(file)
        assert found.unread == [LONG_CAPTION]
        assert [len(one.value) for one in found.properties] == [len(found.description or "")] == [10_000]
    found = read(jpeg(xmp=packet(TITLE.format("t" * 1_001))))
    assert (found.unread, list(map(len, titles(found)))) == ([LONG_LINE], [1_000])


def test_each_sentence_is_in_the_catalogues() -> None:
    sentences = [unread.NO_XMP.format(unread.BROKEN), unread.PART_OF_XMP.format(unread.BROKEN)]
    sentences += [unread.NO_EXIF, unread.NO_IPTC, unread.NO_TEXTS, LONG_CAPTION, LONG_LINE]
    with speaking("de"):
        for one in sentences:
            assert reason(one) != one, one
    assert {unread.NO_EXIF, unread.NO_IPTC, unread.NO_TEXTS, LONG_CAPTION, LONG_LINE} <= set(REASONS)


@cache
def rare_files() -> dict[str, bytes]:
    """By name. Cached: to pack them takes two seconds."""
    big, camera = SCENE.resize((1600, 1200)), exif("2020:01:02 03:04:05", Orientation=6).tobytes()
    with TemporaryDirectory() as folder:  # the JPEG itself is only packed from a file with a name
        path = Path(folder, "inside.jpg")
        big.save(path, exif=camera, xmp=GOOD)
        with Image.open(path) as inside:
            packed = jxl(inside, lossless_jpeg=True)
    content = psd(big)
    resources = b"8BIM" + struct.pack(">HHI", 1060, 0, len(GOOD)) + GOOD + b"\0" * (len(GOOD) % 2)
    at = 26 + 4 + int.from_bytes(content[26:30])
    length = int.from_bytes(content[at : at + 4]) + len(resources)
    return {
        "boxes.jxl": jxl(big, use_container=True, exif=camera, xmp=GOOD),
        "bare.jxl": jxl(big),
        "jpeg.jxl": packed,
        "packed.jxl": jxl(big, use_container=True, exif=camera, xmp=GOOD, compress_metadata=True),
        "a.psd": content[:at] + length.to_bytes(4) + resources + content[at + 4 :],
    }


def test_rare_formats_are_read_again_without_decoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And say the same as when their pictures were decoded."""
    files = rare_files()
    expected: dict[str, FileWords] = {}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        photo = look(str(tmp_path), name, tmp_path / "previews")
        assert isinstance(photo, Photo)
        fields = FileWords.__struct_fields__
        expected[name] = FileWords(**{field: getattr(photo.facts, field) for field in fields})
    assert [name for name, said in expected.items() if not said.properties] == ["bare.jxl"]
    assert [name for name, said in expected.items() if said.unread] == []

    def refused(*_: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("services.gateway.reading.jpeg_xl.picture_of", refused)
    monkeypatch.setattr("services.gateway.reading.layered.picture_of", refused)
    monkeypatch.setattr("services.gateway.reading.pixels._decoded", refused)
    monkeypatch.setattr(Image.Image, "load", refused)
    assert {name: words(str(tmp_path), name) for name in files} == expected


def test_a_layered_file_is_read_as_far_as_its_words(tmp_path: Path) -> None:
    content = rare_files()["a.psd"]
    (tmp_path / "a.psd").write_bytes(content + bytes(5_000_000))
    read_bytes: list[int] = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            part = super().read(size)
            read_bytes.append(len(part))
            return part

    from services.gateway.reading.words_alone import words_alone

    file = Counted(content + bytes(5_000_000))
    assert [one.value for one in words_alone(file, "a.psd", 5_000_000 + len(content)).properties] == ["Weir"]
    assert sum(read_bytes) < 1_000_000


def test_a_damaged_layered_file_is_no_reason_to_fail(tmp_path: Path) -> None:
    with pytest.raises(pixels.Unshowable):
        pixels.opened_for_words(psd(SCENE)[:20])
