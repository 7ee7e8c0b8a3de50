"""Dates in digits: `2023-07-14`, `14.07.2023`, `7/14/23`, `06/2016`, `2014-2016`, `1990s`. Pure."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from services.gateway.search.dates import Span, Time, of_days

YEAR: Final = re.compile(r"1[89]\d\d|20\d\d", re.ASCII)
_DECADE: Final = re.compile(r"(1[89]|20)?(\d0)(?:s|er|ern)", re.ASCII)
_FIRST_CENTURY: Final = 30
"""`20s` and below are of this century."""
_PIVOT: Final = 70
"""Years of two digits below it are of this century."""


def _days(*orders: tuple[str, int, int]) -> Time:
    """(year, month, day) as digits; what is no date is left out, and both orders of one day count once."""
    spans = []
    for year, month, day in orders:
        try:
            one = date(int(year), month, day)
        except ValueError:
            continue
        spans.append(of_days(one, one))
    return tuple(dict.fromkeys(spans))


def _every_year(*orders: tuple[int, int]) -> Time:
    """(month, day)."""
    days = [one[0].first[5:] for order in orders if (one := _days(("2000", *order)))]
    return tuple(Span(days=(day, day)) for day in dict.fromkeys(days))


def whole_year(digits: str) -> str:
    """`16` -> `2016`, `98` -> `1998`."""
    return digits if len(digits) == 4 else f"{20 if int(digits) < _PIVOT else 19}{digits}"


def _by_year(match: re.Match[str]) -> Time:
    year, _, month, day = match.groups()
    if day:
        return _days((year, int(month), int(day)))
    return (Span(f"{year}-{int(month):02}", f"{year}-{int(month):02}"),) if 1 <= int(month) <= 12 else ()


def _by_day(match: re.Match[str]) -> Time:
    """Full stops are between day and month; slashes also the other way round."""
    first, separator, second, digits = match.groups()
    year, day, month = whole_year(digits), int(first), int(second)
    return _days((year, month, day), *([] if separator == "." else [(year, day, month)]))


def _yearless(match: re.Match[str]) -> Time:
    first, separator, second = match.groups()
    day, month = int(first), int(second)
    return _every_year((month, day), *([] if separator == "." else [(day, month)]))


def _years(match: re.Match[str]) -> Time:
    first, last = match[1], match[2]
    last = last if len(last) == 4 else first[:2] + last
    return (Span(first, last),) if first <= last else ()


def _month(match: re.Match[str]) -> Time:
    return (Span(f"{match[2]}-{int(match[1]):02}", f"{match[2]}-{int(match[1]):02}"),)


_SHAPES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Time]], ...]] = tuple(
    (re.compile(shape, re.ASCII), read)
    for shape, read in (
        (rf"({YEAR.pattern})", lambda match: (Span(match[1], match[1]),)),
        (rf"({YEAR.pattern})([-/.:])(\d\d?)(?:\2(\d\d?))?", _by_year),
        (rf"({YEAR.pattern})()(\d\d)(\d\d)", _by_year),
        (r"(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)", _by_day),
        (rf"(0?[1-9]|1[0-2])[/.-]({YEAR.pattern})", _month),
        (rf"({YEAR.pattern})(?:\.\.\.?|[-–—/])({YEAR.pattern}|\d\d)", _years),
        (r"(\d\d?)([./])(\d\d?)\.?", _yearless),
    )
)


def _between(first: Span, last: Span) -> Time:
    """In certain years, or on days of any year; empty if only one of them has a year."""
    if first.days and last.days:
        return (Span(days=(first.days[0], last.days[1])),)
    return (Span(first.first, last.last),) if first.first and last.last else ()


def numeric(token: str) -> Time:
    """The time that one token means; empty if it is no date."""
    first, dots, last = token.partition("..")
    if dots and len(first) > 4 and len(last) > 4:
        ends = [span for one in (first, last) for span in numeric(one)[:1]]
        return _between(*ends) if len(ends) == 2 else ()
    for shape, read in _SHAPES:
        if (match := shape.fullmatch(token)) and (time := read(match)):
            return time
    return ()


def decade(token: str) -> Time:
    """`1990s`, `90s`, `90er`."""
    match = _DECADE.fullmatch(token)
    if match is None:
        return ()
    century = match[1] or ("20" if int(match[2]) < _FIRST_CENTURY else "19")
    first = int(century + match[2])
    return (Span(str(first), str(first + 9)),)
