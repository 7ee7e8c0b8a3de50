"""Words of a search that name nothing themselves: `of`, `or`, `last`, `Monday`, `Christmas`. Pure.

The table is `data/search_words.tsv`: a meaning, a language of the pages, and words for it. What is meant is the same
for every language, so that only this table grows with one more.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from services.knowledge.folding import fold

MOST_WORDS: Final = 4
"""Words of an entry."""
_ELIDED: Final = re.compile(r"([^\W\d_]{1,6})['’](?=[^\W_]{2})")
_IGNORED: Final = str.maketrans("-", " ", "'’`´")


def rows() -> list[tuple[str, str, tuple[str, ...]]]:
    """(meaning, language, words) as in the table."""
    table = (files("services.knowledge") / "data" / "search_words.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in table.splitlines()]
    return [(meaning, language, tuple(words.split("; "))) for meaning, language, words in lines]


def normal(text: str) -> str:
    """As the words of the table are compared: `New-Year's` -> `new years`."""
    return " ".join(fold(text).translate(_IGNORED).split())


def elision(word: str) -> int:
    """Where the rest of a word begins that an article or a preposition has joined: 2 in `l'été`, 5 in `nell'estate`;
    0 if none has, or if it is a word of its own, as `aujourd'hui`."""
    match = _ELIDED.match(word)
    if match is None or meanings(normal(word)) or "elided" not in meanings(normal(match[1])):
        return 0
    return match.end()


def meanings(text: str) -> frozenset[str]:
    """Of a word or a few of them, in `normal` form; none for most."""
    return _table().get(text, frozenset())


@cache
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for meaning, _, words in rows():
        for one in map(normal, words):
            table[one] = table.get(one, frozenset()) | {meaning}
    return table


def words_for(kind: str) -> list[str]:
    """The words for a kind of meaning (`season`, `feast`) as written in the table."""
    return [one for meaning, _, words in rows() for one in words if meaning.partition(":")[0] == kind]
