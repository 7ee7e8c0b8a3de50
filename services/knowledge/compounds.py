"""German words made of two, of which the first names something: `Hundefotos`, `Sommerurlaub`. Pure."""

from functools import lru_cache
from typing import Final

from services.knowledge.folding import fold
from services.knowledge.search_words import normal, rows
from services.knowledge.synonyms import meant

_SHORTEST: Final = 3
"""Letters of the first word."""


@lru_cache(maxsize=1024)
def parts(word: str) -> tuple[str, str]:
    """The first word, and what is meant by the second (`Video`); nothing by one such as `Fotos`. Both are empty if the
    word is no such compound."""
    plain = fold(word)
    for tail, adds in _tails():
        head = word[: -len(tail)]
        if plain.endswith(tail) and len(head) >= _SHORTEST and head.isalpha():
            return (head if meant(head) or not head.endswith("s") else head[:-1]), adds
    return "", ""


@lru_cache(maxsize=1)
def _tails() -> list[tuple[str, str]]:
    """The longest first."""
    senses = [(meaning.partition(":"), words) for meaning, _, words in rows()]
    tails = [(normal(one), adds) for (kind, _, adds), words in senses if kind == "tail" for one in words]
    return sorted(tails, key=lambda tail: -len(tail[0]))
