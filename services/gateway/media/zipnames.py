r"""File names for other machines: no path, nothing that Windows rejects, nothing that disguises the name. Pure."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from services.gateway.i18n.wording import TURNING
from services.kernel.paths import one_spelling

LONGEST: Final = 255
"""Bytes; the limit of most file systems."""
SUFFIX: Final = 20
"""Longest suffix in bytes that a shortened name keeps."""
FALLBACK: Final = "photo"
_REFUSED: Final = frozenset('<>:"/\\|?*')
_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)


def safe_name(name: str) -> str:
    """A path component of at most LONGEST UTF-8 bytes, valid on Windows, macOS and Linux."""
    kept = "".join(_safe(letter) for letter in name if letter not in TURNING)
    kept = kept.rstrip(". ") or FALLBACK
    if kept.partition(".")[0].rstrip().lower() in _DEVICES:
        kept = f"_{kept}"
    return shortened(kept)


def _safe(letter: str) -> str:
    unreadable = "\uf780" <= letter <= "\uf7ff"  # an invalid UTF-8 byte (kernel.paths)
    control = unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
    return "_" if unreadable or control or letter in _REFUSED else letter


def shortened(name: str, mark: str = "") -> str:
    """The name with `mark` before its suffix, cut to fit: `beach (2).jpg`."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > SUFFIX:
        stem, dot, suffix = name, "", ""
    room = LONGEST - len(f"{mark}{dot}{suffix}".encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore')}{mark}{dot}{suffix}"


def apart(names: Iterable[str], reserved: Iterable[str] = ()) -> list[str]:
    """Safe names, unique even where case and Unicode composition are ignored."""
    seen = {one_spelling(name) for name in reserved}
    counted: dict[str, int] = {}
    unique = []
    for name in map(safe_name, names):
        one = name
        while one_spelling(one) in seen:
            counted[name] = counted.get(name, 1) + 1
            one = shortened(name, f" ({counted[name]})")
        seen.add(one_spelling(one))
        unique.append(one)
    return unique
