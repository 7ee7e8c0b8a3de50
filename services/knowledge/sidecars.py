"""Sidecar formats, and which source wins on when and where a picture was taken.

Each format's reader is the gateway's module of the same name as its kind (`gateway/sidecars`). The read tables use
the ranks below.
"""

from typing import Final, NamedTuple


def N_(text: str) -> str:
    """Mark a message for the gateway's catalogues; it is translated where it is shown."""
    return text


class Sidecar(NamedTuple):
    kind: str
    """Its name in the log."""
    suffix: str
    dated: str = ""
    """Label for dates from this source; empty: its kind."""
    moments: bool = False
    """Its dates are EXIF's, converted to UTC; one on another day was corrected by the person."""
    edited: bool = False
    """Programs write the picture's own date to it until the person changes it; a date that differs is the person's."""
    adds: bool = False
    """Its people are added to those named in the picture's file, of whom it knows nothing; others replace them."""


SIDECARS: Final = (
    Sidecar("xmp", ".xmp", dated=N_("from XMP"), edited=True),
    Sidecar("thm", ".thm", dated=N_("from the thumbnail beside it")),
    Sidecar("takeout", ".json", dated=N_("from Google Photos"), moments=True, adds=True),
)
"""By precedence, most trusted first."""
DIALECTS: Final = (
    Sidecar("exiftool", ".json", dated=N_("from the ExifTool file beside it")),
    Sidecar("flickr", ".json", dated=N_("from Flickr")),
)
"""Formats that share the suffix of one above: the content tells which it is. Tried in this order, after that one."""
_ALL: Final = (*SIDECARS, *DIALECTS)

_CLAIMANTS: Final = (
    *("exif", "gps", "iptc"),
    *(one.kind for one in _ALL),
    *("text", "film", "filename", "folder", "modified", "mtime", "added"),
)
_FIRST: Final = 2
"""The person (0), and sources that correct the picture's own date (1 to 2), outrank all of these."""
RANKS: Final = {name: rank for rank, name in enumerate(_CLAIMANTS, _FIRST)}
"""Source of a date or place -> its rank; the lowest wins."""
MOMENTS: Final = frozenset(one.kind for one in _ALL if one.moments)
EDITED: Final = frozenset(one.kind for one in _ALL if one.edited)
ADDING: Final = frozenset(one.kind for one in _ALL if one.adds)
FAVORITE_STARS: Final = 5
"""Of five: so many make a photo a favourite."""
IN_UTC: Final = MOMENTS | {"gps", "film", "filename", "folder", "mtime", "added"}
"""Sources whose dates with the offset +00:00 state UTC, not that they were taken in Britain: satellites, containers of
films, phones that name files by UTC, file systems. Cameras state their own offset."""


def dated(source: str) -> str:
    """The message for a sidecar's date; empty for other sources."""
    return next((one.dated or one.kind for one in _ALL if one.kind == source), "")
