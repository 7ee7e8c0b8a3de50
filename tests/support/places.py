"""Every place in which a container of pictures keeps EXIF, XMP or IPTC, packed or not, as a file each.

The captions say in which block they are: “By EXIF”, “By XMP”, “By IPTC”, “By text”.
"""

import hashlib
import struct
import zlib
from collections.abc import Callable
from functools import cache
from tempfile import NamedTemporaryFile
from typing import Final

import brotli
from PIL import ExifTags, Image, TiffImagePlugin

from tests.support.heif_items import with_packed_xmp
from tests.support.kinds import SCENE, jxl, psd
from tests.support.photos import encoded
from tests.support.pngs import chunk

_CAPTION: Final = int(ExifTags.Base.ImageDescription)
_DIRECTORY: Final = struct.pack("<HHHII", 1, _CAPTION, 2, 8, 26) + bytes(4) + b"By EXIF\0"
TIFF: Final = b"II*\0" + struct.pack("<I", 8) + _DIRECTORY
EXIF: Final = b"Exif\0\0" + TIFF
RDF: Final = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpNote="http://ns.adobe.com/xmp/note/"
 {}>{}</rdf:Description></rdf:RDF></x:xmpmeta>"""
XMP: Final = RDF.format(
    "", "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>By XMP</rdf:li></rdf:Alt></dc:title>"
).encode()
IPTC: Final = struct.pack(">BBBH", 0x1C, 2, 120, 7) + b"By IPTC"


def resource(number: int, content: bytes) -> bytes:
    """One of Photoshop's."""
    return b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + b"\0" * (len(content) % 2)


PHOTOSHOP: Final = resource(0x0404, IPTC)


def boxed(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def jumbf(kind: bytes, content: bytes) -> bytes:
    """A box of JUMBF in another one."""
    names = (boxed(b"jumd", 16 * b"\1" + b"\3" + label + b"\0") for label in (b"a", b"b"))
    return boxed(b"jumb", next(names) + boxed(b"jumb", next(names) + boxed(kind, content)))


JUMBF: Final = {
    "XMP in JUMBF": jumbf(b"xml ", XMP),
    "XMP in a box of JUMBF": jumbf(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + XMP),
    "EXIF in JUMBF": jumbf(b"uuid", b"JpgTiffExif->JP2" + TIFF),
}


def segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(content) + 2) + content


@cache
def _plain(file_format: str) -> bytes:
    return jxl(use_container=True) if file_format == "JXL" else encoded(SCENE, file_format)


def png(*chunks: bytes, behind: bool = False) -> bytes:
    """`behind`: the pixels."""
    plain = _plain("PNG")
    at = plain.index(b"IEND" if behind else b"IDAT") - 4
    return plain[:at] + b"".join(chunks) + plain[at:]


_TEXTS: Final[dict[str, Callable[[bytes, bytes], bytes]]] = {
    "tEXt": lambda key, text: chunk(b"tEXt", key + b"\0" + text),
    "zTXt": lambda key, text: chunk(b"zTXt", key + b"\0\0" + zlib.compress(text)),
    "iTXt": lambda key, text: chunk(b"iTXt", key + b"\0\0\0\0\0" + text),
    "packed iTXt": lambda key, text: chunk(b"iTXt", key + b"\0\1\0\0\0" + zlib.compress(text)),
}


def profile(name: str, block: bytes) -> bytes:
    """As ImageMagick writes it."""
    digits = block.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"\n{name}\n{len(block):8}\n{lines}\n".encode()


_PNG_TEXTS: Final = {
    "XML:com.adobe.xmp": XMP,
    "Raw profile type xmp": profile("xmp", XMP),
    "Raw profile type exif": profile("exif", EXIF),
    "Raw profile type APP1": profile("generic profile", EXIF),
    "Raw profile type iptc": profile("iptc", PHOTOSHOP),
    "Raw profile type 8bim": profile("8bim", PHOTOSHOP),
    "Description": b"By text",
}


def _pngs() -> dict[str, bytes]:
    texts = {
        f"{key} in {kind}{' behind' * behind}": png(made(key.encode(), text), behind=behind)
        for key, text in _PNG_TEXTS.items()
        for kind, made in _TEXTS.items()
        for behind in ((False, True) if kind == "zTXt" else (False,))
    }
    packed = b"\0" + struct.pack(">I", len(TIFF)) + zlib.compress(TIFF)
    other = profile("generic profile", b"http://ns.adobe.com/xap/1.0/\0" + XMP)
    return texts | {
        "XMP in APP1": png(_TEXTS["zTXt"](b"Raw profile type APP1", other)),
        "eXIf": png(chunk(b"eXIf", TIFF)),
        "eXIf behind": png(chunk(b"eXIf", TIFF), behind=True),
        "eXIf with a prefix": png(chunk(b"eXIf", EXIF)),
        "zxIf": png(chunk(b"zxIf", packed)),
        **{name: png(chunk(b"caBX", box)) for name, box in JUMBF.items()},
    }


def jpeg(*segments: bytes) -> bytes:
    plain = _plain("JPEG")
    return plain[:2] + b"".join(segments) + plain[2:]


def _jpegs() -> dict[str, bytes]:
    head, extension = b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
    digest = hashlib.md5(XMP, usedforsecurity=False).hexdigest().upper()
    parts = (
        extension + digest.encode() + struct.pack(">II", len(XMP), at) + XMP[at : at + 100]
        for at in range(0, len(XMP), 100)
    )
    first = RDF.format(f'xmpNote:HasExtendedXMP="{digest}"', "").encode()
    box = JUMBF["XMP in JUMBF"]
    halves = (box[8:100], box[100:])
    jumbf_segments = {
        name: jpeg(segment(0xEB, b"JP\0\1" + struct.pack(">I", 1) + one)) for name, one in JUMBF.items()
    }
    long = resource(0x0BB7, bytes(60_000)) + PHOTOSHOP
    return {
        "APP1": jpeg(segment(0xE1, EXIF), segment(0xE1, head + XMP)),
        "extended XMP": jpeg(segment(0xE1, head + first), *(segment(0xE1, part) for part in parts)),
        "APP13": jpeg(segment(0xED, b"Photoshop 3.0\0" + PHOTOSHOP)),
        "APP13 in two segments": jpeg(
            *(segment(0xED, b"Photoshop 3.0\0" + part) for part in (long[:59_990], long[59_990:]))
        ),
        "XMP in APP13": jpeg(segment(0xED, b"Photoshop 3.0\0" + resource(1060, XMP))),
        "EXIF in APP13": jpeg(segment(0xED, b"Photoshop 3.0\0" + resource(1058, TIFF))),
        "comment": jpeg(segment(0xFE, b"By text")),
        **jumbf_segments,
        "XMP in JUMBF in two segments": jpeg(
            *(
                segment(0xEB, b"JP\0\1" + struct.pack(">I", number) + box[:8] + part)
                for number, part in enumerate(halves, 1)
            )
        ),
    }


def webp(flags: int, kind: bytes, block: bytes) -> bytes:
    """`flags`: of its header, which say what is there (RFC 9649, 2.7)."""
    content = encoded(SCENE, "WEBP", exif=EXIF)
    at, chunks = 12, b""
    while at < len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        part = content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
        if name == b"VP8X":
            part = bytes((flags,)) + part[1:]
        if name != b"EXIF":
            chunks += name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
    chunks += kind + struct.pack("<I", len(block)) + block + b"\0" * (len(block) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def tiff(tag: int, block: bytes, *, big: bool = False) -> bytes:
    """`big`: BigTIFF."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[tag] = block
    return encoded(SCENE, "TIFF", tiffinfo=tags, big_tiff=big)


def tiff_of_numbers(tag: int, block: bytes) -> bytes:
    """The block is declared to be four-byte numbers."""
    whole = block + bytes(-len(block) % 4)
    as_bytes, as_numbers = (
        struct.pack("<HHI", tag, kind, len(whole) // size) for kind, size in ((1, 1), (4, 4))
    )
    content = tiff(tag, whole)
    assert content.count(as_bytes) == 1
    return content.replace(as_bytes, as_numbers)


def jpeg_xl(*boxes: tuple[bytes, bytes]) -> bytes:
    return _plain("JXL") + b"".join(boxed(*one) for one in boxes)


def _with_jpeg(content: bytes) -> bytes:
    """A JPEG XL that has this JPEG in it, without loss."""
    with NamedTemporaryFile(suffix=".jpg") as file:  # only one with a name is packed so
        file.write(content)
        file.flush()
        with Image.open(file.name) as inside:
            return jxl(inside, lossless_jpeg=True)


def jpeg_2000(kind: bytes, content: bytes) -> bytes:
    plain = _plain("JPEG2000")
    at = plain.index(b"jp2c") - 4
    return plain[:at] + boxed(kind, content) + plain[at:]


_JP2_IDS: Final = {
    "EXIF": (b"JpgTiffExif->JP2", TIFF),
    "EXIF by Exiv2": (bytes.fromhex("0537cdab9d0c4431a72afa561f2a113e"), TIFF),
    "XMP": (bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), XMP),
    "IPTC": (bytes.fromhex("33c7a4d2b81d4723a0baf1a3e097ad38"), IPTC),
    "IPTC by Exiv2": (bytes.fromhex("09a14e97c0b442e0bebf36df6f0ce36f"), IPTC),
    "Photoshop": (bytes.fromhex("2c4c0100850440b9a03e562148d6dfeb"), PHOTOSHOP),
}


def photoshop(number: int, block: bytes) -> bytes:
    content, added = psd(), resource(number, block)
    at = 26 + 4 + int.from_bytes(content[26:30])
    length = int.from_bytes(content[at : at + 4]) + len(added)
    return content[:at] + length.to_bytes(4) + added + content[at + 4 :]


def gif(block: bytes, *, behind: bool = False) -> bytes:
    """`behind`: its frames."""
    plain = _plain("GIF")
    at = len(plain) - 1 if behind else 13 + 3 * 2 ** ((plain[10] & 7) + 1)
    return plain[:at] + block + plain[at:]


def bare_deflate(content: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(content) + packing.flush()


_ENCODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "deflate": zlib.compress,
    "deflate without a header": bare_deflate,
    "compress_zlib": zlib.compress,
    "br": brotli.compress,
}


def _of_items(file_format: str) -> dict[str, bytes]:
    packed = {
        f"XMP by {how}": with_packed_xmp(
            encoded(SCENE, file_format, xmp=XMP), XMP, how.partition(" ")[0], pack(XMP)
        )
        for how, pack in _ENCODINGS.items()
    }
    return packed | {"EXIF and XMP": encoded(SCENE, file_format, exif=EXIF, xmp=XMP)}


_MADE: Final[dict[str, Callable[[], dict[str, bytes]]]] = {
    "png": _pngs,
    "jpg": _jpegs,
    "webp": lambda: {
        f"{name}{', unannounced' * (not flags)}": webp(flags, kind, block)
        for name, kind, block in (("EXIF", b"EXIF", TIFF), ("EXIF\0\0", b"EXIF", EXIF), ("XMP", b"XMP ", XMP))
        for flags in (0b1100, 0)
    },
    "tif": lambda: (
        {
            f"{name}{' in BigTIFF' * big}": tiff(tag, block, big=big)
            for name, tag, block in (
                *(("caption", _CAPTION, b"By EXIF"), ("XMP", 700, XMP), ("IPTC", 33723, IPTC)),
                *(("Photoshop's IPTC", 34377, PHOTOSHOP), ("Photoshop's XMP", 34377, resource(1060, XMP))),
                ("Photoshop's EXIF", 34377, resource(1058, TIFF)),
            )
            for big in (False, True)
        }
        | {"Photoshop's XMP in numbers": tiff_of_numbers(34377, resource(1060, XMP))}
    ),
    "heic": lambda: _of_items("HEIF"),
    "avif": lambda: _of_items("AVIF"),
    "jxl": lambda: {
        "EXIF": jpeg_xl((b"Exif", bytes(4) + TIFF)),
        "EXIF from an offset": jpeg_xl((b"Exif", b"\0\0\0\6" + EXIF)),
        "XMP": jpeg_xl((b"xml ", XMP)),
        "packed EXIF": jpeg_xl((b"brob", b"Exif" + brotli.compress(bytes(4) + TIFF))),
        "packed XMP": jpeg_xl((b"brob", b"xml " + brotli.compress(XMP))),
        **{name: _plain("JXL") + box for name, box in JUMBF.items()},
        "packed XMP in JUMBF": jpeg_xl((b"brob", b"jumb" + brotli.compress(JUMBF["XMP in JUMBF"][8:]))),
        "a JPEG with IPTC": _with_jpeg(jpeg(segment(0xED, b"Photoshop 3.0\0" + PHOTOSHOP))),
        "EXIF and XMP as libjxl packs them": jxl(
            use_container=True, exif=EXIF, xmp=XMP, compress_metadata=True
        ),
    },
    "jp2": lambda: (
        {name: jpeg_2000(b"uuid", key + block) for name, (key, block) in _JP2_IDS.items()}
        | {"XMP in XML": jpeg_2000(b"xml ", XMP)}
        | {name: jpeg_2000(b"jumb", box[8:]) for name, box in JUMBF.items()}
    ),
    "psd": lambda: {
        "EXIF": photoshop(1058, TIFF),
        "XMP": photoshop(1060, XMP),
        "IPTC": photoshop(1028, IPTC),
    },
    "gif": lambda: {
        f"{name}{' behind' * behind}": gif(b"\x21" + block, behind=behind)
        for name, block in (
            ("XMP", b"\xff\x0bXMP DataXMP" + XMP + b"\1" + bytes(range(255, -1, -1)) + b"\0"),
            ("comment", b"\xfe\7By text\0"),
        )
        for behind in (False, True)
    },
}
KINDS: Final = tuple(_MADE)
"""Suffixes."""


def files(kind: str) -> dict[str, bytes]:
    """By place."""
    return _MADE[kind]()
