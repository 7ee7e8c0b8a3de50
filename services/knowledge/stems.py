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

from services.knowledge.folding import fold


class Stemmer(NamedTuple):
    algorithm: str
    """By Snowball's name."""
    nouns: tuple[str, ...]
    """What nouns have after their stem, without those that make another word (`jump`, `jumper`)."""
    others: tuple[str, ...]
    """What verbs, adjectives and some nouns have."""


STEMMERS: Final = {
    "en": Stemmer("english", ("", "s", "es", "e", "ies", "y"), ("ed", "ing")),
    "de": Stemmer("german", ("", "e", "en", "n", "es", "s"), ("er", "ern", "em")),
}
"""By the code of the pages' language."""
SHORTEST: Final = 3
"""Letters of a word that has other forms; of so few, only those that end like this."""
_PLURALS: Final = ("", "s", "es")


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """The folded forms of a word in all languages, itself included. Those that nobody uses are there as well."""
    return frozenset().union(*(_spelled(language, word, True) for language in STEMMERS))


@lru_cache(maxsize=4096)
def nouns(language: str, word: str) -> frozenset[str]:
    """The folded word and its singular or plural in one language; for others than those of STEMMERS, itself."""
    return _spelled(language, word, False) if language in STEMMERS else frozenset([fold(word)])


def _spelled(language: str, word: str, all_forms: bool) -> frozenset[str]:
    clean = unicodedata.normalize("NFC", word).casefold()
    if len(clean) < SHORTEST or not clean.isalpha():
        return frozenset([fold(word)])
    same = _inflected(language, clean, all_forms)
    spelled = {other for one in same for other in _spellings().get(one, ())}
    return frozenset(same.union(*(_inflected(language, other, all_forms) for other in spelled)))


def _inflected(language: str, word: str, all_forms: bool) -> set[str]:
    _, endings, others = STEMMERS[language]
    stem = _stem(language, word)
    same = {fold(word)}
    if len(stem) < SHORTEST - 1:
        return same
    roots = {stem, stem[:-1]} if stem.endswith("i") else {stem}
    usual = _PLURALS if len(word) <= SHORTEST else (*endings, *others) if all_forms else endings
    candidates = {root + ending for root in roots for ending in usual}
    same.update(fold(one) for one in candidates if _stem(language, one) == stem)
    return same


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    table = (files("services.knowledge") / "data" / "spellings.tsv").read_text("utf-8")
    rows = [tuple(line.split("\t")) for line in table.splitlines()]
    return {fold(one): row for row in rows for one in row}


@lru_cache(maxsize=16_384)
def _stem(language: str, word: str) -> str:
    stemmer = snowballstemmer.stemmer(STEMMERS[language].algorithm)
    return str(stemmer.stemWord(word))
