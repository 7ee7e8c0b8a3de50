"""The parts of one Google Takeout export: archives of 2 or 50 GB, side by side, or unpacked there.

Google distributes an album over the archives without regard to which picture a JSON file describes.
"""

import re
from typing import Final, NamedTuple

from services.knowledge.archives import without_suffix

_NUMBER: Final = re.compile(r"\(?(?<![0-9])[0-9]{1,3}\)?\Z")
_INSIDE: Final = "takeout"
"""The folder in each archive, in lower case; in every language."""
_ARCHIVE: Final = re.compile(r"takeout(-[0-9]{8}t[0-9]{6}z(-[0-9]+)?)?")
"""An archive's name without the number of the part, in lower case: a person may have taken the folder out of it."""

PART_EXAMPLES: Final = {
    "takeout-001/Takeout/Google Photos/Rome": ("", "takeout", "Google Photos/Rome"),
    "old/takeout-20240102T030405Z-2-012/Takeout/Fotos": ("old", "takeout-20240102t030405z-2", "Fotos"),
    "part 1/Takeout/Google Photos/Rome": ("", "part", "Google Photos/Rome"),
    "Takeout/Google Photos/Rome": ("", "takeout", "Google Photos/Rome"),
    "Takeout 2/Google Photos/Rome": ("", "takeout", "Google Photos/Rome"),
    "takeout-20240102T030405Z-002/Google Photos": ("", "takeout-20240102t030405z", "Google Photos"),
    "takeout food 2/Rome": None,
    "02/Takeout/Google Photos": ("", "", "Google Photos"),
    "Summer 2009/Takeout/Google Photos": ("", "summer 2009", "Google Photos"),
    "takeout-20240102T030405Z-001.zip/Takeout/Google Photos/Rome": (
        "",
        "takeout-20240102t030405z",
        "Google Photos/Rome",
    ),
    "x/takeout-20240102T030405Z-3-002.tgz/Takeout/Fotos": ("x", "takeout-20240102t030405z-3", "Fotos"),
    "x/Takeout (3)/Google Photos": ("x", "takeout", "Google Photos"),
    "Google Photos/Photos from 2009": None,
    "Rome 1/2009": None,
    "": None,
}
"""A folder's path -> where it lies in which export; each is a test."""


class PartPlace(NamedTuple):
    """Equal for the folders of an export's parts that were one folder in the export."""

    around: str
    """The folder with all parts, relative to the root."""
    export: str
    """The parts' common name."""
    folder: str
    """Inside the part."""


def part_place(path: str) -> PartPlace | None:
    """None for a folder that is in no export. `path`: relative to the root."""
    folders = path.split("/")
    for depth, name in enumerate(folders):
        inside = depth + 1 < len(folders) and folders[depth + 1].casefold() == _INSIDE
        export = common(name)
        if inside or _ARCHIVE.fullmatch(export):
            rest = folders[depth + (2 if inside else 1) :]
            return PartPlace("/".join(folders[:depth]), export, "/".join(rest))
    return None


def common(name: str) -> str:
    """A part's name without its number, and without an archive's suffix; of another name, that name. In lower case."""
    name = without_suffix(name)
    number = _NUMBER.search(name)
    return (name[: number.start()].rstrip(" _-") if number else name).casefold()
