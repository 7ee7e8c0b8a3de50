"""When a photo was taken, from the best plausible source.

From its bytes: EXIF's original date, the date of taking in XMP or IPTC, EXIF's digitization date, the GPS clock, other
dates of digitization. From its path (`named_dates.py`): file name, folders, the last change of the picture or else of
the file. Dates that stem from an unset clock, a converter or a typo are ignored. The read tables weigh these against
sidecars and the person's own dates.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, NamedTuple

from services.knowledge.named_dates import from_folders, from_name
from services.knowledge.offsets import OFFSETS
from services.knowledge.stated import Stated, stated, zone

FIRST_PHOTO: Final = 1826
"""Niépce's View from the Window: no photo is older."""
_NEVER_SET: Final = re.compile(
    r"1904-01-01"  # QuickTime counts from here
    r"|1969-12-31T1[6-9]:00:00$"  # Unix counts from 1970 in UTC, which in America is this evening
    r"|1970-01-01(?!T12:00:00$)"
    r"|1980-01-01(?!T12:00:00$)"  # DOS, and the file systems of memory cards, count from here
    r"|2000-01-01T00:00"
    r"|2002-12-08T12:00"  # Android phones before their first contact with a network
    r"|2036-01-01T00:00:00$"
)
"""Beginnings of dates of clocks that were never set, in ISO 8601. Such clocks go on from midnight, so noon to the
second is a day that somebody stated without a time."""


class Taken(NamedTuple):
    at: str
    """ISO 8601, by the camera's clock, with its UTC offset if available."""
    source: str
    """`exif`, `gps`, `xmp`, `iptc`, `text`, `film`, `filename`, `modified`, `folder`, `mtime` or `added`."""


OF_PLACES: Final = frozenset(("filename", "folder", "modified", "mtime", "added"))
"""Sources that say something about the file, or that its path may overrule; the others are the picture's own."""


class ExifDates(NamedTuple):
    """Raw tag values or None: `2017:08:11 10:09:53`, `+02:00`, `123`."""

    original: str | None = None
    original_offset: str | None = None
    original_fraction: str | None = None
    digitized: str | None = None
    digitized_offset: str | None = None
    digitized_fraction: str | None = None
    gps: datetime | None = None
    """UTC."""
    modified: str | None = None
    """The last change of the picture; the only date of some early cameras."""
    scanned: bool = False
    """The file comes from a scanner, whose clock all of these dates are."""


class OtherDates(NamedTuple):
    """What other blocks in the picture say, the most trusted first."""

    created: tuple[Taken, ...] = ()
    """When what it shows was there, be the file a scan of it."""
    digitized: tuple[Taken, ...] = ()
    """When the file was made."""


def of_bytes(exif: ExifDates, others: OtherDates, now: datetime) -> Taken | None:
    """`now`: with UTC offset; dates more than a day later are ignored.

    The order is that of the Metadata Working Group's guidelines (2.0, "Date/Time"), but that a scanner's clock comes
    after a date somebody gave the picture.
    """
    original = _exif_taken(exif.original, exif.original_offset, exif.original_fraction, exif.gps)
    digitized = _exif_taken(exif.digitized, exif.digitized_offset, exif.digitized_fraction, exif.gps)
    gps = [Taken(_text(exif.gps), "gps")] if exif.gps else []
    first = (*others.created, *original) if exif.scanned else (*original, *others.created)
    for date in (*first, *digitized, *gps, *others.digitized):
        if (moment := iso(date.at)) and sensible(moment, now):
            return date
    return None


def _exif_taken(
    date: str | None, offset: str | None, fraction: str | None, gps: datetime | None
) -> list[Taken]:
    if moment := _exif(date, offset, fraction):
        return [Taken(_text(zoned(moment, gps)), "exif")]
    return list(as_taken(stated(date or ""), "exif"))  # of old prints, only the year may be known


def as_taken(date: Stated | None, source: str) -> tuple[Taken, ...]:
    return (Taken(_text(date.moment), source),) if date else ()


def last_change(exif: ExifDates, now: datetime) -> datetime | None:
    """Of the picture, by the clock of the camera or computer. It was taken then or earlier."""
    moment = _exif(exif.modified, None, None)
    return moment if moment and sensible(moment, now) else None


def of_place(path: str, mtime_ns: int, now: datetime, changed: datetime | None = None) -> Taken:
    """`path`: relative to its root folder. `changed`: the picture's last change (`last_change`); the file was copied
    later, so a later date in the path is not when it was taken. If neither the path nor a change says anything, the
    date is `now`."""
    folder, _, name = path.rpartition("/")
    latest = min(now, changed.replace(tzinfo=UTC)) if changed else now
    for moment, timed in from_name(name):
        if (sensible if timed else possible)(moment, latest):
            return Taken(_text(moment), "filename")
    modified = changed or _mtime(mtime_ns, now)
    for first, last in from_folders(folder):
        if possible(first, latest):
            if modified and first <= _on_the_wall(modified) < last:  # then the file's own time is more exact
                return Taken(_text(modified), "modified" if changed else "folder")
            return Taken(_text(first), "folder")
    if changed:
        return Taken(_text(changed), "modified")
    if modified and _is_of_a_clock(modified, now):
        return Taken(_text(modified), "mtime")
    return Taken(_text(now.replace(microsecond=0)), "added")


def iso(text: str) -> datetime | None:
    """A date with or without time and UTC offset; None for anything else."""
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


SAME_MOMENT: Final = timedelta(minutes=2)
"""Apart from the UTC offset, the camera's and the GPS clock differ by less than this."""
QUARTER: Final = timedelta(minutes=15)


def zoned(moment: datetime, gps: datetime | None) -> datetime:
    """With the UTC offset derived from the GPS clock, unless the camera recorded one. A receiver repeats its last time
    until it has a fix: such a clock is off by an offset that no place has, and says nothing."""
    if moment.tzinfo or gps is None:
        return moment
    apart = moment - gps.replace(tzinfo=None)
    offset = round(apart / QUARTER) * QUARTER
    fits = abs(apart - offset) <= SAME_MOMENT and offset in OFFSETS
    return moment.replace(tzinfo=timezone(offset)) if fits else moment


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _mtime(mtime_ns: int, now: datetime) -> datetime | None:
    """None if it has not passed yet."""
    try:
        moment = datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return moment if moment <= now else None


def _on_the_wall(moment: datetime) -> datetime:
    """By the computer's clock, in whose zone the file's time will be shown."""
    try:
        return (moment.astimezone() if moment.tzinfo else moment).replace(tzinfo=None)
    except OverflowError:
        return moment.replace(tzinfo=None)


def _is_of_a_clock(modified: datetime, now: datetime) -> bool:
    """A file's time is a date: neither in UTC nor in the computer's zone, which FAT uses, the first of a clock."""
    return sensible(modified, now) and sensible(modified.astimezone(), now)


def possible(moment: datetime, now: datetime) -> bool:
    """Neither older than photography nor more than a day later than `now`."""
    latest = now.astimezone(UTC).replace(tzinfo=None) + timedelta(days=1)
    return moment.year >= FIRST_PHOTO and moment.replace(tzinfo=None) <= latest


def sensible(moment: datetime, now: datetime) -> bool:
    """Possible, and not from a clock that was never set."""
    return possible(moment, now) and not _NEVER_SET.match(moment.replace(tzinfo=None).isoformat())


_EXIF: Final = re.compile(r"(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?")


def _exif(date: str | None, offset: str | None, fraction: str | None) -> datetime | None:
    match = _EXIF.match(date.strip()) if date else None
    if not match:
        return None
    moment = _moment(*(int(part or 0) for part in match.groups()))
    if moment is None:
        return None
    if digits := re.match(r"\d{1,6}", (fraction or "").strip()):
        moment = moment.replace(microsecond=int(digits[0].ljust(6, "0")) // 1000 * 1000)
    return moment.replace(tzinfo=zone((offset or "").strip()))


def _moment(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, min(second, 59))
    except ValueError:
        return None
