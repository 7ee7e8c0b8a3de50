"""The tables of words: each leads somewhere, and none to two places in one language."""

from collections import defaultdict
from collections.abc import Collection

import pytest

from services.gateway.i18n.catalogues import everywhere
from services.gateway.search.grammar import CHOICES, KEYS
from services.knowledge import feasts, search_words, synonyms, taxonomy
from services.knowledge.languages import OWN_NAMES
from services.knowledge.stems import STEMMERS, forms, nouns

CATEGORIES = taxonomy.load().categories


def test_every_synonym_leads_to_a_category_or_a_state() -> None:
    for target, language, words in synonyms.rows():
        key, _, value = target.rpartition(":")
        assert value in CHOICES[key] if key else target in CATEGORIES, target
        assert language in (*OWN_NAMES, "emoji")
        assert all(len(synonyms.normal(one).split()) <= synonyms.SYNONYM_WORDS for one in words), words


def test_no_synonym_has_two_targets_in_a_language_or_is_another_categorys_name() -> None:
    targets = defaultdict(set)
    for target, language, words in synonyms.rows():
        for one in words:
            targets[language, synonyms.normal(one)].add(target)
    assert {word: some for word, some in targets.items() if len(some) > 1} == {}
    names = {synonyms.normal(name): one.id for one in CATEGORIES.values() for name in everywhere(one.name)}
    assert [word for (_, word), some in targets.items() if names.get(word, *some) not in some] == []


def test_there_are_enough_in_each_language_of_the_pages() -> None:
    for language in OWN_NAMES:
        assert sum(len(words) for _, code, words in synonyms.rows() if code == language) >= 400
        assert {"stop", "or", "last", "season:summer", "weekday:0"} <= {
            meaning for meaning, code, _ in search_words.rows() if code == language
        }
    assert list(STEMMERS) == list(OWN_NAMES)


def test_every_word_of_a_search_has_a_meaning_that_something_knows() -> None:
    for meaning, language, words in search_words.rows():
        kind, _, value = meaning.partition(":")
        known: dict[str, Collection[str]] = {
            "feast": feasts.FEASTS,
            "season": feasts.FIRST_MONTH,
            "key": KEYS,
            **CHOICES,
        }
        assert kind not in known or value in known[kind], meaning
        assert language in OWN_NAMES
        assert all(len(search_words.normal(one).split()) <= search_words.MOST_WORDS for one in words), words


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("puppies", "dog"), ("Welpen", "dog"), ("ocean", "beach"), ("receipts", "kind-document"), ("🐶", "dog"),
        ("Guinea pigs", "rodent"), ("Camper-vans", "truck"), ("children", "baby"), ("geese", "duck"), ("jump", ""),
        ("last", ""), ("peter", ""), ("not", ""), ("chevaux", "horse"), ("couchers de soleil", "landscape"),
        ("peces", "fish"), ("puestas de sol", "landscape"), ("ordinateurs portables", "computer"),
        ("spiagge", "beach"), ("laghi", "beach"), ("case", ""),
    ],
)  # fmt: skip
def test_synonyms_are_known_in_singular_and_plural(text: str, target: str) -> None:
    assert "".join(synonyms.meant(text)) == target


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("puppies", "puppy"), ("dog", "dogs"), ("Häuser", "haus"), ("Hunde", "hund"), ("colour", "color"),
        ("theaters", "theatre"), ("Autos", "auto"), ("walking", "walk"), ("mice", "mouse"), ("plages", "plage"),
        ("châteaux", "chateau"), ("yeux", "oeil"), ("canciones", "cancion"), ("flores", "flor"), ("gatti", "gatto"),
    ],
)  # fmt: skip
def test_a_word_has_other_forms(word: str, other: str) -> None:
    assert other in forms(word)


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [
        ("en", "jump", "jumper"), ("de", "boots", "boot"), ("en", "Boote", "boot"), ("de", "last", "laster"),
        ("it", "case", "casa"),
    ],
)  # fmt: skip
def test_another_word_is_no_form(language: str, word: str, other: str) -> None:
    assert other not in nouns(language, word)


@pytest.mark.parametrize(("one", "other"), [("anna", "anne"), ("mario", "maria"), ("jean", "jeanne")])
def test_a_name_is_no_form_of_another(one: str, other: str) -> None:
    assert other not in forms(one) and one not in forms(other)


@pytest.mark.parametrize(
    ("word", "rest"),
    [
        ("l'été", "été"), ("d’Anna", "Anna"), ("nell'estate", "estate"), ("quest’anno", "anno"), ("O'Brien", ""),
        ("aujourd'hui", ""), ("can't", ""), ("l'", ""), ("rock'n'roll", ""),
    ],
)  # fmt: skip
def test_an_article_before_an_apostrophe_is_a_word_of_its_own(word: str, rest: str) -> None:
    end = search_words.elision(word)
    assert word[end:] == rest if rest else end == 0
