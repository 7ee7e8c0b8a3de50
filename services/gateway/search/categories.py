"""Which categories a word means. Pure.

A word that is a category's name or a synonym of one means nothing else; else it may be the singular or plural of one
(`puppies`); else the beginning of a name (`do`).
"""

import unicodedata
from collections.abc import Mapping, Set

from services.gateway.search.vocabulary import KIND, NamedCategory, Vocabulary
from services.gateway.search.word import words
from services.knowledge.folding import fold
from services.knowledge.languages import OWN_NAMES
from services.knowledge.stems import nouns
from services.knowledge.synonyms import inflected, languages_of, literal, meant


def named_categories(key: str, value: str, vocab: Vocabulary) -> list[NamedCategory]:
    """By their ids and names, or beginnings of those, or synonyms; `key`: `category` or `kind`."""
    among = [c for c in vocab.categories if key == "category" or c.group_id == KIND]
    if exact := [c for c in among if c.id == value]:
        return exact
    names = set(vocab.index(key).matching(value))
    by_name = [c for c in among if not names.isdisjoint(c.called)]
    return by_name or [c for c in _by_ids(meant(value), vocab) if c in among]


def meant_categories(text: str, vocab: Vocabulary) -> list[NamedCategory]:
    """By ids, names and synonyms."""
    return vocab.recall(("category", text), lambda: _meant(text, vocab))


def _meant(text: str, vocab: Vocabulary) -> list[NamedCategory]:
    if one := next((c for c in vocab.categories if c.id == text), None):
        return [one]
    typed = words(unicodedata.normalize("NFC", text))
    languages = languages_of(text)
    as_typed = {code: [frozenset([fold(one)]) for one in typed] for code in OWN_NAMES}
    if some := [*_called(as_typed, languages, vocab), *_by_ids(literal(text), vocab)]:
        return list(dict.fromkeys(some))
    numbers = {code: [nouns(code, one) for one in typed] for code in OWN_NAMES}
    if some := [*_called(numbers, languages, vocab), *_by_ids(inflected(text), vocab)]:
        return list(dict.fromkeys(some))
    return named_categories("category", text, vocab)


def _called(
    wanted: Mapping[str, list[frozenset[str]]], known: Set[str], vocab: Vocabulary
) -> list[NamedCategory]:
    """That have this name, else with these words in it; in a language in which they mean something themselves
    (`known`), at its beginning: Spanish *baño* is the bathroom and no *Ropa de baño*."""
    same = [one for one in vocab.categories if one.has(wanted)]
    return same or [one for one in vocab.categories if one.contains(wanted, known)]


def _by_ids(ids: tuple[str, ...], vocab: Vocabulary) -> list[NamedCategory]:
    """Or what these were merged into."""
    present = {vocab.merged.get(one, one) for one in ids}
    return [one for one in vocab.categories if one.id in present]
