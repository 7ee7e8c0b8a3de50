"""All file formats that Albumen knows, one row each.

Suffixes, MIME types and format names are defined only here (a test enforces it), so that the scan, the read tables,
the search and the pages can't disagree about a file.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from services.knowledge.sidecars import SIDECARS


class Kind(StrEnum):
    PICTURE = "picture"
    RAW = "raw"
    """Undeveloped sensor data; represented by the picture that the camera saved beside it."""
    FILM = "film"
    NOT_YET = "not yet"
    """A picture that can't be shown yet: listed with the reason, not ignored."""
    SIDECAR = "sidecar"
    """Describes the file beside it."""
    OTHER = "other"
    """Not a picture: ignored by its suffix, and identified if it has a picture's."""


MEDIA: Final = frozenset({Kind.PICTURE, Kind.RAW, Kind.FILM, Kind.NOT_YET})
"""Files that an album shows, or lists with the reason why not."""

Signature = Mapping[int, bytes]
"""Offset in the file -> bytes there; all must match."""
BYTES: Final = "application/octet-stream"
"""The MIME type that no browser interprets."""


class Format(NamedTuple):
    kind: Kind
    suffixes: tuple[str, ...]
    """Lower case, with dots; none if only the content identifies it."""
    name: str = ""
    """In the log; empty: each suffix in capitals, as the scan names videos and RAW files."""
    begins: tuple[Signature, ...] = ()
    """Alternatives; none if a decoder identifies it."""
    decoders: str = ""
    """Pillow's name for a picture's format, empty if another library reads it, or FFmpeg's for a video's containers,
    comma-separated."""
    mime: str = BYTES
    browsers: bool = False
    """Browsers show or play it as it is."""
    animated: bool = False
    """May hold animation frames (the pages of a fax are not)."""
    live: bool = False
    """Phones use it for the video half of a live photo."""
    shared: bool = False
    """Other programs use its suffixes for files that are no media: only those count that begin like one."""
    words: str = ""
    """What to call such a file when it can't be shown."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names that the log may use for it."""
        return (self.name,) if self.name else tuple(suffix[1:].upper() for suffix in self.suffixes)


def _picture(
    suffixes: str,
    name: str,
    *begins: Signature,
    decoder: str | None = None,
    mime: str = BYTES,
    browsers: bool = False,
    animated: bool = False,
) -> Format:
    return Format(
        *(Kind.PICTURE, _dotted(suffixes), name, begins, name if decoder is None else decoder, mime),
        browsers=browsers,
        animated=animated,
    )


def _film(
    suffixes: str,
    decoders: str,
    mime: str,
    *begins: Signature,
    browsers: bool = False,
    live: bool = False,
    shared: bool = False,
) -> Format:
    return Format(
        *(Kind.FILM, _dotted(suffixes), "", begins, decoders, mime),
        browsers=browsers,
        live=live,
        shared=shared,
    )


def _raw(suffixes: str, *begins: Signature, shared: bool = False) -> Format:
    return Format(Kind.RAW, _dotted(suffixes), begins=begins, shared=shared)


def _not_yet(suffixes: str, words: str, *begins: Signature) -> Format:
    return Format(Kind.NOT_YET, _dotted(suffixes), begins=begins, words=words)


def _dotted(suffixes: str) -> tuple[str, ...]:
    return tuple(f".{suffix}" for suffix in suffixes.split())


def _boxes(*brands: bytes) -> tuple[Signature, ...]:
    """Signatures of pictures whose first box, like a video's, holds their brand."""
    return tuple({4: b"ftyp" + brand} for brand in brands)


_BITMAP: Final = tuple(
    {0: b"BM", 14: size.to_bytes(4, "little")} for size in (12, 16, 40, 52, 56, 64, 108, 124)
)
"""Includes the size of the second header, as many texts begin with the two letters alone."""
_HEIF: Final = _boxes(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_QUICKTIME: Final = "mov,mp4,m4a,3gp,3g2,mj2"
_MATROSKA: Final = "matroska,webm"
_OLD_MOV: Final = tuple({4: kind} for kind in (b"moov", b"mdat", b"wide", b"pnot"))
"""Films from before the first box had a brand."""
_TRANSPORT: Final = tuple(
    {packet * size + at: b"G" for packet in range(3)} for size, at in ((188, 0), (192, 4))
)
"""MPEG-TS: a byte at the start of each packet; discs and camcorders put four bytes of time before each."""
_ASF: Final = {0: bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")}
_OGG: Final = tuple({0: b"OggS", 28: codec} for codec in (b"\x80theora", b"fishead\0", b"BBCD\0"))
"""With pictures; most Ogg files are only sound."""
_MXF: Final = {0: bytes.fromhex("060e2b34020501010d010201")}

TIFF: Final = _picture("tif tiff", "TIFF", {0: b"II*\0"}, {0: b"MM\0*"}, mime="image/tiff")
"""Most RAW files begin like this as well."""
JPEG_XL: Final = _picture(
    "jxl", "JXL", {0: b"\xff\x0a"}, {0: b"\0\0\0\x0cJXL "}, decoder="", mime="image/jxl"
)
PHOTOSHOP: Final = _picture("psd psb", "PSD", {0: b"8BPS"}, decoder="", mime="image/vnd.adobe.photoshop")
"""Both are read in `rare.py`."""
DNG: Final = _raw("dng raw gpr")
"""GoPro's are DNGs, too."""
SVG: Final = _not_yet("svg", "drawings (SVG)")
"""Plain text, so `signatures.py` detects it."""

FORMATS: Final = (
    # Pictures, in the order in which Pillow should try them.
    _picture(
        "jpg jpeg jpe jfif jif pjpeg pjp jps insp",
        "JPEG",
        {0: b"\xff\xd8\xff"},
        mime="image/jpeg",
        browsers=True,
    ),
    _picture("mpo", "MPO", decoder="JPEG", mime="image/jpeg", browsers=True),
    _picture("png apng pns", "PNG", {0: b"\x89PNG"}, mime="image/png", browsers=True, animated=True),
    _picture("webp", "WEBP", {0: b"RIFF", 8: b"WEBP"}, mime="image/webp", browsers=True, animated=True),
    _picture("gif", "GIF", {0: b"GIF8"}, mime="image/gif", browsers=True, animated=True),
    TIFF,
    _picture("bmp", "BMP", *_BITMAP, mime="image/bmp", browsers=True),
    _picture("dib", "DIB"),
    _picture("heic heif hif", "HEIF", *_HEIF, mime="image/heic"),
    _picture(
        "avif avifs", "AVIF", *_boxes(b"avif", b"avis"), mime="image/avif", browsers=True, animated=True
    ),
    _picture(
        "jp2 j2k jpx j2c jpf", "JPEG2000", {0: b"\xff\x4f\xff\x51"}, {0: b"\0\0\0\x0cjP  "}, mime="image/jp2"
    ),
    JPEG_XL,
    PHOTOSHOP,
    # RAW files; those without a signature are TIFFs, and only their suffix tells.
    DNG,
    _raw("cr3", {4: b"ftypcrx "}),  # Canon
    _raw("cr2", {0: b"II*\0\x10\0\0\0CR"}),
    _raw("crw", {0: b"II\x1a\0\0\0HEAPCCDR"}),
    _raw("nef nrw"),  # Nikon
    _raw("arw sr2 srf arq"),  # Sony
    _raw("orf ori", {0: b"IIRO"}, {0: b"IIRS"}, {0: b"MMOR"}),  # Olympus
    _raw("rw2 rwl", {0: b"IIU\0"}),  # Panasonic, Leica
    _raw("raf", {0: b"FUJIFILMCCD-RAW"}),  # Fujifilm
    _raw("pef srw"),  # Pentax, Samsung
    _raw("3fr fff kdc dcr drf k25 mos mef"),  # Hasselblad, Kodak, Leaf, Mamiya
    _raw("erf iiq"),  # Epson, Phase One
    _raw("x3f", {0: b"FOVb"}),  # Sigma
    _raw("mrw", {0: b"\0MRM"}),  # Minolta
    _raw("cap ptx bay dcs sti", shared=True),  # Phase One, Pentax, Casio, Kodak, Sinar
    # Films, the special ones of a kind of container before the common one.
    _film("mov qt", _QUICKTIME, "video/quicktime", {4: b"ftypqt  "}, *_OLD_MOV, browsers=True, live=True),
    _film("m4v", _QUICKTIME, "video/mp4", {4: b"ftypM4V "}, browsers=True),
    _film("3gp 3gpp", _QUICKTIME, "video/3gpp", {4: b"ftyp3gp"}),
    _film("3g2 3gp2 3gpp2", _QUICKTIME, "video/3gpp2", {4: b"ftyp3g2"}),
    _film("f4v", _QUICKTIME, "video/mp4", {4: b"ftypf4v "}, browsers=True),
    _film("insv", _QUICKTIME, "video/mp4"),  # of Insta360's cameras: two fisheyes
    _film("mp mv", _QUICKTIME, "video/mp4", browsers=True, live=True),  # of Google's motion photos
    _film("mp4", _QUICKTIME, "video/mp4", {4: b"ftyp"}, browsers=True, live=True),
    _film("webm", _MATROSKA, "video/webm", browsers=True),
    _film("mkv", _MATROSKA, "video/x-matroska", {0: b"\x1a\x45\xdf\xa3"}),
    _film("avi divx", "avi", "video/x-msvideo", {0: b"RIFF", 8: b"AVI "}),
    _film("mpg mpeg mpe m1v m2v m2p", "mpeg,mpegvideo", "video/mpeg", {0: b"\0\0\1\xb3"}),
    _film("vob", "mpeg,mpegvideo", "video/mpeg", {0: b"\0\0\1\xba"}),
    _film("mod", "mpeg,mpegvideo", "video/mpeg", shared=True),  # camcorders of JVC, Panasonic and Canon
    _film("mts m2ts m2t tod", "mpegts", "video/mp2t", *_TRANSPORT),  # AVCHD, HDV, JVC
    _film("ts", "mpegts", "video/mp2t", shared=True),
    _film("wmv asf", "asf", "video/x-ms-wmv", _ASF),
    _film("flv", "flv", "video/x-flv", {0: b"FLV\1"}),
    _film("ogv", "ogg", "video/ogg", *_OGG, browsers=True),
    _film("ogm", "ogg", "video/ogg"),
    _film("dv dif", "dv", "video/x-dv"),
    _film("mxf", "mxf", "application/mxf", _MXF),
    _not_yet("jxr wdp hdp", "JPEG XR pictures", {0: b"II\xbc\1"}),
    _not_yet("xcf", "GIMP files", {0: b"gimp xcf"}),
    SVG,
    *(Format(Kind.SIDECAR, (one.suffix,), one.kind) for one in SIDECARS),
    Format(Kind.OTHER, (), "M4A", _boxes(b"M4A ", b"M4B ", b"M4P "), words="a sound recording"),
    Format(Kind.OTHER, (), "ICO", ({0: b"\0\0\1\0"},), mime="image/x-icon", words="a program's icon"),
    Format(Kind.OTHER, (), "PDF", ({0: b"%PDF"},), words="a PDF"),
)

BY_SUFFIX: Final = {suffix: row for row in FORMATS for suffix in row.suffixes}
_BY_NAME: Final = {name: row for row in FORMATS if row.kind is not Kind.SIDECAR for name in row.names}


def names(kind: Kind) -> frozenset[str]:
    """All names that the log may use for files of a kind."""
    return frozenset(name for row in FORMATS if row.kind is kind for name in row.names)


def suffixes(*kinds: Kind) -> frozenset[str]:
    return frozenset(suffix for row in FORMATS if row.kind in kinds for suffix in row.suffixes)


def decoders(kind: Kind) -> tuple[str, ...]:
    """Without duplicates, in the table's order."""
    return tuple(dict.fromkeys(row.decoders for row in FORMATS if row.kind is kind and row.decoders))


ANIMATED: Final = frozenset(name for row in FORMATS if row.animated for name in row.names)
LIVE_FILMS: Final = frozenset(name for row in FORMATS if row.live for name in row.names)


def mime(name: str) -> str:
    """By the format's name in the log."""
    row = _BY_NAME.get(name.upper())
    return row.mime if row else BYTES


MOTION_MIME: Final = mime("MP4")
"""Of the film inside a motion photo."""


def is_film(name: str) -> bool:
    """By the format's name in the log."""
    row = _BY_NAME.get(name.upper())
    return row is not None and row.kind is Kind.FILM


def in_browsers(name: str, kind: Kind) -> bool:
    """Whether browsers show pictures, or play videos, of the format with this name in the log."""
    row = _BY_NAME.get(name.upper())
    return row is not None and row.kind is kind and row.browsers


def name_for(word: str) -> str:
    """The log's name for what a person calls a format: `jpg` is JPEG. Other words are returned unchanged."""
    row = BY_SUFFIX.get(f".{word.lower()}")
    return row.name if row and row.kind is Kind.PICTURE else word
