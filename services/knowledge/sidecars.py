"""Formats of files that describe the picture beside them, and who is believed of when and where it was taken.

Each has its reader in a module of the gateway that is called as its kind (`gateway/sidecars`). The read tables
take the ranks from here.
"""

from typing import Final, NamedTuple


def N_(text: str) -> str:
    """Marks a message, as the gateway's catalogues do: who shows it translates it."""
    return text


class Sidecar(NamedTuple):
    kind: str
    """In the log."""
    suffix: str
    dated: str = ""
    """For the person: where a date is from that it says; empty: its kind."""
    moments: bool = False
    """Its dates are those of EXIF, as moments in UTC: by another day, the person corrected it."""


SIDECARS: Final = (
    Sidecar("xmp", ".xmp", dated=N_("from XMP")),
    Sidecar("takeout", ".json", dated=N_("from Google Photos"), moments=True),
)
"""The one that is believed first comes first."""

_CLAIMANTS: Final = ("exif", "gps", *(one.kind for one in SIDECARS), "film", "filename", "folder", "mtime")
_FIRST: Final = 2
"""Before all of these comes the person (0), and who knows better than EXIF (1)."""
RANKS: Final = {name: rank for rank, name in enumerate(_CLAIMANTS, _FIRST)}
"""Who says when or where a picture was taken: the lowest is believed."""
MOMENTS: Final = frozenset(one.kind for one in SIDECARS if one.moments)


def dated(source: str) -> str:
    """The message for a date that a sidecar says; empty for other sources."""
    return next((one.dated or one.kind for one in SIDECARS if one.kind == source), "")
