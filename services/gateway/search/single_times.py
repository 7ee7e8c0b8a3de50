"""One time as people write it: `last summer`, `Christmas 2019`, `14. Juli`. Pure."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

from services.gateway.search import calendar_units
from services.gateway.search.dates import Span, Time, is_doubtful, last_day, of_days
from services.gateway.search.numeric_dates import YEAR, decade, numeric, whole_year
from services.gateway.search.time_words import TimeWords
from services.knowledge import feasts

_DAY: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|te|ter|ten|er|ers|o|°)?", re.ASCII)
_SOME_DAYS: Final = re.compile(r"(\d{1,2})\.?(?:[-–—]|\.\.)(\d{1,2})\.?", re.ASCII)
_SHORT_YEAR: Final = re.compile(r"['’](\d\d)", re.ASCII)
_SEASON_YEARS: Final = re.compile(rf"({YEAR.pattern}|\d\d)[-–/](\d{{4}}|\d\d)", re.ASCII)
_REMEMBERED_YEARS: Final = 100
"""A feast of any year is looked for in so many."""

Reading = tuple[Time, int]
"""A time, and the index of the word after it."""


class SingleTimes(TimeWords):
    """The times in a row of words that don't lead from one to another."""

    def __init__(self, words: Sequence[str], today: date, south: bool = False) -> None:
        """`south`: seasons are those of the southern hemisphere."""
        super().__init__(words)
        self._today, self._south = today, south

    def _year(self, at: int) -> tuple[int, int] | None:
        """Also `last year` and `two years ago`."""
        while not (last := self._year_last(at)) and (following := self._past_filler(at)):
            at = following
        if last or at >= len(self._words):
            return last
        if YEAR.fullmatch(self._words[at]):
            return int(self._words[at]), at + 1
        if short := _SHORT_YEAR.fullmatch(self._raw[at]):
            return int(whole_year(short[1])), at + 1
        for years, following in self._means(at, "year"):
            return self._today.year - int(years), following
        if (ago := self._ago(at)) and ago[1] == "year":
            return self._today.year - ago[0], ago[2]
        return None

    def _year_last(self, at: int) -> tuple[int, int] | None:
        """`last year`, `this year`; `année dernière`, of which the first word alone says nothing."""
        for word, back in (("last", 1), ("this", 0)):
            if (unit := self._next(at, word)) and ("year", unit + 1) in self._means(unit, "unit"):
                return self._today.year - back, unit + 1
        is_year = ("year", at + 1) in self._means(at, "unit")
        following = self._next(at + 1, "last-after") if is_year else 0
        return (self._today.year - 1, following) if following else None

    def _single(self, at: int, year: int | None = None) -> Reading | None:
        """`year`: of a time that names none."""
        rules: tuple[Callable[[int, int | None], Reading | None], ...] = (
            *(self._digits, self._decade, self._day_and_month, self._named),
            *(self._part, self._relative, self._past, self._weekday, self._whole_year),
        )
        readings = [rule(at, year) for rule in rules]
        return longest(readings)

    def _digits(self, at: int, year: int | None) -> Reading | None:
        if at >= len(self._raw):
            return None
        time = numeric(self._raw[at].rstrip("."))
        if time and time[0].days and (then := self._year(at + 1) or ((year, at + 1) if year else None)):
            return _of_year(time, then[0]), then[1]
        return (time, at + 1) if time else None

    def _decade(self, at: int, year: int | None) -> Reading | None:
        """`90s`, `the nineties`, `90er Jahre`."""
        start = self._next(at, "decade-before")  # années 90, los 90, anni '90
        digits = self._raw[start].strip("'’s") if 0 < start < len(self._raw) else ""
        if named := decade(f"{digits}s"):
            return named, start + 1
        time, following = (decade(self._words[at]) if at < len(self._words) else ()), at + 1
        if not time:
            first, following = next(iter(self._means(at, "decade")), ("", at))
            time = (Span(first, str(int(first) + 9)),) if first else ()
        units = self._means(following, "unit")
        return (time, units[0][1] if units and units[0][0] == "year" else following) if time else None

    def _day_and_month(self, at: int, year: int | None) -> Reading | None:
        """`14 July`, `14th of July 2016`, `July 14`, `1-5 July`, `June`, `June 2016`, `2016 June`."""
        if at < len(self._words) and YEAR.fullmatch(self._words[at]) and (month := self._month(at + 1)):
            return _month_of(int(self._words[at]), month[0]), month[1]
        if days := self._days(at):
            month = self._month(self._past_fillers(days[2]))
            return self._dated(month[0], days[:2], month[1], year) if month else None
        month = self._month(at)
        if month is None:
            return None
        if days := self._days(month[1]):
            return self._dated(month[0], days[:2], days[2], year)
        if then := self._year(month[1]) or ((year, month[1]) if year else None):
            return _month_of(then[0], month[0]), then[1]
        return None if is_doubtful(self._words[at]) else ((Span(month=month[0]),), month[1])

    def _days(self, at: int) -> tuple[int, int, int] | None:
        """First and last day of the month, and the index of the next word."""
        if at >= len(self._words):
            return None
        if _SHORT_YEAR.fullmatch(self._raw[at]):
            return None
        if some := _SOME_DAYS.fullmatch(self._raw[at]):
            return int(some[1]), int(some[2]), at + 1
        one = _DAY.fullmatch(self._words[at])
        if one is None:
            return None
        end = self._next(at + 1, "to")
        last = _DAY.fullmatch(self._words[end]) if 0 < end < len(self._words) else None
        if last and self._month(self._past_fillers(end + 1)):  # 3 to 5 June, du 3 au 5 juin
            return int(one[1]), int(last[1]), end + 1
        return int(one[1]), int(one[1]), at + 1

    def _has_days(self, at: int) -> bool:
        """Whether several days of a month begin here."""
        days = self._days(self._past_fillers(at))
        return days is not None and days[0] < days[1]

    def _dated(self, month: int, days: tuple[int, int], at: int, year: int | None) -> Reading | None:
        then = self._year(at) or ((year, at) if year else None)
        try:
            first, last = (date(then[0] if then else 2000, month, day) for day in days)
        except ValueError:
            return None
        if then:
            return (of_days(first, last),), then[1]
        return (Span(days=(f"{first:%m-%d}", f"{last:%m-%d}")),), at

    def _named(self, at: int, year: int | None) -> Reading | None:
        """Feasts and seasons, with a year or without."""
        before = self._year(at)
        start = before[1] if before else at
        for kind, of_year, of_any in (
            ("feast", self._feast, self._every_feast),
            ("season", self._season, self._every_season),
        ):
            for name, following in self._means(start, kind):
                if before:
                    return of_year(name, before[0]), following
                if kind == "season" and (years := self._season_years(following)):
                    return (of_days(*feasts.season(name, years[0], self._south)),), years[1]
                if then := self._year(following) or ((year, following) if year else None):
                    return of_year(name, then[0]), then[1]
                return of_any(name), following
        return None

    def _season_years(self, at: int) -> tuple[int, int] | None:
        """`winter 2023/24`: the year in which it begins."""
        at = self._past_fillers(at)
        match = _SEASON_YEARS.fullmatch(self._raw[at]) if at < len(self._raw) else None
        return (int(whole_year(match[1])), at + 1) if match else None

    def _feast(self, name: str, year: int) -> Time:
        return (of_days(*feasts.FEASTS[name](year)),)

    def _every_feast(self, name: str) -> Time:
        years = range(self._today.year - _REMEMBERED_YEARS, self._today.year + 2)
        spans = [feasts.FEASTS[name](year) for year in years]
        days = [first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)]
        return (Span(dates=tuple(day.isoformat() for day in days)),)

    def _season(self, name: str, year: int) -> Time:
        """All that lie in the year, in part at least: winter 2023 is two."""
        seasons = [feasts.season(name, one, self._south) for one in (year - 1, year)]
        return tuple(of_days(*days) for days in seasons if days[1].year == year or days[0].year == year)

    def _every_season(self, name: str) -> Time:
        first, last = feasts.season(name, 2003, self._south)  # ends in a leap year if it ends in February
        return (Span(days=(f"{first:%m-%d}", f"{last:%m-%d}")),)

    def _part(self, at: int, year: int | None) -> Reading | None:
        """`early June 2016`, `Ende 2016`: a third."""
        for third, kind in enumerate(("early", "middle", "late")):
            if start := self._next(at, kind):
                start = self._past_fillers(start)
                if (reading := self._day_and_month(start, year) or self._whole_year(start, year)) and (
                    part := calendar_units.third(reading[0][0], third)
                ):
                    return (part,), reading[1]
        return None

    def _whole_year(self, at: int, year: int | None) -> Reading | None:
        then = self._year(at)
        return ((Span(str(then[0]), str(then[0])),), then[1]) if then else None

    def _relative(self, at: int, year: int | None) -> Reading | None:
        """`yesterday`, `3 weeks ago`, `this month`, `this summer`."""
        for back, following in self._means(at, "day"):
            day = self._today - timedelta(days=int(back))
            return (of_days(day, day),), following
        if ago := self._ago(at):
            return (calendar_units.ago(ago[1], ago[0], self._today),), ago[2]
        if start := self._next(at, "this"):
            for unit, following in self._means(start, "unit"):
                return (calendar_units.ago(unit, 0, self._today),), following
            return self._single(start, self._today.year) if self._is_named(start) else None
        return None

    def _past(self, at: int, year: int | None) -> Reading | None:
        """`last week`, `last 30 days`, `les 30 derniers jours`, `last Christmas`, `l'été dernier`."""
        if (number := self._number(at)) and (start := self._next(number[1], "last")):
            for unit, following in self._means(start, "unit"):
                return (calendar_units.since(unit, number[0], self._today),), following
        if start := self._next(at, "last"):
            return self._last(start)
        reading = self._last(at) if year is None else None
        following = self._next(reading[1], "last-after") if reading else 0
        return (reading[0], following) if reading and following else None

    def _is_named(self, at: int) -> bool:
        return bool(self._month(at) or self._means(at, "season") or self._means(at, "feast"))

    def _ago(self, at: int) -> tuple[int, str, int] | None:
        """`3 days ago`, `vor 3 Tagen`: number, unit, and the index of the next word."""
        start = self._next(at, "ago-before")
        if number := self._number(start or at):
            for unit, following in self._means(number[1], "unit"):
                if start or (following := self._next(following, "ago")):
                    return number[0], unit, following
        return None

    def _last(self, at: int) -> Reading | None:
        if (number := self._number(at)) and (units := self._means(number[1], "unit")):
            return (calendar_units.since(units[0][0], number[0], self._today),), units[0][1]
        for unit, following in self._means(at, "unit"):
            return (calendar_units.ago(unit, 1, self._today),), following
        for weekday, following in self._means(at, "weekday"):
            back = (self._today.weekday() - int(weekday) - 1) % 7 + 1
            day = self._today - timedelta(days=back)
            return (of_days(day, day),), following
        if not self._is_named(at):
            return None
        for year in (self._today.year, self._today.year - 1, self._today.year - 2):
            reading = self._single(at, year)
            past = [span for span in reading[0] if last_day(span) < self._today] if reading else []
            if reading and past:
                return (max(past, key=last_day),), reading[1]
        return None

    def _weekday(self, at: int, year: int | None) -> Reading | None:
        for weekday, following in self._means(at, "weekday"):
            return (Span(weekdays=(int(weekday),)),), following
        for unit, following in self._means(at, "unit"):
            if unit == "weekend":
                return (Span(weekdays=(5, 6)),), following
        return None


def longest(readings: Sequence[Reading | None]) -> Reading | None:
    return max((one for one in readings if one), key=lambda one: one[1], default=None)


def _month_of(year: int, month: int) -> Time:
    return (Span(f"{year}-{month:02}", f"{year}-{month:02}"),)


def _of_year(time: Time, year: int) -> Time:
    """Days of any year, in this one."""
    spans = [Span(f"{year}-{span.days[0]}", f"{year}-{span.days[1]}") for span in time if span.days]
    return tuple(spans)
