"""What a file's name suggests: only a hint, since the first bytes decide (`signatures.py`)."""

import re
from importlib.resources import files
from typing import Final

from services.knowledge.formats import BY_SUFFIX, MEDIA, Format, Kind

_DRESSED: Final = re.compile(r"(\.[a-z0-9]+)[^a-z0-9~](.*)", re.DOTALL)
"""A suffix to which a download has added something: `.jpg_large`, `.png:orig`, `.webp!w600`, `.jpg (1)`."""
_COPIES: Final = frozenset({"original", "backup", "bak", "old", "tmp", "part"})
"""What programs add for the copy that they keep of a file: ExifTool's `.jpg_original`."""
NO_MEDIA: Final = frozenset(
    f".{suffix}"
    for line in (files("services.knowledge") / "data" / "no_media.txt").read_text("ascii").splitlines()
    if not line.startswith("#")
    for suffix in line.split()
)
"""Suffixes of files that are not media however they begin, or are far too many to be opened. Files with all other
suffixes are known by their first bytes."""


def by_name(file: str) -> Format | None:
    """The format that the name suggests; None if it suggests none, or for a hidden file (such as macOS's `._…`)."""
    suffix = _suffix(file)
    row = BY_SUFFIX.get(suffix)
    if row is None and (match := _DRESSED.fullmatch(suffix)):
        row = BY_SUFFIX.get(match[1])
        return row if row and row.kind in MEDIA and match[2] not in _COPIES else None
    return row


def name_of(row: Format, file: str) -> str:
    """The log's name for a file of this format: a picture's own name, else after the suffix that the file has."""
    suffix = _suffix(file)
    return row.name or (suffix if suffix in row.suffixes else row.suffixes[0])[1:].upper()


def _suffix(file: str) -> str:
    """Lower case, with its dot; empty if there is none, or for a hidden file."""
    dot = file.rfind(".")
    return file[dot:].lower() if dot > 0 and not file.startswith(".") else ""


def is_of(file: str, *kinds: Kind) -> bool:
    """Judging by its name alone."""
    row = by_name(file)
    return row is not None and row.kind in kinds


def is_media(file: str) -> bool:
    """By its name alone; those that need a look at their first bytes are not."""
    row = by_name(file)
    return row is not None and row.kind in MEDIA and not row.shared


def is_sidecar(file: str) -> bool:
    return is_of(file, Kind.SIDECAR)


def needs_look(file: str) -> bool:
    """Whether only the first bytes tell if it is one of ours: it has no suffix, or one that says nothing."""
    suffix, row = _suffix(file), by_name(file)
    if row is not None:
        return row.shared
    if not suffix:
        return "." not in file
    dressed = _DRESSED.fullmatch(suffix)
    return not (suffix in NO_MEDIA or suffix.endswith("~") or (dressed and dressed[2] in _COPIES))
