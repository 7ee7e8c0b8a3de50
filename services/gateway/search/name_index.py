"""Names of one kind, in which a search finds those that a word begins. Pure.

Files name tens of thousands of people, folders and keywords: they are taken apart once, when first asked for.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from services.gateway.search.word import Word, begins, word, words
from services.knowledge.folding import fold, is_spaceless

_LAST: Final = "\U0010ffff"


class NameIndex:
    def __init__(self, names: Iterable[str]) -> None:
        self._names = list(dict.fromkeys(names))

    def matching(self, typed: str) -> list[str]:
        """The name itself if there is one, else another form of it, else names where each typed word begins a word, in
        any order."""
        if same := self._exact.get(fold(typed)):
            return same
        if len(typed.split()) == 1:
            forms = sorted(word(typed).whole)
            if same := [name for form in forms for name in self._exact.get(form, ())]:
                return same
        return self.begun(typed)

    def begun(self, typed: str) -> list[str]:
        """Names where each typed word is the beginning, or another form, of a word."""
        if is_spaceless(typed):
            return list(filter(begins(typed), self._names))
        wanted = [word(one) for one in words(typed)]
        if not wanted:
            return []
        places = set.intersection(*(set(self._places(one)) for one in wanted))
        return [self._names[place] for place in sorted(places)]

    def _places(self, wanted: Word) -> Iterator[int]:
        for start in wanted.starts:
            yield from self._between(start, f"{start}{_LAST}")
        for form in wanted.whole:
            yield from self._between(form, f"{form}\0")

    def _between(self, first: str, end: str) -> Iterator[int]:
        low, high = bisect_left(self._words, (first, -1)), bisect_left(self._words, (end, -1))
        return (place for _, place in self._words[low:high])

    @cached_property
    def _exact(self) -> dict[str, list[str]]:
        exact: dict[str, list[str]] = {}
        for name in self._names:
            exact.setdefault(fold(name), []).append(name)
        return exact

    @cached_property
    def _words(self) -> list[tuple[str, int]]:
        """(a folded word, which name it is in), sorted."""
        return sorted((one, place) for place, name in enumerate(self._names) for one in words(fold(name)))
