"""Other forms of a word: singular and plural (`puppies` -> `puppy`, `Häuser` -> `Haus`), British and American.

By the Snowball stemmers (https://snowballstem.org, M. Porter), and a table of spellings and of plurals that no rule
makes (`data/spellings.tsv`). Names and documents stay as they are: a word is searched for in each form that has its
stem. A language of the pages is an entry in STEMMERS. Pure.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

import snowballstemmer

from services.knowledge.folding import folded


class Stemmer(NamedTuple):
    algorithm: str
    """By Snowball's name."""
    endings: tuple[str, ...]
    """What inflected nouns and adjectives have after their stem."""


STEMMERS: Final = {
    "en": Stemmer("english", ("", "s", "es", "e", "ed", "ing", "ies", "y")),
    "de": Stemmer("german", ("", "e", "en", "er", "n", "es", "s", "ern", "em")),
}
"""By the code of the pages' language."""
SHORTEST: Final = 3
"""Letters of a word that has other forms."""


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """The folded forms of a word in all languages, itself included. Those that nobody uses are there as well."""
    clean = unicodedata.normalize("NFC", word).casefold()
    if len(clean) < SHORTEST or not clean.isalpha():
        return frozenset([folded(word)])
    same = _inflected(clean)
    spelled = {other for one in same for other in _spellings().get(one, ())}
    return frozenset(same.union(*map(_inflected, spelled)))


def _inflected(word: str) -> set[str]:
    same = {folded(word)}
    for language, (_, endings) in STEMMERS.items():
        stem = _stem(language, word)
        if len(stem) < SHORTEST - 1:
            continue
        roots = {stem, stem[:-1]} if stem.endswith("i") else {stem}
        candidates = {root + ending for root in roots for ending in endings}
        same.update(folded(one) for one in candidates if _stem(language, one) == stem)
    return same


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    table = (files("services.knowledge") / "data" / "spellings.tsv").read_text("utf-8")
    rows = [tuple(line.split("\t")) for line in table.splitlines()]
    return {folded(one): row for row in rows for one in row}


@lru_cache(maxsize=16_384)
def _stem(language: str, word: str) -> str:
    stemmer = snowballstemmer.stemmer(STEMMERS[language].algorithm)
    return str(stemmer.stemWord(word))
