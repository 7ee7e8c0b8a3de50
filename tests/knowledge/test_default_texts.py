"""Descriptions that nobody wrote, and people's words that begin like them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.default_texts import DEFAULT_TEXTS, is_default

ROWS = [(pattern, text) for pattern, examples in DEFAULT_TEXTS for text in examples]


@pytest.mark.parametrize(("pattern", "text"), ROWS)
def test_each_row_matches_its_examples(pattern: str, text: str) -> None:
    """Padded as well, as cameras write them into fields of a fixed length."""
    assert re.fullmatch(pattern, text, re.IGNORECASE)
    assert is_default(text)
    assert is_default(f"  {text.replace(' ', '   ')}      ")


def test_each_row_is_needed() -> None:
    for pattern, examples in DEFAULT_TEXTS:
        others = "|".join(f"(?:{other})" for other, _ in DEFAULT_TEXTS if other != pattern)
        assert not all(re.fullmatch(others, text, re.IGNORECASE) for text in examples), pattern


@pytest.mark.parametrize(
    "text",
    [
        "Olympus Mons on the planetarium's ceiling", "SAMSUNG factory tour, Suwon", "Sony and Berta in the hay",
        "Minolta, our old dog", "Casio watch of Grandpa", "Default settings, first try", "JPEG of the old map",
        "DSC sailing club, summer party", "img. Miller and the twins", "Digital camera of my brother", "My first Kodak",
        "Camera obscura in Dumfries", "Untitled (after Rothko)", "No title fight tonight", "Scanner broke here",
        "Nor", "HDR", "Smart", "Mon ami", "mon ami", "smart fortwo", "Screenshot of the year", "Room 101",
        "Paris 2019", "Samsung and Company", "Olympus, and my digital camera", "Sony found my digital camera",
        "Anna: left; Berta: right; Carl: behind", "Created with love for Mum", "{Anna, Berta}", "42",
        "Processed cheese", "❤", "🦊🦊", "…!", "海", "Unknown soldier's tomb", "Photo: Anna", "The picture", "007",
        "1984",
    ],
)  # fmt: skip
def test_words_that_begin_like_a_cameras_are_somebodys(text: str) -> None:
    assert not is_default(text)


@given(st.text(max_size=300) | st.text('_-:;=. <>{}"camerdigtlsony0123456789\\/', max_size=3000))
def test_any_text_is_judged(text: str) -> None:
    assert is_default(text) in (True, False)
