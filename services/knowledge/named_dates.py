"""Dates in the names of files and folders."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import takewhile
from typing import Final

from services.knowledge.date_parts import Pattern, plain
from services.knowledge.date_words import is_afternoon, month_called
from services.knowledge.folder_patterns import MONTHS, SHORT_DAYS, YEARS
from services.knowledge.name_patterns import DAYS, TIMED

NAMED_IN_UTC: Final = "PXL_"
"""Google's Pixel phones name pictures by UTC, other phones by local time."""
_MAY_HAVE_A_DATE: Final = re.compile(r"(?:18|19|20)\d\d|\d[-_.]\d\d?[-_.]\d\d|1\d{9}")
"""Most names have none, so this comes first."""
_LETTERS: Final = re.compile(r"[^\s\d_.,()\[\]@&+-]+")
_SUFFIX: Final = re.compile(r"\.[A-Za-z]\w{0,5}$")
_CENTURY_ENDS: Final = 70
"""Years of two digits from here on are in the 20th century (POSIX draws the line a year earlier)."""
Span = tuple[datetime, datetime]
"""(start, exclusive end)."""


def from_name(name: str) -> Iterator[tuple[datetime, bool]]:
    """(moment, whether the name has the time) of a file, most likely first. A day without a time counts as noon; of
    names with both, only those with a time."""
    text = _SUFFIX.sub("", plain(name))
    if not _MAY_HAVE_A_DATE.search(text):
        return
    in_utc = text.startswith(NAMED_IN_UTC)
    for rows, timed in ((TIMED, True), (DAYS, False)):
        matched = False
        for match in _matches(rows, text):
            if moment := _moment(match):
                matched = True
                yield moment.replace(tzinfo=UTC) if in_utc else moment, timed
        if matched:
            return


def _matches(rows: tuple[Pattern, ...], text: str) -> Iterator[re.Match[str]]:
    for row in rows:
        if not row.has_word or _has_month(text):
            yield from row.expression.finditer(text)


@lru_cache(maxsize=1)
def _has_month(text: str) -> bool:
    """Looking words up is faster than the expressions around them; few names have a month's."""
    return any(map(month_called, _LETTERS.findall(text)))


def _moment(match: re.Match[str]) -> datetime | None:
    parts = match.groupdict()
    if epoch := parts.get("s") or (parts.get("ms") or "")[:-3]:
        return datetime.fromtimestamp(int(epoch), UTC)
    clock, date = _clock(parts), _date(parts)
    if clock is None or date is None:
        return None
    try:
        return datetime(*date, *clock, tzinfo=UTC if parts.get("z") else None)
    except ValueError:
        return None


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    """Hour, minute, second; None if it is rather two numbers."""
    if not (hour := parts.get("H")):
        return 12, 0, 0
    before, after = parts.get("before") or "", parts.get("after") or ""
    afternoon = is_afternoon(before, after) if "before" in parts else None
    if parts["S"] is None and afternoon is None and (len(hour) < 2 or not before.strip("-._")):
        return None
    hours = int(hour)
    if afternoon is not None and hours <= 12:
        hours = hours % 12 + 12 * afternoon
    return hours, int(parts["M"] or 0), int(parts["S"] or 0)


def _date(parts: dict[str, str | None]) -> tuple[int, int, int] | None:
    """Year, month, day; a month or a day that the name lacks is 1."""
    year = int(parts["y"] or 0) if "y" in parts else _full_year(parts)
    if year is None:
        return None
    if "i" in parts:
        return year, *_day_and_month(parts)
    month = month_called(parts["b"] or "") if "b" in parts else int(parts.get("m") or 1)
    return (year, month, int(parts.get("d") or 1)) if month else None


def _full_year(parts: dict[str, str | None]) -> int | None:
    """Of two digits between full stops, or beside an English clock or a word; else they may be the day."""
    before, after = parts.get("before") or "", parts.get("after") or ""
    if parts["gap"] != "." and is_afternoon(before, after) is None and not re.search(r"[^\W\d_]", before):
        return None
    year = int(parts["yy"] or 0)
    return year + (2000 if year < _CENTURY_ENDS else 1900)


def _day_and_month(parts: dict[str, str | None]) -> tuple[int, int]:
    """(month, day), as numbers and country have it: the day first, but for the United States' 7-4-2019 3-03-22 PM."""
    first, second = int(parts["i"] or 0), int(parts["j"] or 0)
    american = parts["gap"] != "." and (parts.get("after") or "").startswith(("AM", "PM"))
    month_first = second > 12 or (american and first <= 12)
    return (first, second) if month_first else (second, first)


_NUMBER: Final = re.compile(r"(0?[1-9]|[12]\d|3[01])(?!\d)")
_MONTH_AND_DAY: Final = re.compile(r"(0[1-9]|1[0-2])[-_](0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_AND_MONTH: Final = re.compile(r"(0?[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])(?!\d)")
_YEAR_ALONE: Final = re.compile(r"((?:18|19|20)\d\d)[年년]?")


def from_folders(folder: str) -> Iterator[Span]:
    """The days, months or years that folders are named after, innermost first: `2017/08/11`, `2017/2017-08`,
    `2017-08-11 Lake`, `Photos from 2017`, `2017/August`."""
    parts = plain(folder).split("/")
    for depth in range(len(parts) - 1, -1, -1):
        name = parts[depth]
        if not _MAY_HAVE_A_DATE.search(name):
            continue
        if year := _YEAR_ALONE.fullmatch(name):
            yield from _span(int(year[1]), *_below(parts[depth + 1 : depth + 3]))
        else:
            yield from _named(name)


def _named(name: str) -> Iterator[Span]:
    """At most one: by the first row that fits."""
    for rows, precision in ((DAYS, 3), (SHORT_DAYS, 3), (MONTHS, 2), (YEARS, 1)):
        for match in _matches(rows, name):
            if date := _date(match.groupdict()):
                yield from _span(*date[:precision])
                return


def _below(parts: list[str]) -> list[int]:
    """Month and day of the folders within a year's, as far as they have them."""
    if parts and (both := _MONTH_AND_DAY.match(parts[0])):
        return [int(both[1]), int(both[2])]
    if parts and (both := _DAY_AND_MONTH.match(parts[0])):
        return [int(both[2]), int(both[1])]
    if parts and (word := _LETTERS.match(parts[0])) and (month := month_called(word[0])):
        return [month, *_numbers(parts[1:])]
    numbers = _numbers(parts)
    return numbers if numbers and numbers[0] <= 12 else []


def _numbers(parts: list[str]) -> list[int]:
    return [int(match[1]) for match in takewhile(bool, map(_NUMBER.match, parts)) if match]


def _span(year: int, month: int = 0, day: int = 0) -> Iterator[Span]:
    try:
        if day:
            first = datetime(year, month, day)
            yield first, first + timedelta(days=1)
        elif month:
            first = datetime(year, month, 1)
            yield first, first + timedelta(days=monthrange(year, month)[1])
        else:
            yield datetime(year, 1, 1), datetime(year + 1, 1, 1)
    except (ValueError, OverflowError):
        return
