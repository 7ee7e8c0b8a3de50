"""Numbers, dates and sizes as people write them."""

import unicodedata
from datetime import datetime
from typing import Final

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SIZES: Final = ("bytes", "kB", "MB", "GB", "TB")

DATE_SOURCES: Final = {
    "user": "as you said",
    "exif": "from the camera",
    "gps": "from GPS",
    "xmp": "from XMP",
    "takeout": "from Google Photos",
    "film": "from the film",
    "filename": "from the file's name",
    "folder": "from the folder's name, unsure",
    "mtime": "from the file's date, unsure",
}

TURNING: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They turn the direction of writing, so that a name can look like another."""


def month_name(month: str) -> str:
    """`2016-06` -> `June 2016`; anything else as it is."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}" if number.isdigit() and 1 <= int(number) <= 12 else month


def short_month(month: str) -> str:
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1][:3]} {year}" if number.isdigit() and 1 <= int(number) <= 12 else month


def day_name(iso: str) -> str:
    """`2016-06-12…` -> `Sun 12`."""
    try:
        moment = datetime.fromisoformat(iso[:10])
    except ValueError:
        return iso[:10]
    return f"{_DAYS[moment.weekday()]} {moment.day}"


def date_name(iso: str) -> str:
    """`2016-06-12T14:03:00+02:00` -> `12 June 2016, 14:03`."""
    day = iso[8:10].lstrip("0")
    return f"{day} {month_name(iso[:7])}, {iso[11:16]}" if len(iso) >= 16 else iso


def moment_name(microseconds: int) -> str:
    """Microseconds since 1970 -> `12 June 2016, 14:03` on this machine's clock."""
    return date_name(datetime.fromtimestamp(microseconds / 1e6).isoformat())


def utc(milliseconds: int) -> str:
    """ISO 8601 with Z. Works for years that the platform's own functions refuse."""
    days, rest = divmod(milliseconds, 86_400_000)
    day = datetime.fromordinal(max(1, min(3_652_059, 719_163 + days)))
    seconds, thousandths = divmod(rest, 1000)
    fraction = f".{thousandths:03}" if thousandths else ""
    return f"{day:%Y-%m-%d}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}Z"


def count(number: int) -> str:
    return f"{number:,}"


def photos(number: int) -> str:
    return "1 photo" if number == 1 else f"{number:,} photos"


def size(number: float) -> str:
    """Bytes, in steps of 1000."""
    step = 0
    while number >= 1000 and step < len(_SIZES) - 1:
        number, step = number / 1000, step + 1
    return f"{number:.0f} {_SIZES[step]}" if step < 2 or number >= 100 else f"{number:.1f} {_SIZES[step]}"


def duration(seconds: float) -> str:
    whole = max(0, round(seconds))
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        return f"{round(whole / 60)} min"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def percent(share: float) -> str:
    """Between the ends never 0 or 100: those would say more than is known."""
    return f"{min(99, max(1, round(share * 100)))} %" if 0 < share < 1 else f"{share * 100:.0f} %"


def exposure(seconds: float) -> str:
    return f"1/{round(1 / seconds)} s" if 0 < seconds < 0.4 else f"{seconds:g} s"


def number(value: float) -> str:
    return f"{value:g}"


def path_name(path: str) -> str:
    r"""A file's name as one line: `\n` for a line break, `\xe9` for a byte that is no UTF-8 (`kernel.paths`)."""
    return "".join(_visible(letter) for letter in path)


def _visible(letter: str) -> str:
    if "\uf780" <= letter <= "\uf7ff":
        return f"\\x{ord(letter) - 0xF700:02x}"
    hidden = unicodedata.category(letter) in ("Cc", "Zl", "Zp") or letter in TURNING
    return letter.encode("unicode_escape").decode("ascii") if hidden else letter
