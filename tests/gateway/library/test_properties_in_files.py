"""Titles, captions, ratings, creators, places and faces in files: which value counts, and what nonsense does."""

import hashlib
import io
import struct
import zlib
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, TiffImagePlugin

from services.domain.fields import LONGEST_TEXT
from services.domain.photos.properties import Region
from services.gateway.containers import film_atoms
from services.gateway.reading.metadata import Metadata
from services.gateway.reading.photo import Photo, Rejected, Said
from services.gateway.sidecars import facts
from tests.gateway.library.test_words import data_set, packet, tiff
from tests.gateway.library.test_words import facts as metadata_of
from tests.support.chance import examples
from tests.support.decoding import look, read_beside
from tests.support.photos import encoded, picture

Base = ExifTags.Base
TITLE: Final = "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li></rdf:Alt></dc:title>"
CAPTION: Final = (
    "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>{}</rdf:li></rdf:Alt></dc:description>"
)
NAMESPACES: Final = """xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/"
 xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#" xmlns:stDim="http://ns.adobe.com/xap/1.0/sType/Dimensions#"
 xmlns:MP="http://ns.microsoft.com/photo/1.2/" xmlns:MPRI="http://ns.microsoft.com/photo/1.2/t/RegionInfo#"
 xmlns:MPReg="http://ns.microsoft.com/photo/1.2/t/Region#" """


def resource(number: int, content: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + b"\0" * (len(content) % 2)


def jpeg(iptc: bytes = b"", digest: bytes = b"", **options: Any) -> bytes:
    content = encoded(picture(), **options)
    if not iptc:
        return content
    segment = b"Photoshop 3.0\0" + resource(0x0404, iptc) + (resource(0x0425, digest) if digest else b"")
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + content[2:]


def said(content: bytes) -> list[tuple[str, str, str]]:
    return [(one.name, one.value, one.block) for one in metadata_of(content).properties]


def test_xmp_before_iptc_before_exif() -> None:
    """Each value has the block that it is from; the same value in another block isn't told again."""
    exif = tiff((Base.ImageDescription, 2, b"By EXIF\0"), (Base.Artist, 2, "Zoë\0".encode()))
    iptc = data_set(120, b"By IPTC") + data_set(80, "Zoë".encode())
    xmp = packet(CAPTION.format("By XMP"))
    assert said(jpeg(iptc, exif=exif, xmp=xmp)) == [
        ("caption", "By XMP", "xmp"),
        ("caption", "By IPTC", "iptc"),
        ("caption", "By EXIF", "exif"),
        ("creator", "Zoë", "iptc"),
    ]
    assert metadata_of(jpeg(iptc, exif=exif)).description == "By IPTC"
    assert metadata_of(jpeg(exif=exif)).description == "By EXIF"


def test_iptc_counts_before_xmp_if_its_digest_says_that_it_was_edited_later() -> None:
    iptc, xmp = data_set(120, b"By IPTC"), packet(CAPTION.format("By XMP"))
    fits = hashlib.md5(iptc, usedforsecurity=False).digest()
    other = hashlib.md5(iptc + b"\0", usedforsecurity=False).digest()
    assert metadata_of(jpeg(iptc, fits, xmp=xmp)).description == "By XMP"
    assert metadata_of(jpeg(iptc, other, xmp=xmp)).description == "By IPTC"
    assert [one[2] for one in said(jpeg(iptc, other, xmp=xmp))] == ["iptc", "xmp"]


def test_what_iptc_cuts_off_is_no_other_value() -> None:
    long = "A title that is longer than the sixty-four bytes that IPTC has room for"
    iptc, xmp = data_set(5, long[:64].encode()), packet(TITLE.format(long))
    assert said(jpeg(iptc, xmp=xmp)) == [("title", long, "xmp")]
    assert said(jpeg(data_set(5, b"A title"), xmp=xmp)) == [
        ("title", long, "xmp"),
        ("title", "A title", "iptc"),
    ]


def test_several_creators_and_a_notice_of_two_rights() -> None:
    assert said(jpeg(data_set(80, b"Ada") + data_set(80, b"Bob"))) == [("creator", "Ada, Bob", "iptc")]
    exif = tiff((Base.Copyright, 2, "© Ada\0© Editor\0".encode()))
    assert said(jpeg(exif=exif)) == [("copyright", "© Ada", "exif")]


def test_a_rating_of_nought_is_none_unless_it_takes_another_back() -> None:
    stars = tiff((Base.Rating, 3, b"\4\0"))
    assert said(jpeg(xmp=packet(attributes='xmp:Rating="0"'))) == []
    both = jpeg(exif=stars, xmp=packet(attributes='xmp:Rating="0"'))
    assert said(both) == [("rating", "0", "xmp"), ("rating", "4", "exif")]
    assert metadata_of(jpeg(xmp=packet(attributes='xmp:Rating="-1"'))).stars == -1


def test_colours_by_their_number() -> None:
    digikam = 'xmlns:digiKam="http://www.digikam.org/ns/1.0/" digiKam:ColorLabel="{}"'
    assert said(jpeg(xmp=packet(attributes=digikam.format(1)))) == [("label", "Red", "xmp")]
    assert said(jpeg(xmp=packet(attributes=digikam.format(0)))) == []
    rejected = digikam.format(0) + ' digiKam:PickLabel="1" xmp:Rating="3"'
    assert metadata_of(jpeg(xmp=packet(attributes=rejected))).stars == -1


def face(area: str, name: str = "Ada", kind: str = "Face", applied: str = "") -> list[Region]:
    inside = f"""<mwg-rs:Regions rdf:parseType="Resource">{applied}<mwg-rs:RegionList><rdf:Bag>
<rdf:li><rdf:Description mwg-rs:Name="{name}" mwg-rs:Type="{kind}"><mwg-rs:Area {area}/></rdf:Description></rdf:li>
</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"""
    return metadata_of(jpeg(xmp=packet(inside, NAMESPACES))).regions


def area(x: Any, y: Any, width: Any, height: Any, unit: str = "normalized") -> str:
    return f'stArea:x="{x}" stArea:y="{y}" stArea:w="{width}" stArea:h="{height}" stArea:unit="{unit}"'


@pytest.mark.parametrize(
    ("place", "corner"),
    [
        (area(0.5, 0.5, 0.2, 0.4), (0.4, 0.3, 0.2, 0.4)),
        (area(0, 1, 0.2, 0.4), (0, 0.8, 0.1, 0.2)),
        (area(0.5, 0.5, 9, 9), (0, 0, 1, 1)),
        (area(2, 0.5, 0.2, 0.2), None),
        (area(-1, 0.5, 0.2, 0.2), None),
        (area(0.5, 0.5, 0, 0.2), None),
        (area(0.5, 0.5, -0.2, 0.2), None),
        (area("NaN", 0.5, 0.2, 0.2), None),
        (area("inf", 0.5, "inf", 0.2), None),
        (area("1e400", 0.5, 0.2, 0.2), None),
        (area("", 0.5, 0.2, 0.2), None),
        (area(160, 120, 64, 96, "pixel"), None),
        ('stArea:x="0.5" stArea:y="0.5" stArea:unit="normalized"', None),
        ('stArea:x="0.5" stArea:y="0.5" stArea:d="0.2" stArea:unit="normalized"', None),
    ],
)
def test_faces_inside_the_picture(place: str, corner: tuple[float, ...] | None) -> None:
    """What protrudes is cut off; without a rectangle inside, only the name counts."""
    assert [(one.x, one.y, one.width, one.height) for one in face(place)] == ([corner] if corner else [])
    assert metadata_of(jpeg(xmp=packet("", NAMESPACES))).people == []


def test_only_faces_with_a_name_and_the_size_that_they_were_drawn_for() -> None:
    assert face(area(0.5, 0.5, 0.2, 0.2), name="") == []
    assert face(area(0.5, 0.5, 0.2, 0.2), kind="Pet") == []
    size = '<mwg-rs:AppliedToDimensions stDim:w="320" stDim:h="240" stDim:unit="pixel"/>'
    (one,) = face(area(0.5, 0.5, 0.2, 0.2), applied=size)
    assert (one.applied_width, one.applied_height) == (320, 240)


def test_microsofts_rectangles() -> None:
    def marked(rectangle: str) -> list[tuple[float, ...]]:
        inside = f"""<MP:RegionInfo><rdf:Description><MPRI:Regions><rdf:Bag><rdf:li><rdf:Description
 MPReg:PersonDisplayName="Ada" MPReg:Rectangle="{rectangle}"/></rdf:li></rdf:Bag></MPRI:Regions></rdf:Description>
</MP:RegionInfo>"""
        regions = metadata_of(jpeg(xmp=packet(inside, NAMESPACES))).regions
        return [(one.x, one.y, one.width, one.height) for one in regions]

    assert marked("0.25, 0.5, 0.125, 0.25") == [(0.25, 0.5, 0.125, 0.25)]
    for nonsense in ("", "0.25, 0.5", "a, b, c, d", "0.25, 0.5, nan, 0.25", "0.25; 0.5; 0.1; 0.1"):
        assert marked(nonsense) == []


LONG: Final = "k" * 10_000
ODD: Final = ("<script>alert(1)</script>", "\u202egpj.exe", "a\tb\x07c", "Robert'); DROP TABLE image;--")


def test_words_of_any_length_and_kind_are_text() -> None:
    """Cut where nobody would read on; no control characters, a tab being a space; markup is text like any other."""
    iptc = b"".join(data_set(25, one.encode()) for one in (*ODD, LONG))
    assert metadata_of(jpeg(iptc)).keywords == [ODD[0], ODD[1], "a bc", ODD[3], LONG[: facts.LONGEST_NAME]]
    escaped = LONG + "&lt;b&gt;"
    found = metadata_of(jpeg(xmp=packet(TITLE.format(escaped) + CAPTION.format(escaped))))
    assert {one.name: len(one.value) for one in found.properties} == {
        "title": facts.LONGEST_LINE,
        "caption": LONGEST_TEXT,
    }


@pytest.mark.parametrize("stars", ["NaN", "inf", "-inf", "1e400", "6", "-2", "", "five", "٣٣"])
def test_a_rating_that_is_none(stars: str) -> None:
    assert said(jpeg(xmp=packet(attributes=f'xmp:Rating="{stars}"'))) == []


def whole_picture(content: bytes) -> Metadata:
    """It is read in spite of it."""
    found = metadata_of(content)
    assert found.camera_make == "Acme"
    return found


MAKE: Final = tiff((Base.Make, 2, b"Acme\0"))


@pytest.mark.parametrize(
    "iptc",
    [
        b"\x1c\x02\x78\xff\xff" + b"x" * 20,
        b"\x1c\x02\x78\x80\x04\xff\xff\xff\xff" + b"x" * 20,
        b"\x1c\x02\x78\x80\x09" + b"\xff" * 20,
        b"\x1c\x02",
        b"\x1c",
        b"\xff" * 100,
        b"\x1c\x02\x78\0\x05By I",
    ],
)
def test_iptc_whose_lengths_lie(iptc: bytes) -> None:
    for one in said(jpeg(iptc, exif=MAKE)):
        assert one[1]
    whole_picture(jpeg(iptc, exif=MAKE))


def test_iptc_cut_anywhere() -> None:
    iptc = data_set(120, b"By IPTC") + data_set(25, b"Boot") + data_set(80, b"Ada")
    whole = jpeg(iptc, exif=MAKE)
    start = whole.index(b"Photoshop 3.0")
    for size in range(0, len(iptc) + 30, 3):
        segment = whole[start : start + size]
        head = whole[: start - 4] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment
        whole_picture(head + whole[start + int.from_bytes(whole[start - 2 : start]) - 2 :])


def test_a_hundred_thousand_records_and_more_of_one_kind() -> None:
    """The first ten thousand are read, and each keyword is kept once."""
    block = data_set(25, b"Boot") * 100_000 + data_set(120, b"Never reached")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[TiffImagePlugin.IPTC_NAA_CHUNK] = block
    found = metadata_of(encoded(picture(), "TIFF", tiffinfo=tags))
    assert (found.keywords, found.description) == (["Boot"], None)


@cache
def bomb() -> bytes:
    """400 MB once it is unpacked. Cached: to pack it takes a second."""
    return zlib.compress(b"x" * 400_000_000)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("kind", ["zTXt", "iTXt"])
def test_a_png_with_a_bomb_for_a_text_is_shown_without_it(kind: str, behind: bool, tmp_path: Path) -> None:
    """Before its pixels or behind them; its other texts are read."""
    head = b"Comment\0" + (b"\0" if kind == "zTXt" else b"\1\0\0\0")
    content = encoded(picture(), "PNG")
    chunks = chunk(kind.encode(), head + bomb()) + chunk(b"tEXt", b"Title\0Weir")
    at = content.index(b"IEND") - 4 if behind else content.index(b"IDAT") - 4
    (tmp_path / "a.png").write_bytes(content[:at] + chunks + content[at:])
    photo = look(str(tmp_path), "a.png", tmp_path / "previews")
    assert isinstance(photo, Photo), photo
    assert [(one.name, one.value) for one in photo.facts.properties] == [("title", "Weir")]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def sidecar(folder: Path, content: bytes) -> Said | Rejected:
    (folder / "a.jpg.xmp").write_bytes(content)
    answer = read_beside(str(folder), "a.jpg.xmp", "sidecar")
    assert isinstance(answer, Said | Rejected)
    return answer


LAUGHS: Final = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>"""
OUTSIDE: Final = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("head", [LAUGHS, OUTSIDE])
def test_entities_are_neither_expanded_nor_fetched(head: bytes, tmp_path: Path) -> None:
    """Beside the photo the person is told; inside, the photo is read without its XMP."""
    content = head + packet(TITLE.format("&d;" if head is LAUGHS else "&file;"))
    answer = sidecar(tmp_path, content)
    assert isinstance(answer, Rejected)
    assert "entities" in answer.reason
    assert whole_picture(jpeg(exif=MAKE, xmp=content)).properties == []


def test_xmp_of_fifty_megabytes(tmp_path: Path) -> None:
    content = packet(TITLE.format("x" * 50_000_000))
    answer = sidecar(tmp_path, content)
    assert isinstance(answer, Rejected)
    assert "larger than 4 MB" in answer.reason
    (tmp_path / "a.heic").write_bytes(encoded(picture(), "HEIF", xmp=content))
    photo = look(str(tmp_path), "a.heic", tmp_path / "previews")
    assert isinstance(photo, Photo)
    assert photo.facts.properties == []


@examples(150)
@given(st.binary(max_size=400))
def test_any_bytes_of_user_data_are_read_or_left_out(block: bytes) -> None:
    inner = struct.pack(">I4s", len(block) + 8, b"Xtra") + block
    udta = struct.pack(">I4s", len(inner) + 8, b"udta") + inner
    moov = struct.pack(">I4s", len(udta) + 8, b"moov") + udta
    for content in (moov, block, moov[:-3]):
        for text in film_atoms.atoms(io.BytesIO(content)).tags.values():
            text.encode("utf-8")
