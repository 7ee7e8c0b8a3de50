"""Numbers, dates and sizes, formatted for the language of the request."""

import re
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Final

from babel.dates import format_interval

from services.gateway.i18n.language import N_, _, current, decimal, grouped, locale_of, ngettext
from services.knowledge.archives import archive_of
from services.knowledge.sidecars import dated
from services.knowledge.stated import DAY, GUESSES, MONTH, UNDATED, YEAR, known_part

_SIZES: Final = (N_("bytes"), N_("kB"), N_("MB"), N_("GB"), N_("TB"))
_SOURCES: Final = {
    "user": N_("set by you"),
    "user-year": N_("set by you"),
    "user-month": N_("set by you"),
    "exif": N_("from the camera"),
    "gps": N_("from GPS"),
    "iptc": N_("from IPTC"),
    "text": N_("from text in the photo"),
    "film": N_("from the video"),
    "filename": N_("from the file’s name"),
    "modified": N_("from the photo’s last change"),
    "folder": N_("from the folder’s name, unsure"),
    "mtime": N_("from the file’s date, unsure"),
    "added": N_("unknown: this is when it was added"),
}
"""Of a photo's date."""

TURNING: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They change the writing direction, so that one name can look like another."""
_UNSEEN: Final = (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *map(ord, TURNING))
"""Control characters and line breaks, too."""
_VISIBLE: Final = {code: chr(code).encode("unicode_escape").decode("ascii") for code in _UNSEEN} | {
    0xF700 + byte: f"\\x{byte:02x}" for byte in range(0x80, 0x100)
}
"""Character -> what stands for it; for those of `kernel.paths`, the byte."""


def date_source(source: str, taken_at: str = "") -> str:
    """The source of a photo's date, and that it is only a year or a month."""
    name = _(_SOURCES.get(source) or dated(source)) or source
    digits = known_part(taken_at, source)
    if digits == YEAR:
        return _("%(source)s, only the year", source=name)
    return _("%(source)s, only the month", source=name) if digits == MONTH else name


def date_hint(taken_at: str, source: str) -> str:
    """What there is to say of a photo whose date is unknown."""
    if source == "added":
        return _("Added on %(date)s", date=date_name(taken_at))
    return _("Its file was last changed on %(date)s", date=date_name(taken_at))


def zone_source(zone: str, guessed: bool) -> str:
    """The time zone in which a photo's date is shown, and why."""
    name = zone.replace("_", " ")
    if guessed:
        return _("in the computer’s time zone, %(zone)s, unsure", zone=name)
    return _("in the time zone of its place, %(zone)s", zone=name)


@lru_cache(maxsize=4096)
def _day_as(iso: str, skeleton: str, locale: str) -> str:
    """A date in one of the locale's skeletons, or in its long form. Raises ValueError for an invalid one."""
    formats = locale_of(locale)
    pattern = formats.datetime_skeletons[skeleton] if skeleton else formats.date_formats["long"]
    return str(pattern.apply(date.fromisoformat(iso), formats))


def _as(iso: str, skeleton: str) -> str:
    try:
        return _day_as(iso, skeleton, current())
    except ValueError:
        return iso


def month_name(month: str) -> str:
    """`2016-06` -> `June 2016`; anything else is unchanged."""
    if month == UNDATED:
        return _("Date unknown")
    return _as(f"{month}-01", "yMMMM").removesuffix("-01")


def month_alone(month: str) -> str:
    """`2016-06` -> `Jun`."""
    if month == UNDATED:
        return _("Date unknown")
    return _as(f"{month}-01", "MMM").removesuffix("-01")


def short_month(month: str) -> str:
    """`2016-06` -> `Jun 2016`."""
    if month == UNDATED:
        return _("Date unknown")
    return _as(f"{month}-01", "yMMM").removesuffix("-01")


def year_name(year: str) -> str:
    """`2016`."""
    return _("Date unknown") if UNDATED.startswith(year) else year


def day_name(iso: str) -> str:
    """`2016-06-12…` -> `Sun 12`."""
    return _as(iso[:10], "Ed")


def day_date(iso: str) -> str:
    """`2016-06-12…` -> `12 June 2016`."""
    return _as(iso[:10], "") if iso else _("Date unknown")


def date_name(iso: str) -> str:
    """`2016-06-12T14:03:00+02:00` -> `12 June 2016, 14:03`; `Date unknown` if there is none."""
    if not iso:
        return _("Date unknown")
    return f"{day_date(iso)}, {_time(iso[11:16], current())}" if len(iso) >= 16 else iso


def date_known(iso: str, source: str) -> str:
    """A photo's date as far as it is known: `1965`, `June 1965`, `12 June 2016` or `12 June 2016, 14:03`."""
    if source in GUESSES:
        return _("Date unknown")
    digits = known_part(iso, source)
    if digits == YEAR:
        return iso[:4]
    if digits == MONTH:
        return month_name(iso[:7])
    return day_date(iso) if digits == DAY else date_name(iso)


@lru_cache(maxsize=1440)
def _time(clock: str, locale: str) -> str:
    try:
        formats = locale_of(locale)
        return str(formats.time_formats["short"].apply(time.fromisoformat(clock), formats))
    except ValueError:
        return clock


def span(first: str, last: str) -> str:
    """A range of days: `12 June 2016`, `June 2016`, `June – August 2016`, `Jun 2014 – Aug 2016`."""
    return _span(first[:10], last[:10], current())


@lru_cache(maxsize=4096)
def _span(first: str, last: str, locale: str) -> str:
    if first == last:
        return day_date(first)
    if first[:7] == last[:7]:
        return month_name(first[:7])
    try:
        ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return f"{first} – {last}"
    skeleton = "yMMMM" if first[:4] == last[:4] else "yMMM"
    return str(format_interval(*ends, skeleton=skeleton, locale=locale_of(locale)))


def moment_name(microseconds: int) -> str:
    """Microseconds since 1970 -> `12 June 2016, 14:03`, in local time."""
    return date_name(datetime.fromtimestamp(microseconds / 1e6).isoformat())


def moment_day(microseconds: int) -> str:
    """Microseconds since 1970 -> `12 June 2016`."""
    return day_date(datetime.fromtimestamp(microseconds / 1e6).isoformat())


def moment_time(microseconds: int) -> str:
    """Microseconds since 1970 -> `14:03`."""
    return _time(datetime.fromtimestamp(microseconds / 1e6).isoformat()[11:16], current())


def utc(milliseconds: int) -> str:
    """Milliseconds since 1970 -> ISO 8601 with Z. Works for years that the platform's own functions reject."""
    days, rest = divmod(milliseconds, 86_400_000)
    day = datetime.fromordinal(max(1, min(3_652_059, 719_163 + days)))
    seconds, thousandths = divmod(rest, 1000)
    fraction = f".{thousandths:03}" if thousandths else ""
    return f"{day:%Y-%m-%d}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}Z"


count = grouped


def photos(number: int) -> str:
    return ngettext("%(num)s photo", "%(num)s photos", number)


def size(number: float) -> str:
    """Bytes, in steps of 1000."""
    step = 0
    while number >= 1000 and step < len(_SIZES) - 1:
        number, step = number / 1000, step + 1
    digits = f"{number:.0f}" if step < 2 or number >= 100 else f"{number:.1f}"
    return f"{decimal(digits)} {_(_SIZES[step])}"


def duration(seconds: float) -> str:
    whole = max(0, round(seconds))
    if whole < 90:
        return f"{whole} s"
    if whole < 5400:
        return f"{round(whole / 60)} min"
    hours, minutes = divmod(round(whole / 60), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def clock(seconds: float) -> str:
    """`0:07`, `12:30`, `1:05:00`."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def percent(share: float) -> str:
    """0 and 100 only if exact: rounding to them would claim too much."""
    whole = min(99, max(1, round(share * 100))) if 0 < share < 1 else round(share * 100)
    return _percent_pattern(current()).replace("0", str(whole))


@cache
def _percent_pattern(locale: str) -> str:
    """`0%`; in German and French `0 %`, with a space that doesn't break."""
    return re.sub("[#,]*0", "0", str(locale_of(locale).percent_formats[None].pattern))


def exposure(seconds: float) -> str:
    return f"1/{round(1 / seconds)} s" if 0 < seconds < 0.4 else f"{decimal(f'{seconds:g}')} s"


def number(value: float) -> str:
    return decimal(f"{value:g}")


def camera_name(name: str) -> str:
    """Without the make if the model repeats it: `NIKON CORPORATION NIKON D70` is a `NIKON D70`."""
    make, _, model = name.partition(" ")
    again = re.search(rf"\b{re.escape(make)}", model, re.IGNORECASE)
    return model[again.start() :] if again else name


def path_name(path: str) -> str:
    r"""A file's name on one line: `\n` for a line break, `\xe9` for a byte that is not UTF-8 (`kernel.paths`), and `›`
    where it leads into an archive."""
    if archive := archive_of(path):
        name = path[len(archive) + 1 :]
        path = f"{archive} › {name}" if name else archive
    return path if path.isascii() and path.isprintable() else path.translate(_VISIBLE)
