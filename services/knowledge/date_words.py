"""Names of months, and the halves of a 12-hour clock, in the languages that phones and computers are sold with.

The data is CLDR's, a file built by `ops/date_words.py`, loaded when a name has such a word.
"""

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data" / "date_words.tsv"
"""Rows of what a word means (`07`, `pm after`), and the word, `folded`."""
BEFORE: Final = "before"
"""The language writes the half of the day before the time: 下午3.03.22."""
AFTER: Final = "after"
_WORD: Final = re.compile(r"[^\s\d_,@-]+")


def folded(word: str) -> str:
    """A word without what people and systems write differently: case, full stops, spaces within."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().replace(".", "").split())


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    kinds: dict[str, dict[str, str]] = {"month": {}, BEFORE: {}, AFTER: {}}
    for line in DATA.read_text("utf-8").splitlines():
        meaning, word = line.split("\t")
        value, _, place = meaning.partition(" ")
        kinds[place or "month"][word] = value
    return kinds


def month_called(word: str) -> int | None:
    """1 to 12."""
    number = _table()["month"].get(folded(word))
    return int(number) if number else None


def is_afternoon(before: str, after: str) -> bool | None:
    """By the words before and after a time; None if neither is half of a 12-hour clock."""
    last, first = _WORD.findall(before)[-1:], _WORD.findall(after)[:2]
    candidates = [(AFTER, "".join(first[:count])) for count in (1, 2)] + [(BEFORE, word) for word in last]
    halves = [half for place, word in candidates if (half := _table()[place].get(folded(word)))]
    return halves[0] == "pm" if halves else None
