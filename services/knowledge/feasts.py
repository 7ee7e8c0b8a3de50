"""Feasts and seasons of a year, as a search names them. Pure.

Seasons are meteorological: whole months, spring from March in the north, from September in the south. The date of
Easter is by the anonymous Gregorian algorithm (J. Meeus, Astronomical Algorithms, 1991, chapter 8).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

Days = tuple[date, date]
"""First and last."""
FIRST_MONTH: Final = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
"""In the north."""
_THURSDAY, _SUNDAY = 3, 6


def easter(year: int) -> date:
    """Easter Sunday of the western churches."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    x = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * x) // 451
    month, day = divmod(h + x - 7 * m + 114, 31)
    return date(year, month, day + 1)


def season(name: str, year: int, south: bool = False) -> Days:
    """The one that begins in this year."""
    month = (FIRST_MONTH[name] + (6 if south else 0) - 1) % 12 + 1
    last = month + 3
    end = date(year + (last > 12), (last - 1) % 12 + 1, 1) - timedelta(days=1)
    return date(year, month, 1), end


def _fixed(month: int, day: int, days: int = 1) -> Callable[[int], Days]:
    return lambda year: (date(year, month, day), date(year, month, day) + timedelta(days=days - 1))


def _by_easter(first: int, last: int) -> Callable[[int], Days]:
    """Days after Easter Sunday."""
    return lambda year: (easter(year) + timedelta(days=first), easter(year) + timedelta(days=last))


def _weekday(month: int, weekday: int, number: int, days: int = 1) -> Callable[[int], Days]:
    """The second Sunday of a month, and so on."""

    def of(year: int) -> Days:
        first = date(year, month, 1)
        begin = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
        return begin, begin + timedelta(days=days - 1)

    return of


def _french_mothers_day(year: int) -> Days:
    """The last Sunday of May, or the next one if that is Whitsun (Code de l'action sociale et des familles, D215-1)."""
    last = date(year, 5, 31)
    last -= timedelta(days=(last.weekday() - _SUNDAY) % 7)
    day = last + timedelta(days=7 if last == easter(year) + timedelta(days=49) else 0)
    return day, day


def _advent(year: int) -> Days:
    """From the fourth Sunday before Christmas."""
    eve = date(year, 12, 24)
    return eve - timedelta(days=(eve.weekday() - _SUNDAY) % 7 + 21), eve


FEASTS: Final[dict[str, Callable[[int], Days]]] = {
    "christmas": _fixed(12, 24, 3),
    "christmas-eve": _fixed(12, 24),
    "christmas-day": _fixed(12, 25),
    "boxing-day": _fixed(12, 26),
    "new-years-eve": _fixed(12, 31, 2),
    "new-year": lambda year: (date(year - 1, 12, 31), date(year, 1, 1)),
    "epiphany": _fixed(1, 6),
    "candlemas": _fixed(2, 2),
    "valentine": _fixed(2, 14),
    "st-patrick": _fixed(3, 17),
    "carnival": _by_easter(-52, -46),
    "st-joseph": _fixed(3, 19),
    "holy-week": _by_easter(-7, 0),
    "good-friday": _by_easter(-2, -2),
    "easter": _by_easter(-2, 1),
    "easter-sunday": _by_easter(0, 0),
    "easter-monday": _by_easter(1, 1),
    "liberation-day": _fixed(4, 25),
    "may-day": _fixed(5, 1),
    "mothering-sunday": _by_easter(-21, -21),
    "mothers-day": _weekday(5, _SUNDAY, 2),
    "mothers-day-france": _french_mothers_day,
    "mothers-day-spain": _weekday(5, _SUNDAY, 1),
    "ascension": _by_easter(39, 39),
    "pentecost": _by_easter(49, 50),
    "corpus-christi": _by_easter(60, 60),
    "republic-day": _fixed(6, 2),
    "fathers-day": _weekday(6, _SUNDAY, 3),
    "st-john": _fixed(6, 23, 2),
    "independence-day": _fixed(7, 4),
    "bastille-day": _fixed(7, 14),
    "assumption": _fixed(8, 15),
    "german-unity": _fixed(10, 3),
    "spanish-national-day": _fixed(10, 12),
    "halloween": _fixed(10, 31),
    "all-saints": _fixed(11, 1),
    "day-of-the-dead": _fixed(11, 1, 2),
    "st-martin": _fixed(11, 11),
    "thanksgiving": _weekday(11, _THURSDAY, 4, 4),
    "advent": _advent,
    "st-nicholas": _fixed(12, 6),
    "immaculate-conception": _fixed(12, 8),
}
"""By the name in `data/search_words.tsv`: the days of the feast that belongs to a year."""
