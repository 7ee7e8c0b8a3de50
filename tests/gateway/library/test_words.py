"""Words inside pictures: descriptions in any charset, keywords, people and stars, wherever programs write them."""

import struct
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from services.gateway.containers import charsets
from services.gateway.reading import pixels
from services.gateway.reading.metadata import Metadata, metadata
from tests.support.chance import examples
from tests.support.photos import encoded, picture

Base = ExifTags.Base
XMP: Final = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:lr="http://ns.adobe.com/lightroom/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" {}>
{}</rdf:Description></rdf:RDF></x:xmpmeta>"""
LISTS: Final = """<dc:subject><rdf:Bag><rdf:li>Fähre</rdf:li><rdf:li>Hiddensee</rdf:li></rdf:Bag></dc:subject>
<lr:hierarchicalSubject><rdf:Bag><rdf:li>Orte|Ostsee|Hiddensee</rdf:li></rdf:Bag></lr:hierarchicalSubject>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Jörn</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>"""


def packet(inside: str = "", attributes: str = "") -> bytes:
    return XMP.format(attributes, inside).encode()


def facts(content: bytes) -> Metadata:
    return metadata(pixels.opened(content))


def tiff(
    *entries: tuple[int, int, bytes], order: str = "<", details: tuple[int, int, bytes] | None = None
) -> bytes:
    """EXIF whose first directory has these tags, as tag, type and bytes: Pillow changes what it writes.
    `details`: the only tag of EXIF's own directory."""
    rows = [*entries]
    count = len(rows) + (1 if details else 0)
    at = 8 + 2 + 12 * count + 4
    directory, far = struct.pack(f"{order}H", count), b""

    def entry(tag: int, kind: int, value: bytes) -> bytes:
        nonlocal far
        head = struct.pack(f"{order}HHI", tag, kind, len(value) // (2 if kind == 3 else 1))
        if len(value) <= 4:
            return head + value.ljust(4, b"\0")
        place = at + len(far)
        far += value
        return head + struct.pack(f"{order}I", place)

    for tag, kind, value in sorted(rows):
        directory += entry(tag, kind, value)
    if details:
        directory += struct.pack(f"{order}HHII", 0x8769, 4, 1, at + len(far))
        start = at + len(far) + 2 + 12 + 4
        far += (
            struct.pack(f"{order}HHHII", 1, details[0], details[1], len(details[2]), start)
            + b"\0" * 4
            + details[2]
        )
    head = {"<": b"II*\0", ">": b"MM\0*"}[order]
    return b"Exif\0\0" + head + struct.pack(f"{order}I", 8) + directory + b"\0" * 4 + far


def described(value: bytes) -> str | None:
    return facts(encoded(picture(), exif=tiff((Base.ImageDescription, 2, value + b"\0")))).description


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Förde bei Ærø".encode(), "Förde bei Ærø"),
        ("Förde bei Ærø".encode("latin-1"), "Förde bei Ærø"),
        ("“Fünf” – 5 €".encode("cp1252"), "“Fünf” – 5 €"),
        ("Grüße 🦊 от Ани".encode(), "Grüße 🦊 от Ани"),
        (b"\xef\xbb\xbfCaf\xc3\xa9", "Café"),
        (b"Caf\xe9", "Café"),
        ("Größe".encode() + b"\xc3", "Größe"),
        (b"at the pier\r\nsecond line", "at the pier\nsecond line"),
        (b"before\0after", "before"),
        (b"Konica in the rain", "Konica in the rain"),
        (b"KONICA MINOLTA DIGITAL CAMERA", None),
        (b"Leica            ", None),
        (b"long " * 100 + b"way", "long " * 100 + "way"),
        (b"", None),
    ],
)
def test_exif_descriptions_in_any_charset(value: bytes, text: str | None) -> None:
    assert described(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("MEDION  PRO 80", None),
        ("Pro 80 ", None),
        ("Medion", None),
        ("Pro 80 by the lake", "Pro 80 by the lake"),
    ],
)
def test_the_cameras_own_name_is_no_description(value: str, text: str | None) -> None:
    tags = (
        (Base.Make, b"Medion\0"),
        (Base.Model, b"Pro 80\0"),
        (Base.ImageDescription, value.encode() + b"\0"),
    )
    assert facts(encoded(picture(), exif=tiff(*((tag, 2, one) for tag, one in tags)))).description == text


def commented(value: bytes, order: str = "<") -> str | None:
    block = tiff(order=order, details=(Base.UserComment, 7, value))
    return facts(encoded(picture(), exif=block)).description


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"ASCII\0\0\0At the weir", "At the weir"),
        (b"ASCII\0\0\0" + "Über dem Wehr".encode(), "Über dem Wehr"),
        (b"ASCII\0\0\0" + "Über dem Wehr".encode("latin-1"), "Über dem Wehr"),
        (b"UNICODE\0" + "Am Wehr – früh".encode("utf-16-le"), "Am Wehr – früh"),
        (b"UNICODE\0" + "Am Wehr – früh".encode("utf-16-be"), "Am Wehr – früh"),
        (b"UNICODE\0" + "Am Wehr".encode("utf-16"), "Am Wehr"),
        (b"UNICODE\0" + "Утро у реки".encode("utf-16-be"), "Утро у реки"),
        (b"Unicode\0" + "川の朝、橋の上から".encode("utf-16-le") + b"\0\0", "川の朝、橋の上から"),
        (b"UNICODE\0" + "A".encode("utf-16-le"), "A"),
        (b"UNICODE\0" + "A".encode("utf-16-be"), "A"),
        (b"JIS\0\0\0\0\0" + "川の朝".encode("iso2022_jp"), "川の朝"),
        (b"JIS\0\0\0\0\0" + "川の朝".encode("shift_jis"), "川の朝"),
        (bytes(8) + b"At the weir\0\0\0", "At the weir"),
        (b"At the weir, no charset", "At the weir, no charset"),
        (b"a weir", "a weir"),
        (b"ASCII\0\0\0Screenshot", None),
        (b"ASCII\0\0\0" + b" " * 40, None),
        (bytes(8) + b"\x01\x02\xfe\x8f" * 9, None),
        (bytes(200), None),
        (b"ASCII\0\0\0filter: 0; fileterIntensity: 0.0; hw-remosaic: 0; touch: (-1.0, -1.0);", None),
    ],
)  # fmt: skip
def test_comments_by_the_charset_that_they_name(value: bytes, text: str | None, order: str) -> None:
    """In either byte order of the EXIF; not what cameras keep there for themselves."""
    assert commented(value, order) == text


@pytest.mark.parametrize("text", ["東京", "春", "京都の秋", "北海道旅行", "서울 여행", "长城"])
@pytest.mark.parametrize(("order", "name"), [("<", "utf-16-le"), (">", "utf-16-be")])
def test_a_comment_in_the_byte_order_of_its_exif_is_taken_as_it_is(order: str, name: str, text: str) -> None:
    """However short, and in scripts whose characters come from many rows."""
    assert commented(b"UNICODE\0" + text.encode(name), order) == text


def test_windows_texts() -> None:
    """Explorer's title, comment, keywords and stars: UTF-16 in bytes."""
    block = tiff(
        (Base.XPTitle, 1, "Wehr\0".encode("utf-16-le")),
        (Base.XPKeywords, 1, "Zürich;Boot; früh \0".encode("utf-16-le")),
        (Base.Rating, 3, b"\5\0"),
    )
    found = facts(encoded(picture(), exif=block))
    assert (found.description, found.keywords, found.stars) == ("Wehr", ["Zürich", "Boot", "früh"], 5)
    block = tiff(
        (Base.XPTitle, 1, "Wehr".encode("utf-16-le")), (Base.XPComment, 1, "Früh".encode("utf-16-le"))
    )
    assert facts(encoded(picture(), exif=block)).description == "Früh"


def data_set(number: int, value: bytes, record: int = 2) -> bytes:
    return struct.pack(">BBBH", 0x1C, record, number, len(value)) + value


def with_iptc(*sets: bytes, xmp: bytes | None = None) -> bytes:
    block = b"".join(sets)
    segment = (
        b"Photoshop 3.0\0"
        + b"8BIM\x04\x04\0\0"
        + struct.pack(">I", len(block))
        + block
        + b"\0" * (len(block) % 2)
    )
    content = encoded(picture(), xmp=xmp or b"")
    return content[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + content[2:]


@pytest.mark.parametrize(
    ("escape", "charset", "text"),
    [
        (b"\x1b%G", "utf-8", "Höhle bei Ærø"),
        (None, "utf-8", "Höhle bei Ærø"),
        (None, "cp1252", "Höhle – bei Ærø"),
        (b"\x1b.A", "latin-1", "Höhle bei Ærø"),
        (b"\x1b%G", "latin-1", "Höhle bei Ærø"),
        (b"\x1b.A", "utf-8", "Höhle bei Ærø"),
        (b"\x1b-B", "iso8859-2", "Żółta łódź"),
        (b"\x1b-L", "iso8859-5", "Жёлтая лодка"),
        (b"?", "utf-8", "Höhle"),
    ],
)
def test_iptc_by_the_charset_that_it_declares_or_not(escape: bytes | None, charset: str, text: str) -> None:
    """And by UTF-8 if it is that, whatever it declares."""
    head = [data_set(90, escape, record=1)] if escape else []
    caption, keyword = data_set(120, text.encode(charset)), data_set(25, text.encode(charset))
    found = facts(with_iptc(*head, caption, keyword))
    assert (found.description, found.keywords) == (text, [text])


def test_titles_serve_for_want_of_a_description() -> None:
    title, headline = data_set(5, b"Weir"), data_set(105, b"Weir in the morning")
    assert facts(with_iptc(title)).description == "Weir"
    assert facts(with_iptc(title, headline)).description == "Weir in the morning"
    assert facts(with_iptc(title, data_set(120, b"Nobody there yet"))).description == "Nobody there yet"
    xmp = packet("<dc:title><rdf:Alt><rdf:li>Boat</rdf:li></rdf:Alt></dc:title>")
    assert facts(encoded(picture(), xmp=xmp)).description == "Boat"
    assert facts(with_iptc(data_set(120, b"Nobody there yet"), xmp=xmp)).description == "Nobody there yet"


def test_keywords_of_all_blocks_count_once() -> None:
    """IPTC's limit of 64 bytes cuts off what XMP has as a whole."""
    long = "a keyword that is much longer than IPTC allows keywords to be, as XMP knows"
    xmp = packet(f"<dc:subject><rdf:Bag><rdf:li>Boot</rdf:li><rdf:li>{long}</rdf:li></rdf:Bag></dc:subject>")
    sets = [data_set(25, word) for word in (b"Boot", b"Wehr", long[:64].encode())]
    assert facts(with_iptc(*sets, xmp=xmp)).keywords == ["Boot", long, "Wehr"]
    assert facts(with_iptc(*sets)).keywords == ["Boot", "Wehr", long[:64]]
    apart = [data_set(25, text.encode()) for text in ("Früh", "Fru\u0308h")]
    assert facts(with_iptc(*apart)).keywords == ["Früh"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF", "AVIF"])
def test_every_kind_of_picture_keeps_its_xmp(kind: str) -> None:
    xmp = packet(LISTS, 'xmp:Rating="5"')
    if kind == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", xmp.decode())
        content = encoded(picture(), kind, pnginfo=info)
    elif kind == "TIFF":
        tags = Image.Exif()
        tags[700] = xmp
        content = encoded(picture(), kind, exif=tags)
    else:
        content = encoded(picture(), kind, xmp=xmp)
    found = facts(content)
    assert (found.keywords, found.keyword_paths) == (["Fähre", "Hiddensee"], ["Orte|Ostsee|Hiddensee"])
    assert (found.people, found.stars) == (["Jörn"], 5)


@pytest.mark.parametrize(
    ("text", "wanted"), [("Früh am Wehr", "Früh am Wehr"), ("川の朝", "川の朝"), ("Camera", None)]
)
def test_a_png_has_texts(text: str, wanted: str | None) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Description", text)
    assert facts(encoded(picture(), "PNG", pnginfo=info)).description == wanted
    raw = PngImagePlugin.PngInfo()
    raw.add(b"tEXt", b"Title\0" + text.encode())
    assert facts(encoded(picture(), "PNG", pnginfo=raw)).description == wanted


def test_stars_in_xmp_come_before_those_in_exif() -> None:
    block = tiff((Base.Rating, 3, b"\5\0"))
    assert facts(encoded(picture(), exif=block, xmp=packet(attributes='xmp:Rating="2"'))).stars == 2
    assert facts(encoded(picture(), exif=block, xmp=packet())).stars == 5
    assert facts(encoded(picture(), exif=tiff((Base.RatingPercent, 3, b"\x63\0")))).stars == 5
    assert facts(encoded(picture(), exif=tiff((Base.Rating, 3, b"\x63\0")))).stars is None
    assert facts(encoded(picture(), exif=tiff((Base.Rating, 3, b"\0\0")))).stars is None
    assert facts(encoded(picture(), exif=block, xmp=packet(attributes='xmp:Rating="0"'))).stars is None
    assert facts(encoded(picture())).stars is None


def test_names_of_cameras_and_lenses_are_read_alike() -> None:
    block = tiff((Base.Make, 2, "Škoda".encode() + b"\0"), (Base.Model, 2, "N°5".encode("latin-1") + b"\0"))
    found = facts(encoded(picture(), exif=block))
    assert (found.camera_make, found.camera_model) == ("Škoda", "N°5")


values = (
    st.binary(max_size=80) | st.text(max_size=40) | st.integers() | st.lists(st.integers(-1, 300), max_size=9)
)


@given(values)
@example(b"UNICODE\0\xff")
@example(b"JIS\0\0\0\0\0\x1b$B\xff")
@example(b"UNICODE\0\0\xd8\0\xdc")
@example("\ud800")
def test_any_value_of_a_tag_is_a_text_or_none(value: Any) -> None:
    for read in (charsets.tag_text, charsets.windows_text, charsets.user_comment):
        text = read(value)
        assert text is None or isinstance(text, str)


@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "iso8859-5", "iso8859-7"]))
def test_any_bytes_are_some_text(block: bytes, charset: str | None) -> None:
    charsets.decoded(block, charset).encode("utf-8")
    charsets.wide(block)
    charsets.declared(block)


WHOLE = encoded(
    picture(),
    exif=tiff(
        (Base.ImageDescription, 2, "Früh am Wehr\0".encode()),
        (Base.XPKeywords, 1, "Boot;Wehr\0".encode("utf-16-le")),
        details=(Base.UserComment, 7, b"UNICODE\0" + "Früh".encode("utf-16-be")),
    ),
    xmp=packet(LISTS, 'xmp:Rating="5"'),
)


@examples(60)
@given(st.integers(0, 1300), st.binary(min_size=1, max_size=12))
def test_damaged_anywhere_they_are_read_or_left_out(at: int, bytes_there: bytes) -> None:
    content = WHOLE[:at] + bytes_there + WHOLE[at + len(bytes_there) :]
    try:
        found = pixels.opened(content)
    except pixels.Unshowable:
        return
    words = metadata(found)
    "".join([words.description or "", *words.keywords, *words.keyword_paths, *words.people]).encode()
