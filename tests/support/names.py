"""File names that people and machines give, for everything that shows, serves or packs files."""

from pathlib import Path
from typing import Final

from tests.support import photos

NAMES: Final = (
    "  two leading spaces.jpg",
    "'; DROP TABLE photos;--.jpg",
    "-rf.jpg",
    "100% sure? #1 &more=2+2.jpg",
    "<img src=x onerror=alert(1)>.jpg",
    f"L{'o' * 240}ng name.jpg",
    "MiXeD.JpEg",
    "UPPER.JPG",
    "cafe\u0301 (NFD).jpg",
    "caf\u00e9 (NFC).jpg",
    "e\u0301.jpg",
    "\u00e9.jpg",
    "double \u201cquotes\u201d and C:\\path.jpg",
    'it\'s a "quoted" photo.jpg',
    "no-suffix-photo",
    "photo.jpg.jpg",
    "trailing space .jpg",
    "with space.jpg",
    "{{ template }} ${shell} `tick`.jpg",
    "%2e%2e%2fetc%2fpasswd.jpg",
    "Фото с моря.jpg",
    "日本語の写真.jpg",
    "צילום.jpg",
    "🏖️ été à la plage 👨‍👩‍👧.jpg",
)
"""All are valid on Linux file systems; two that look alike are different names."""
INSIDE: Final = "dir with space & ünïcode/inner photo.jpg"


def write(folder: Path) -> Path:
    """A different photo under each name, one of them in a folder, and a note that is no photo."""
    for number, name in enumerate((*NAMES, INSIDE)):
        photos.write(folder / name, 500 + number)
    (folder / "README.md").write_text("No photo.")
    return folder
