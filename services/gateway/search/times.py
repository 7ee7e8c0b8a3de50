"""Times as people write them: `last summer`, `since 2015`, `between 2014 and 2016`. Pure.

Which words mean what is in `knowledge/data/search_words.tsv`, so the rules here are the same for every language. The
longest run of words that is a time wins.
"""

from datetime import date
from typing import Final

from services.gateway.search import calendar_units
from services.gateway.search.dates import Span, Time, day_after, day_before, first_day, last_day, of_days
from services.gateway.search.single_times import Reading, SingleTimes, longest

_DASHES: Final = ("-", "–", "—")


class Times(SingleTimes):
    """The times in a row of words."""

    def at(self, start: int) -> Reading | None:
        """The longest time that begins with this word."""
        return longest([rule(start) for rule in (self._range, self._open, self._single)])

    def _open(self, at: int) -> Reading | None:
        """`since 2015`, `before June 2016`."""
        for kind in ("since", "until", "before", "after", "ago-before"):
            start = self._next(at, kind)
            if start and self._next(at, "between") and self._has_days(start):
                continue  # dal 3 al 5 giugno
            reading = self._latest(self._past_fillers(start)) if start else None
            if reading is None:
                continue
            first, last = _bounds(reading[0])
            spans = {
                "since": Span(first=first.isoformat()),
                "until": Span(last=last.isoformat()),
                "after": Span(first=day_after(last)),
            }
            return (spans.get(kind, Span(last=day_before(first))),), reading[1]
        return None

    def _latest(self, at: int) -> Reading | None:
        """A time in certain years; of one that names none, the last that has begun."""
        reading = self._single(at)
        if reading is None or all(span.bounded for span in reading[0]):
            return reading
        for year in (self._today.year, self._today.year - 1):
            dated = self._single(at, year)
            if dated and dated[0][0].bounded and dated[0][0].first <= self._today.isoformat():
                return dated
        return None

    def _range(self, at: int) -> Reading | None:
        """`between 2014 and 2016`, `June to August 2016`, `von 2014 bis 2016`."""
        between = self._next(at, "between")
        start = self._past_fillers(between) if between else at
        first = self._single(start)
        if first is None:
            return None
        link = self._link(first[1], bool(between))
        last = self._single(self._past_fillers(link)) if link else None
        if last is None:
            return None
        if all(span.bounded for span in last[0]):
            years = last_day(last[0][-1]).year
            dated = self._single(start, years) if not first[0][0].bounded else first
            if dated is None or not all(span.bounded for span in dated[0]):
                return None
            low, high = _bounds(dated[0])[0], _bounds(last[0])[1]
            return ((of_days(low, high),), last[1]) if low <= high else None
        ends = calendar_units.yearly(first[0][0]), calendar_units.yearly(last[0][0])
        if ends[0] is None or ends[1] is None:
            return None
        return (Span(days=(ends[0][0], ends[1][1])),), last[1]

    def _link(self, at: int, between: bool) -> int:
        """The index after what stands between both ends; 0 if nothing does."""
        if at < len(self._raw) and self._raw[at] in _DASHES:
            return at + 1
        following = self._next(at, "to")
        return 0 if following and not between and self._next(at, "and") else following


def _bounds(time: Time) -> tuple[date, date]:
    return min(map(first_day, time)), max(map(last_day, time))
