"""Folding: what people write in many ways has one form, in the read tables and in a search."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.folding import differing, fold, indexed, sought


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("Straße", "strasse"), ("STRASSE", "strasse"), ("CAFÉ", "cafe"), ("Cafe\u0301", "cafe"), ("Ｃａｆｅ", "cafe"),
        ("Müller", "muller"), ("İstanbul", "istanbul"), ("ISPARTA ılıca", "isparta ilica"), ("Łódź", "lodz"),
        ("Ærøskøbing", "aeroskobing"), ("Þórsmörk", "thorsmork"), ("ŒUVRE", "oeuvre"), ("ﬁsh", "fish"),
        ("Αθήνα", "αθηνα"), ("Ёлка", "елка"), ("הַר", "הר"), ("مُحَمَّد", "محمد"), ("旅行", "旅行"), ("ｶﾞｲﾄﾞ", "ガイド"),
        (unicodedata.normalize("NFD", "제주도 がぎ"), "제주도 がぎ"), ("हिन्दी", "हिन्दी"), ("", ""),
    ],
)  # fmt: skip
def test_what_is_written_in_many_ways_has_one_form(written: str, form: str) -> None:
    assert fold(written) == form


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_and_composition_does_not_matter(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "index", "query"),
    [
        ("2019 東京都 trip", "2019  東京 京都 都  trip", "2019  東京 京都  trip"),
        ("旅行", " 旅行 行 ", "旅行"),
        ("旅", " 旅 ", "旅"),
        ("제주도", " 제주 주도 도 ", "제주 주도"),
        ("Straße", "strasse", "strasse"),
        ("Plain ASCII", "Plain ASCII", "Plain ASCII"),
    ],
)
def test_words_without_spaces_are_indexed_in_pairs(text: str, index: str, query: str) -> None:
    assert (indexed(text), sought(text)) == (index, query)


def test_ascii_is_stored_once() -> None:
    assert differing("Holiday/IMG_1.JPG") is None
    assert differing("Čáslav") == "caslav"
