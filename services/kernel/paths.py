"""Paths that survive the log, and the layout of the data folder.

A POSIX file name is bytes. Python decodes bytes that are not UTF-8 to lone surrogates (PEP 383), which neither JSON
nor SQLite can store, so they are mapped to the private-use block U+F780–U+F7FF and back.
"""

import unicodedata
from pathlib import Path
from typing import Final, Literal, get_args

Size = Literal["medium", "large", "whole"]
"""Of the pictures that are made of a photo when somebody looks at it."""
SIZES: Final = ("preview", *get_args(Size))
"""Of all pictures that are made of a photo."""
COPIES: Final = ("film", "video")
"""Of films: the own pictures and sound in a new container, and coded as every browser plays them."""

_TO_TEXT = {0xDC00 + byte: 0xF700 + byte for byte in range(0x80, 0x100)}
_FROM_TEXT = {text: surrogate for surrogate, text in _TO_TEXT.items()}


def to_text(name: str) -> str:
    return name.translate(_TO_TEXT)


def from_text(text: str) -> str:
    return text.translate(_FROM_TEXT)


def one_spelling(name: str) -> str:
    """The same for all names that are one where case and Unicode composition are ignored: on macOS, on Windows (but for
    composition), and on FAT."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def preview_path(previews: Path, image_id: str) -> Path:
    """Path of an image's 512-pixel preview; the caller has checked `ids.is_image_id`."""
    return previews / image_id[:2] / f"{image_id}.jpg"


def rotated_path(large: Path, image_id: str, size: str, rotation: int) -> Path:
    """Path of a picture that a person has rotated (1 to 8), in the folder of larger pictures. `size`: of SIZES."""
    return large / image_id[:2] / f"{image_id}.{size}{rotation}.jpg"


def film_path(large: Path, image_id: str, copy: str) -> Path:
    """Path of a copy of an image's film, in the folder of larger pictures. `copy`: of COPIES."""
    return large / image_id[:2] / f"{image_id}.{copy}"


def large_paths(large: Path, image_id: str) -> list[Path]:
    """Everything of an image that may be in the folder of larger pictures."""
    rotated = [rotated_path(large, image_id, size, rotation) for size in SIZES for rotation in range(1, 9)]
    return [preview_path(large, image_id), *(film_path(large, image_id, copy) for copy in COPIES), *rotated]
