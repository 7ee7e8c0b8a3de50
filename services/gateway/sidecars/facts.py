"""Shared by the sidecar readers: their errors, and which values are plausible. Others count as absent."""

import math
import unicodedata
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from services.knowledge.default_texts import is_default
from services.knowledge.sidecars import FAVORITE_STARS

LARGEST: Final = 4_000_000
"""Maximum bytes of a file, or of the XMP in a picture; real ones have a few thousand."""
LONGEST_TEXT: Final = 10_000
"""Maximum characters of a description."""
LONGEST_NAME: Final = 200
"""Maximum characters of a title, a person's name or a keyword."""
MOST_KEYWORDS: Final = 200
MOST_PEOPLE: Final = 100


class Unreadable(Exception):
    """The sidecar is damaged or too large; its picture is imported without it. The message is for the user."""


class NotASidecar(Exception):
    """It can be read but describes no picture: an album's file, or another program's."""


class PictureFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What metadata that programs write, inside pictures or beside them, says about a picture."""

    taken_at: str | None = None
    """ISO 8601, by the camera's clock, with the offset if known; without a time noon, without a day the first one."""
    taken_stated: int = 0
    """Leading characters of `taken_at` that are stated (`knowledge.stated`)."""
    digitized: bool = False
    """`taken_at` is when the picture was digitized: there is no date of taking."""
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    """Verbatim: it may look like markup, but isn't."""
    headline: str | None = None
    """A title, which serves for want of a description."""
    keywords: list[str] = []
    keyword_paths: list[str] = []
    """Those of the keywords that stand below others: `Places|Austria|Vienna`."""
    people: list[str] = []
    stars: int | None = None
    """0 to 5, or -1 for a rejected picture; None: nothing is said of it."""
    favorite: bool = False
    """Five stars, or a heart."""
    archived: bool = False
    trashed: bool = False


class Place(NamedTuple):
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None


def place(latitude: float | None, longitude: float | None, altitude_m: float | None) -> Place:
    """All None if there is none; 0, 0 is what programs write for an unknown place."""
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return Place()
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Place()
    if not altitude_m or not -12_000 < altitude_m < 100_000:
        altitude_m = None
    return Place(round(latitude, 7), round(longitude, 7), altitude_m and round(altitude_m, 1))


def number(value: Any) -> float | None:
    """A finite number, from a number or a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def stars(value: Any, percent: Any = None) -> int | None:
    """From -1 to 5. `percent`: what Windows writes besides: 1, 25, 50, 75, 99."""
    count = number(value)
    if count is not None:
        return int(count) if -1 <= count <= FAVORITE_STARS else None
    share = number(percent)
    if share is None or not 0 <= share <= 100:
        return None
    return 1 + round(share / 25) if share else 0


def text(value: Any) -> str | None:
    """Keeps line breaks but no other control characters; None if nothing is left."""
    if not isinstance(value, str):
        return None
    clean = value.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in clean if c == "\n" or unicodedata.category(c) != "Cc").strip()
    return kept[:LONGEST_TEXT].rstrip() or None


def description(*values: Any) -> str | None:
    """The first text that a person wrote."""
    texts = (text(value) for value in values)
    return next((one for one in texts if one and not is_default(one)), None)


def name(value: Any) -> str | None:
    """One line of text."""
    lines = text(value)
    return " ".join(lines.split())[:LONGEST_NAME].rstrip() if lines else None


def texts(values: Any, most: int) -> list[str]:
    """Without duplicates, in their order; composed (NFC), as macOS writes the same name in two ways."""
    names = (name(value) for value in values)
    return list(dict.fromkeys(unicodedata.normalize("NFC", one) for one in names if one))[:most]


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
