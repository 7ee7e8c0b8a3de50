"""What a person may say instead of a category's name: `puppy` is Dog, `receipt` is Document. Pure.

The table is `data/synonyms.tsv`: what is meant (a category's or group's id, or a term of the search such as
`is:duplicate`), the language, and words for it. A word has one meaning per language; all languages count everywhere,
so that a smart album finds the same on every page.
"""

import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from services.knowledge.folding import fold
from services.knowledge.stems import nouns

SYNONYM_WORDS: Final = 4
"""Words of a synonym."""
_SPACED: Final = str.maketrans("-/'’&", "     ")


def rows() -> list[tuple[str, str, tuple[str, ...]]]:
    """(target, language, words) as in the table; `emoji` is one of the languages."""
    table = (files("services.knowledge") / "data" / "synonyms.tsv").read_text("utf-8")
    lines = [line.split("\t") for line in table.splitlines()]
    return [(target, language, tuple(words.split("; "))) for target, language, words in lines]


def meant(text: str) -> tuple[str, ...]:
    """What a word or a few words stand for; empty if nothing is known."""
    return literal(text) or inflected(text)


def literal(text: str) -> tuple[str, ...]:
    """As they are in the table."""
    plain = normal(text)
    return tuple(dict.fromkeys(table[plain] for table in _targets().values() if plain in table))


def inflected(text: str) -> tuple[str, ...]:
    """In singular or plural of the first word, the last, or both: `couchers de soleil`, `Guinea pigs`."""
    return tuple(dict.fromkeys(target for _, target in _inflected(text)))


def languages_of(text: str) -> frozenset[str]:
    """Those in which it is a synonym, in singular or plural."""
    plain = normal(text)
    return frozenset(
        [language for language, table in _targets().items() if plain in table]
        + [language for language, _ in _inflected(text)]
    )


@lru_cache(maxsize=2048)
def _inflected(text: str) -> tuple[tuple[str, str], ...]:
    """(language, target)."""
    typed = unicodedata.normalize("NFC", text).translate(_SPACED).split()
    plain = [*map(normal, typed)]
    return tuple(
        (language, table[phrase])
        for language, table in _targets().items()
        for phrase in sorted(_forms(typed, plain, language))
        if phrase in table
    )


def _forms(typed: list[str], plain: list[str], language: str) -> set[str]:
    if len(typed) < 2:
        return {form for one in typed for form in nouns(language, one)}
    heads, tails = nouns(language, typed[0]) | {plain[0]}, nouns(language, typed[-1]) | {plain[-1]}
    return {" ".join([head, *plain[1:-1], tail]) for head in heads for tail in tails}


def all_synonyms(language: str) -> frozenset[str]:
    """All of a language, folded."""
    return frozenset(_targets().get(language, ()))


def normal(text: str) -> str:
    """Folded, with single spaces for all that separates words; an emoji as it is, without what chooses its style."""
    return " ".join(fold(text).replace("\ufe0f", "").translate(_SPACED).split())


@cache
def _targets() -> dict[str, dict[str, str]]:
    """Language -> synonym -> target."""
    table: dict[str, dict[str, str]] = {}
    for target, language, synonyms in rows():
        table.setdefault(language, {}).update((normal(one), target) for one in synonyms)
    return table
