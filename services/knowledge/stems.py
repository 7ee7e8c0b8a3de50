"""Other forms of a word: singular and plural (`puppies` -> `puppy`, `Häuser` -> `Haus`), British and American.

By the Snowball stemmers (https://snowballstem.org, M. Porter), and a table of spellings and of plurals that no rule
makes (`data/spellings.tsv`). Names and documents stay as they are: a word is searched for in each form that has its
stem. A language of the pages is an entry in STEMMERS. Pure.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from services.knowledge.folding import fold


class Stemmer(NamedTuple):
    algorithm: str
    """By Snowball's name."""
    endings: tuple[str, ...]
    """What inflected words have after their stem."""
    plurals: tuple[str, ...]
    """What makes a singular a plural that nothing else has (`jumper` is none of `jump`)."""
    plural: re.Pattern[str]
    """What may be a plural."""
    swaps: tuple[tuple[re.Pattern[str], str], ...] = ()
    """Endings that one number has in place of the other's: `cheval`, `chevaux`. Only for words in tables: among names,
    *Anne* is no plural of *Anna*."""


def _swaps(table: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """`aux:al,ail s:` -> each ending, behind two letters or more, with each of those in its place."""
    rows = [row.rpartition(":") for row in table.split()]
    return tuple(
        (re.compile(rf"(?<=[^\W\d_]{{2}}){ending}$"), other)
        for ending, _, others in rows
        for other in others.split(",")
    )


_FRENCH: Final = "s: x: al:aux aux:al,ail eu:eux"
_SPANISH: Final = "s: es: z:ces ces:z"
_ITALIAN: Final = (
    r"o:i io:i a:e,i e:i i:o,e,io (?<=[^\W\d_]{4})e:a co:chi go:ghi chi:co ghi:go ca:che ga:ghe che:ca ghe:ga "
    "cia:ce gia:ge ce:cia ge:gia"
)
"""A plural in *-e* has five letters, or it would be a word of other languages: *case*, *rose*."""
STEMMERS: Final = {
    "en": Stemmer("english", ("", "s", "es", "e", "ed", "ing", "ies", "y"), ("s", "es"), re.compile("s$")),
    "de": Stemmer("german", ("", "e", "en", "n", "es", "s", "er", "ern", "em"), ("n",), re.compile("[^s]$")),
    "fr": Stemmer("french", ("", "s", "x"), ("s", "x"), re.compile("[sx]$"), _swaps(_FRENCH)),
    "es": Stemmer("spanish", ("", "s", "es"), ("s", "es"), re.compile("s$"), _swaps(_SPANISH)),
    "it": Stemmer("italian", ("", "o", "i"), (), re.compile("(?!)"), _swaps(_ITALIAN)),
}
"""By the code of the pages' language."""
SHORTEST: Final = 3
"""Letters of a word that has other forms; of so few, only those that end like this."""
_PLURALS: Final = ("", "s", "es")
_UMLAUTS: Final = {"ae": "ä", "oe": "ö", "ue": "ü"}
_DIGRAPHS: Final = re.compile("[aou]e")
_FOREIGN: Final = re.compile("[aiouy]s$")
"""Plurals of words that end in a vowel: *Autos*, *Babys*."""


@lru_cache(maxsize=4096)
def forms(word: str) -> frozenset[str]:
    """The folded forms of a word in all languages, itself included. Those that nobody uses are there as well."""
    return frozenset().union(*(_spelled(word, language, _inflected) for language in STEMMERS))


@lru_cache(maxsize=4096)
def nouns(language: str, word: str) -> frozenset[str]:
    """The folded word and its singular or plural in one language; for others than those of STEMMERS, itself."""
    return _spelled(word, language, _numbers) if language in STEMMERS else frozenset([fold(word)])


def _spelled(word: str, language: str, inflect: Callable[[str, str], set[str]]) -> frozenset[str]:
    clean = unicodedata.normalize("NFC", word).casefold()
    if len(clean) < SHORTEST or not clean.isalpha():
        return frozenset([fold(word)])
    same = inflect(language, clean)
    spelled = {other for one in same for other in _spellings().get(one, ())}
    if language == "de" and (umlauts := _DIGRAPHS.sub(lambda two: _UMLAUTS[two[0]], clean)) != clean:
        spelled.add(umlauts)
    return frozenset(same.union(*(inflect(language, other) for other in spelled)))


def _inflected(language: str, word: str) -> set[str]:
    stem = _stem(language, word)
    if len(stem) < SHORTEST - 1:
        return {fold(word)}
    roots = {stem, stem[:-1]} if stem.endswith("i") else {stem}
    endings = STEMMERS[language].endings if len(word) > SHORTEST else _PLURALS
    return _of_stem(language, stem, {word, *(root + ending for root in roots for ending in endings)})


def _numbers(language: str, word: str) -> set[str]:
    """Singular and plural: the beginnings of the word with its stem, and the word with an ending."""
    stemmer, stem = STEMMERS[language], _stem(language, word)
    plural = stemmer.plural.search(word) is not None
    shorter = {word[:end] for end in range(max(len(stem) - 1, SHORTEST), len(word)) if plural}
    same = _of_stem(language, stem, {word, *shorter, *(word + ending for ending in stemmer.plurals)})
    same.update(one[:-1] + "y" for one in same.copy() if one.endswith("i"))
    same.update(fold(ending.sub(other, word)) for ending, other in stemmer.swaps if ending.search(word))
    return same | ({fold(word[:-1])} if _FOREIGN.search(word) else set())


def _of_stem(language: str, stem: str, words: set[str]) -> set[str]:
    return {fold(one) for one in words if _stem(language, one) == stem}


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    table = (files("services.knowledge") / "data" / "spellings.tsv").read_text("utf-8")
    rows = [tuple(line.split("\t")) for line in table.splitlines()]
    return {fold(one): row for row in rows for one in row}


@lru_cache(maxsize=16_384)
def _stem(language: str, word: str) -> str:
    return str(_stemmer(language).stemWord(word))


@cache
def _stemmer(language: str) -> Any:
    from snowballstemmer import stemmer  # 35 ms, which a start need not wait for

    return stemmer(STEMMERS[language].algorithm)
