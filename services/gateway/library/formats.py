"""Which files are looked at, and which contents are understood."""

from typing import Final

SUFFIXES: Final = frozenset(
    f".{suffix}"
    for suffix in (
        *("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "webp", "gif", "tif", "tiff", "bmp", "dib"),
        *("heic", "heif", "hif", "avif"),
    )
)
"""Of names that should be pictures, in lower case. What the content is decides everything else."""

FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "DIB", "HEIF", "AVIF")
"""Pillow's names of the formats that are opened (JPEG opens MPO as well); no other decoder ever sees a file."""

IGNORED: Final = frozenset({"@eadir", "__macosx", "#recycle", "lost+found", "$recycle.bin"})
"""Folders that hold no photos of a person, in lower case; hidden ones (a leading dot) are passed over as well."""


def is_picture(name: str) -> bool:
    """By its name; hidden files, macOS's `._…` among them, are none."""
    dot = name.rfind(".")
    return dot > 0 and not name.startswith(".") and name[dot:].lower() in SUFFIXES


def is_ignored(folder: str) -> bool:
    return folder.startswith(".") or folder.lower() in IGNORED
