"""The words of a search, and what each means to whoever reads times in them. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from services.gateway.search.dates import month_number
from services.knowledge.search_words import MOST_WORDS, meanings, normal

_MARKS: Final = ",;:!?()[]“”„"


class TimeWords:
    def __init__(self, words: Sequence[str]) -> None:
        self._raw = [word.strip(_MARKS) for word in words]
        self._words = [normal(word.rstrip(".")) for word in self._raw]

    def _means(self, at: int, kind: str) -> list[tuple[str, int]]:
        """(what comes after the colon of the meaning, the index of the next word), longest first."""
        readings = []
        for length in range(min(MOST_WORDS, len(self._words) - at), 0, -1):
            for meaning in meanings(" ".join(self._words[at : at + length])):
                name, _, value = meaning.partition(":")
                if name == kind:
                    readings.append((value, at + length))
        return readings

    def _next(self, at: int, kind: str) -> int:
        """The index after a word that means this; 0 if it is none."""
        return next((following for _, following in self._means(at, kind)), 0)

    def _past_filler(self, at: int) -> int:
        """The index after a word that says nothing; 0 if it is none."""
        return self._next(at, "filler") or self._next(at, "elided")

    def _past_fillers(self, at: int) -> int:
        while following := self._past_filler(at):
            at = following
        return at

    def _number(self, at: int) -> tuple[int, int] | None:
        if at < len(self._words) and re.fullmatch(r"\d{1,3}", self._words[at], re.ASCII):
            return int(self._words[at]), at + 1
        return next(((int(value), following) for value, following in self._means(at, "number")), None)

    def _month(self, at: int) -> tuple[int, int] | None:
        if at >= len(self._words) or self._words[at].isdigit():
            return None
        number = month_number(self._words[at])
        return (number, at + 1) if number else None
