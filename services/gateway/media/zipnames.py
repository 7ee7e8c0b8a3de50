r"""Names for files that go to another machine: no path, nothing that Windows refuses, nothing that looks like another
name. Pure."""

import unicodedata
from collections.abc import Iterable
from typing import Final

from services.gateway.i18n.wording import TURNING

LONGEST: Final = 255
"""Bytes, on most disks."""
SUFFIX: Final = 20
"""Bytes of what stands behind the last dot that a shortened name keeps."""
FALLBACK: Final = "photo"
_REFUSED: Final = frozenset('<>:"/\\|?*')
_DEVICES: Final = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))]
)


def safe_name(name: str) -> str:
    """One part of a path, at most LONGEST bytes of UTF-8, for Windows, macOS and Linux alike."""
    kept = "".join(_safe(letter) for letter in name if letter not in TURNING)
    kept = kept.rstrip(". ") or FALLBACK
    if kept.partition(".")[0].rstrip().lower() in _DEVICES:
        kept = f"_{kept}"
    return shortened(kept)


def _safe(letter: str) -> str:
    unreadable = "\uf780" <= letter <= "\uf7ff"  # a byte that is no UTF-8 (kernel.paths)
    control = unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
    return "_" if unreadable or control or letter in _REFUSED else letter


def shortened(name: str, mark: str = "") -> str:
    """With `mark` before its suffix, cut so that it fits: `beach (2).jpg`."""
    stem, dot, suffix = name.rpartition(".")
    if not stem or len(suffix.encode()) > SUFFIX:
        stem, dot, suffix = name, "", ""
    room = LONGEST - len(f"{mark}{dot}{suffix}".encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore')}{mark}{dot}{suffix}"


def apart(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Safe names, each only once, also where capitals and composed letters make no difference."""
    seen = {_folded(name) for name in taken}
    counted: dict[str, int] = {}
    found = []
    for name in map(safe_name, names):
        one = name
        while _folded(one) in seen:
            counted[name] = counted.get(name, 1) + 1
            one = shortened(name, f" ({counted[name]})")
        seen.add(_folded(one))
        found.append(one)
    return found


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
