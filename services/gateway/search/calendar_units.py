"""Days, weeks, weekends, months, years and decades around today, and parts of them. Pure."""

import calendar
from datetime import date, timedelta
from typing import Final

from services.gateway.search.dates import Span, first_day, last_day, of_days

_SATURDAY: Final = 5
_FIXED: Final = 4
"""Days of the longest feast that is on the same days of each year."""


def ago(unit: str, number: int, today: date) -> Span:
    """The whole unit so many before the current one; 0: the current one."""
    match unit:
        case "day":
            return of_days(*[today - timedelta(days=number)] * 2)
        case "week":
            monday = today - timedelta(days=today.weekday() + 7 * number)
            return of_days(monday, monday + timedelta(days=6))
        case "weekend":
            saturday = today - timedelta(days=today.weekday() - _SATURDAY + 7 * number)
            return of_days(saturday, saturday + timedelta(days=1))
        case "month":
            month = _months_back(today, number)[:7]
            return Span(month, month)
        case "decade":
            first = max(today.year // 10 * 10 - 10 * number, 0)
            return Span(f"{first:04}", f"{first + 9:04}")
    return Span(f"{max(today.year - number, 1):04}", f"{max(today.year - number, 1):04}")


def since(unit: str, number: int, today: date) -> Span:
    """From so many units back until today."""
    match unit:
        case "day":
            first = (today - timedelta(days=number)).isoformat()
        case "week" | "weekend":
            first = (today - timedelta(days=7 * number)).isoformat()
        case "month":
            first = _months_back(today, number)
        case _:
            first = _months_back(today, number * (120 if unit == "decade" else 12))
    return Span(first, today.isoformat())


def third(span: Span, number: int) -> Span | None:
    """The first (0), middle (1) or last (2) third of a month or a year; None if it is neither."""
    if span.month:
        days = (("01", "10"), ("11", "20"), ("21", "31"))[number]
        return Span(days=(f"{span.month:02}-{days[0]}", f"{span.month:02}-{days[1]}"))
    if len(span.first) == 4:
        months = (("01", "04"), ("05", "08"), ("09", "12"))[number]
        return Span(f"{span.first}-{months[0]}", f"{span.last}-{months[1]}")
    if len(span.first) == 7:
        first, last = first_day(span), last_day(span)
        edges = ((1, 10), (11, 20), (21, last.day))[number]
        return of_days(first.replace(day=edges[0]), last.replace(day=edges[1]))
    return None


def yearly(span: Span) -> tuple[str, str] | None:
    """The days that it has in any year, MM-DD; None if they differ, or it is in certain years."""
    if span.month:
        return f"{span.month:02}-01", f"{span.month:02}-31"
    if len({day[5:] for day in span.dates}) > _FIXED:
        return None
    if span.dates:
        return span.dates[0][5:], span.dates[-1][5:]
    return span.days


def _months_back(today: date, number: int) -> str:
    months = max(today.year * 12 + today.month - 1 - number, 12)
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(today.day, last)).isoformat()
