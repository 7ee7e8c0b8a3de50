"""Which files are looked at, and which contents are understood."""

from typing import Final


def _suffixes(names: str) -> frozenset[str]:
    return frozenset(f".{name}" for name in names.split())


SUFFIXES: Final = _suffixes(
    "jpg jpeg jpe jfif mpo png apng webp gif tif tiff bmp dib heic heif hif avif avifs jp2 j2k jpx j2c jpf"
)
"""Of names that should be pictures, in lower case. What the content is decides everything else."""
RAWS: Final = _suffixes("dng cr2 cr3 nef nrw arw sr2 orf rw2 raf pef srw raw 3fr kdc dcr mos erf iiq x3f mrw")
"""Of what a camera's sensor saw, to be developed; shown by the picture that the camera put beside it."""
FILMS: Final = _suffixes("mp4 m4v mov avi mkv webm 3gp mp mpg mpeg mts m2ts wmv")
"""`.mp` is the film of one of Google's motion photos."""

NOT_YET: Final = _suffixes("jxl jxr wdp hdp psd psb xcf svg")
"""Of pictures that can't be shown: listed with the reason, not passed over."""

MEDIA: Final = SUFFIXES | RAWS | FILMS | NOT_YET

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "DIB", "HEIF", "AVIF", "JPEG2000")
"""Pillow's names of the formats that are opened (JPEG opens MPO as well); no other decoder ever sees a file."""

IGNORED: Final = frozenset({"@eadir", "__macosx", "#recycle", "lost+found", "$recycle.bin"})
"""Folders that hold no photos of a person, in lower case; hidden ones (a leading dot) are passed over as well."""


def is_picture(name: str) -> bool:
    """By its name; hidden files, macOS's `._…` among them, are none."""
    return _suffix(name) in SUFFIXES


def is_raw(name: str) -> bool:
    return _suffix(name) in RAWS


def is_film(name: str) -> bool:
    return _suffix(name) in FILMS


def is_media(name: str) -> bool:
    """Whatever an album shows, or says why not."""
    return _suffix(name) in MEDIA


def is_suffixless(name: str) -> bool:
    """Only its bytes can tell what it is."""
    return "." not in name


def _suffix(name: str) -> str:
    """With its dot, in lower case; empty for a hidden file."""
    dot = name.rfind(".")
    return name[dot:].lower() if dot > 0 and not name.startswith(".") else ""


def is_ignored(folder: str) -> bool:
    return folder.startswith(".") or folder.lower() in IGNORED
