"""Years, months and days in a search. Pure."""

import calendar
import re
from datetime import date, timedelta
from functools import cache
from typing import Final

import msgspec
from babel import Locale

from services.knowledge.folding import fold
from services.knowledge.languages import OWN_NAMES
from services.knowledge.search_words import meanings
from services.knowledge.synonyms import literal

SPANNED: Final = ("year", "month", "date")
"""Keys whose value is a date or a range with `..`, which may be open at one end."""
_SHAPES: Final = {"year": r"\d{4}", "month": r"\d{4}-\d\d", "date": r"\d{4}(-\d\d){0,2}"}
_SHORTEST: Final = 3
"""Letters of a month's name that is cut."""
_EVERYDAY: Final = frozenset({"set", "mag"})
"""Cut names that are words elsewhere: a *set*."""


class Span(msgspec.Struct, frozen=True):
    first: str = ""
    """An ISO date prefix: YYYY, YYYY-MM or YYYY-MM-DD; empty if there is no lower bound."""
    last: str = ""
    """Inclusive: the whole year, month or day; empty if there is no upper bound."""
    month: int = 0
    """1 to 12: this month of any year; the bounds are then empty, as for the following."""
    days: tuple[str, str] | None = None
    """These days of any year, MM-DD, both inclusive; from the first to the end of the year and on, if it is later."""
    weekdays: tuple[int, ...] = ()
    """0, Monday, to 6."""
    dates: tuple[str, ...] = ()
    """Single days, YYYY-MM-DD."""

    @property
    def bounded(self) -> bool:
        """Whether it is in one year, or between certain years."""
        return bool(self.first or self.last)


Time = tuple[Span, ...]
"""Any of these."""


def of_days(first: date, last: date) -> Span:
    return Span(first.isoformat(), last.isoformat())


def first_day(span: Span) -> date:
    """The first day of one with a lower bound. Raises ValueError for a date that doesn't exist."""
    parts = [*map(int, span.first.split("-")), 1, 1]
    return date(*parts[:3])


def last_day(span: Span) -> date:
    """The last day of one with an upper bound. Raises ValueError for a date that doesn't exist."""
    year, month, *day = [*map(int, span.last.split("-")), *([12] if len(span.last) == 4 else [])]
    return date(year, month, day[0] if day else calendar.monthrange(year, month)[1])


def day_before(day: date) -> str:
    return (day - timedelta(days=1)).isoformat()


def day_after(day: date) -> str:
    return (day + timedelta(days=1)).isoformat()


def span(key: str, value: str) -> Span | None:
    """None if `value` is not a date of this kind."""
    if key == "month" and (number := month_number(value)):
        return Span(month=number)
    first, dots, last = value.partition("..")
    last = last if dots else first
    shape = _SHAPES[key]
    if not (first or last) or any(part and not re.fullmatch(shape, part, re.ASCII) for part in (first, last)):
        return None
    return Span(first, last)


def month_number(word: str) -> int:
    """Parses `June`, `jun`, `Juni` or `06`; 0 for any other word."""
    if re.fullmatch(r"0?[1-9]|1[0-2]", word, re.ASCII):
        return int(word)
    name = fold(word).rstrip(".")
    if len(name) < _SHORTEST or not name.isalpha():
        return 0
    exact = _months().get(name) or next(
        (int(one[6:]) for one in meanings(name) if one.startswith("month:")), 0
    )
    return exact or next((number for month, number in _months().items() if month.startswith(name)), 0)


def is_doubtful(word: str) -> bool:
    """Whether a month's name, cut, is a word of its own: the Spanish *mar* is the sea, *ago* is no August in English.
    With a day or a year it is the month."""
    name = fold(word).rstrip(".")
    if name in _months() or any(one.startswith("month:") for one in meanings(name)):
        return False
    return name in _EVERYDAY or bool(meanings(name)) or bool(literal(name))


@cache
def _months() -> dict[str, int]:
    """Names of months in the languages of the pages, also with umlauts written out, and their numbers."""
    names: dict[str, int] = {}
    for language in OWN_NAMES:
        for number, name in Locale.parse(language).months["stand-alone"]["wide"].items():
            names.setdefault(fold(name), number)
            names.setdefault(fold(name.replace("ä", "ae").replace("û", "u")), number)
    return names
