"""Years, months and days in a search. Pure."""

import calendar
import re
from typing import Final

import msgspec

SPANNED: Final = ("year", "month", "date")
"""Keys whose value is a date or a range with `..`, which may be open at one end."""
_NAMES: Final = tuple(name.lower() for name in calendar.month_name)
_SHAPES: Final = {"year": r"\d{4}", "month": r"\d{4}-\d\d", "date": r"\d{4}(-\d\d){0,2}"}


class Span(msgspec.Struct, frozen=True):
    first: str
    """An ISO date prefix: YYYY, YYYY-MM or YYYY-MM-DD; empty if there is no lower bound."""
    last: str
    """Inclusive: the whole year, month or day; empty if there is no upper bound."""
    month: int = 0
    """1 to 12: this month of any year; the bounds are then empty."""


def span(key: str, value: str) -> Span | None:
    """None if `value` is not a date of this kind."""
    if key == "month" and (number := month_number(value)):
        return Span("", "", number)
    first, dots, last = value.partition("..")
    last = last if dots else first
    shape = _SHAPES[key]
    if not (first or last) or any(part and not re.fullmatch(shape, part, re.ASCII) for part in (first, last)):
        return None
    return Span(first, last)


def month_number(word: str) -> int:
    """Parses `June`, `jun` or `06`; 0 for any other word."""
    if re.fullmatch(r"0?[1-9]|1[0-2]", word, re.ASCII):
        return int(word)
    if len(word) < 3:
        return 0
    return next((number for number, name in enumerate(_NAMES) if name.startswith(word.lower())), 0)


def spoken(word: str) -> Span | None:
    """The span of a word that is also a date: `2016`, `2016-06`, `June`."""
    if re.fullmatch(r"(19|20)\d\d(-\d\d)?", word, re.ASCII):
        return Span(word, word)
    number = month_number(word) if word.isalpha() else 0
    return Span("", "", number) if number else None
