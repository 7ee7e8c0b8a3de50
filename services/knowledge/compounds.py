"""German words made of two, of which one names something: `Hundefotos`, `Sommerurlaub`, `Geburtstagskuchen`. Pure."""

from functools import lru_cache
from typing import Final

from services.knowledge.folding import fold
from services.knowledge.search_words import normal, rows
from services.knowledge.synonyms import all_synonyms, meant

_SHORTEST: Final = 3
"""Letters of the first word."""
_LONGER: Final = 5
"""Letters of the last word, if it names something."""


@lru_cache(maxsize=1024)
def parts(word: str) -> tuple[str, str]:
    """The word that names something, and what the other adds (`Video`); nothing if it is one such as `Fotos`. Both are
    empty if the word is no such compound."""
    plain = fold(word)
    for tail, adds in _tails():
        head = word[: -len(tail)].rstrip("-")
        if plain.endswith(tail) and len(head) >= _SHORTEST and head.replace("-", "").isalpha():
            return (head if meant(head) or not head.endswith("s") else head[:-1]), adds
    return _kind_of(plain), ""


def _kind_of(plain: str) -> str:
    """The last of two words, if it is a synonym: a `Geburtstagskuchen` is a cake."""
    if not plain.isalpha():
        return ""
    ends = (plain[at:] for at in range(_SHORTEST, len(plain) - _LONGER + 1))
    return next((end for end in ends if end in all_synonyms("de")), "")


@lru_cache(maxsize=1)
def _tails() -> list[tuple[str, str]]:
    """The longest first."""
    senses = [(meaning.partition(":"), words) for meaning, _, words in rows()]
    tails = [(normal(one), adds) for (kind, _, adds), words in senses if kind == "tail" for one in words]
    return sorted(tails, key=lambda tail: -len(tail[0]))
