"""Dates as programs write them, to the extent that they state one: `1965`, `1965-06`, `1965-06-07T08:09:10+02:00`.

ISO 8601 as XMP profiles it (Part 1, "Date"), with EXIF's colons and IPTC's compact form; IPTC and some scanners'
programs write zeros for a month or a day that nobody knows.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

FURTHEST: Final = timedelta(hours=14)
"""No place's clock is further from UTC."""
YEAR: Final = 4
MONTH: Final = 7
DAY: Final = 10
MINUTE: Final = 16
SECOND: Final = 19
NOON: Final = 12
"""The hour of a date without a time: the same day in nearly every zone."""


UNDATED: Final = "0000-00"
"""The month of photos of which nobody knows when they were taken: before all others."""
GUESSES: Final = ("mtime", "added")
"""Sources of a date that say nothing of the photo: when its file was written, and when it was added."""


class Stated(NamedTuple):
    moment: datetime
    """Noon if there is no time, of the first day if there is no day; with the UTC offset if there is one."""
    digits: int
    """Leading characters of the moment's ISO form that were stated: YEAR to SECOND."""


_DATE: Final = re.compile(r"(\d{4})(?:[-:/](\d\d)(?:[-:/](\d\d))?)?|(\d{4})(\d\d)(\d\d)")
_TIME: Final = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?")
FORMS: Final = {
    "1965": ("1965-01-01T12:00:00", YEAR),
    "1965-06": ("1965-06-01T12:00:00", MONTH),
    "1965-06-07": ("1965-06-07T12:00:00", DAY),
    "1965:06:07": ("1965-06-07T12:00:00", DAY),
    "1965-06-00": ("1965-06-01T12:00:00", MONTH),
    "19650000": ("1965-01-01T12:00:00", YEAR),
    "19650607": ("1965-06-07T12:00:00", DAY),
    "2017-08-11T10:09": ("2017-08-11T10:09:00", MINUTE),
    "2017:08:11 10:09:53": ("2017-08-11T10:09:53", SECOND),
    "2017/08/11 10:09:53": ("2017-08-11T10:09:53", SECOND),
    "20170811T100953-0330": ("2017-08-11T10:09:53-03:30", SECOND),
    "2017-08-11T10:09:53.5Z": ("2017-08-11T10:09:53.500000+00:00", SECOND),
    "2017-08-11T10:09:53+25:00": ("2017-08-11T10:09:53", SECOND),
}
"""Text -> the moment in ISO 8601, and the characters of it that are stated; each is a test."""


def stated(text: str) -> Stated | None:
    """None for anything else, also for days and times that don't exist."""
    day, _, clock = text.strip().replace("T", " ", 1).partition(" ")
    match, time = _DATE.fullmatch(day), _TIME.fullmatch(clock.strip())
    if match is None or (clock and time is None):
        return None
    year, month, date = (int(part or 0) for part in (match.groups()[:3] if match[1] else match.groups()[3:]))
    try:
        if month and date and time:
            return _with_time(datetime(year, month, date), time)
        return _without_time(year, month, date)
    except ValueError:
        return None


def _with_time(day: datetime, time: re.Match[str]) -> Stated:
    hour, minute, second = (int(part or 0) for part in time.group(1, 2, 3))
    thousandths = int((time[4] or "0").ljust(3, "0")[:3])
    moment = day.replace(
        hour=hour,
        minute=minute,
        second=min(second, 59),
        microsecond=thousandths * 1000,
        tzinfo=zone(time[5] or ""),
    )
    return Stated(moment, SECOND if time[3] else MINUTE)


def _without_time(year: int, month: int, date: int) -> Stated:
    if not month:
        return Stated(datetime(year, 1, 1, NOON), YEAR)
    return Stated(datetime(year, month, date or 1, NOON), DAY if date else MONTH)


def zone(offset: str) -> timezone | None:
    """Of `Z`, `+02:00` or `-0330`; None for anything else, and if no place has it."""
    if offset == "Z":
        return UTC
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)", offset)
    if not match:
        return None
    shift = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(shift if match[1] == "+" else -shift) if shift <= FURTHEST else None


def known_part(taken_at: str, source: str) -> int:
    """How many leading characters of a photo's date are known: YEAR to DAY, or SECOND. Dates without a time count as
    noon, those of folders as midnight. A camera that released at noon to the second, without an offset, counts as one
    that knew only the day; a person who said noon meant it."""
    if source in ("user-year", "user-month"):
        return YEAR if source == "user-year" else MONTH
    timeless = "T00:00:00" if source == "folder" else f"T{NOON}:00:00"
    if source == "user" or taken_at[10:] != timeless:
        return SECOND
    if source == "filename" or taken_at[7:10] != "-01":
        return DAY
    return YEAR if taken_at[4:7] == "-01" else MONTH


def most_exact(dates: Iterable[Stated]) -> Stated | None:
    """The first, or a later one that says the same and more: `2017-08-11` for `2017`, then `2017-08-11`."""
    best: Stated | None = None
    for one in dates:
        if best is None or (
            one.digits > best.digits and _begin(one, best.digits) == _begin(best, best.digits)
        ):
            best = one
    return best


def _begin(one: Stated, digits: int) -> str:
    return one.moment.isoformat()[:digits]
