"""What the readers of sidecars share: their errors, and which values are facts. Others are as if not there."""

import math
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from services.knowledge.dates import FIRST_PHOTO, NEVER_SET

LARGEST: Final = 4_000_000
"""Bytes of what is read, of a file and of the XMP inside a picture; real ones have a few thousand."""
LONGEST_TEXT: Final = 10_000
"""Characters of a description that are kept."""
LONGEST_NAME: Final = 200
"""Characters of a title, a person's name, a keyword that are kept."""


class Unreadable(Exception):
    """The sidecar is damaged or too large; its picture is taken in without it. The message is for the person."""


class NotASidecar(Exception):
    """It can be read and describes no picture: an album's file, or that of another program."""


class Place(NamedTuple):
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None


def place(latitude: float | None, longitude: float | None, altitude_m: float | None) -> Place:
    """All None where there is none; 0, 0 is what those write who don't know."""
    if latitude is None or longitude is None or (latitude, longitude) == (0, 0):
        return Place()
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return Place()
    known = altitude_m is not None and -12_000 < altitude_m < 100_000
    return Place(
        round(latitude, 7), round(longitude, 7), round(altitude_m, 1) if altitude_m and known else None
    )


def number(value: Any) -> float | None:
    """A finite one, from a number or its text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def text(value: Any) -> str | None:
    """Lines kept, other control characters left out; None when nothing is left."""
    if not isinstance(value, str):
        return None
    clean = value.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in clean if c == "\n" or unicodedata.category(c) != "Cc").strip()
    return kept[:LONGEST_TEXT].rstrip() or None


def name(value: Any) -> str | None:
    """One line of text."""
    found = text(value)
    return " ".join(found.split())[:LONGEST_NAME].rstrip() if found else None


def texts(values: Any, most: int) -> list[str]:
    """Each once, in the order given."""
    found = dict.fromkeys(kept for value in values if (kept := name(value)))
    return list(found)[:most]


def sensible(moment: datetime, now: datetime) -> bool:
    """Neither older than photography, nor of a clock that was never set, nor later than `now` by more than a day."""
    bare = moment.replace(tzinfo=None)
    latest = now.astimezone(UTC).replace(tzinfo=None) + timedelta(days=1)
    return moment.year >= FIRST_PHOTO and bare <= latest and bare not in NEVER_SET


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
