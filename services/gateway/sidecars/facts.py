"""Shared by the sidecar readers: their errors, and which values are plausible. Others count as absent."""

import math
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

from services.domain.fields import LONGEST_TEXT
from services.domain.photos.properties import PhotoProperty, Region
from services.knowledge.default_texts import is_default
from services.knowledge.precedence import CAPTION
from services.knowledge.sidecars import FAVORITE_STARS

LARGEST: Final = 4_000_000
"""Maximum bytes of a file, or of the XMP in a picture; real ones have a few thousand."""
LONGEST_LINE: Final = 1_000
"""Maximum characters of a title, a copyright notice and the like."""
LONGEST_NAME: Final = 200
"""Maximum characters of a person's name or a keyword."""
MOST_KEYWORDS: Final = 200
MOST_PEOPLE: Final = 100
MOST_REGIONS: Final = 100
_SMALLEST: Final = 0.001
"""Share of the picture's side; nobody would recognise a smaller face."""


class Unreadable(Exception):
    """The sidecar is damaged or too large; its picture is imported without it. The message is for the user."""

    def __init__(self, message: str, why: str = "") -> None:
        """`why`: what is wrong with the same block inside a picture, to end a sentence with; empty: nothing, as it is
        there but says nothing."""
        super().__init__(message)
        self.why = why


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
    properties: list[PhotoProperty] = []
    """As in `ImageImported`, each once."""
    regions: list[Region] = []
    unread: list[str] = []
    """Sentences for the user: what could not be read, or not wholly."""
    library: str | None = None
    """Of which an Albumen exported the file; None if another program has changed it since."""


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
    """Keeps line breaks and tabs but no other control characters; None if nothing is left. One character more than the
    limit, for `limits.py` to see that there are more."""
    if not isinstance(value, str):
        return None
    begin = value.lstrip()[: 2 * LONGEST_TEXT]
    clean = begin.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    if not clean.isprintable():
        clean = "".join(c for c in clean if c in "\n\t" or unicodedata.category(c) != "Cc")
    kept = clean.strip()
    return kept[: LONGEST_TEXT + 1] or None


def description(*values: Any) -> str | None:
    """The first text that a person wrote."""
    texts = (text(value) for value in values)
    return next((one for one in texts if one and not is_default(one)), None)


def line(value: Any, longest: int = LONGEST_LINE) -> str | None:
    """One line of text."""
    lines = text(value)
    return _cut(" ".join(lines.split()), longest) if lines else None


def name(value: Any, longest: int = LONGEST_NAME) -> str | None:
    """Composed (NFC), as macOS writes the same name in two ways. One character more than `longest`, for `limits.py` to
    see that there are more."""
    long = line(value, LONGEST_TEXT)
    return _cut(unicodedata.normalize("NFC", long), longest + 1) if long else None


def _cut(text: str, longest: int) -> str:
    """A space in the last place, which would not last, is a mark of what follows."""
    kept = text[:longest]
    return f"{kept[:-1]}…" if kept.endswith(" ") else kept


def property_values(values: Iterable[tuple[str, Any]], block: str = "") -> list[PhotoProperty]:
    """`values`: names of properties with what may be their text, likeliest first. The first text that a person wrote
    counts, and of others only a caption has several lines. Those that are too long have one character more than the
    limit."""
    texts: dict[str, str] = {}
    for key, value in values:
        clean = text(value) if key == CAPTION else line(value, LONGEST_LINE + 1)
        if clean and key not in texts and not is_default(clean):
            texts[key] = clean
    return [PhotoProperty(key, clean, block) for key, clean in texts.items()]


def region(person: Any, corner: Iterable[Any], applied: Iterable[Any] = ()) -> Region | None:
    """`corner`: x and y of the upper left one, then width and height, as shares of the picture. None without a name,
    and for what lies outside of it; what protrudes is cut off. `applied`: pixels, as in `Region`. The name may have one
    character more than the limit, as in `texts`."""
    numbers = [number(one) for one in corner]
    if len(numbers) != 4:
        return None
    x, y, width, height = (-1.0 if one is None else one for one in numbers)
    edge, upper, right, lower = max(x, 0.0), max(y, 0.0), min(x + width, 1.0), min(y + height, 1.0)
    if width <= 0 or height <= 0 or right - edge < _SMALLEST or lower - upper < _SMALLEST:
        return None
    if not (clean := name(person)):  # last, as it may be long
        return None
    pixels = [number(one) or 0 for one in applied]
    size = [int(one) if 0 < one < 1_000_000 else 0 for one in pixels] if len(pixels) == 2 else [0, 0]
    return Region(
        name=clean,
        x=round(edge, 6),
        y=round(upper, 6),
        width=round(right - edge, 6),
        height=round(lower - upper, 6),
        applied_width=size[0],
        applied_height=size[1],
    )


def texts(values: Iterable[Any], most: int, longest: int = LONGEST_NAME) -> list[str]:
    """Each as `name` has it, without duplicates, in their order. One more than `most`, likewise."""
    names = (name(value, longest) for value in values)
    return list(dict.fromkeys(one for one in names if one))[: most + 1]


def iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
