"""Dates as programs write them: how much each states."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.stated import DAY, FORMS, MONTH, SECOND, YEAR, Stated, known_part, most_exact, stated


@pytest.mark.parametrize(("text", "wanted"), FORMS.items(), ids=str)
def test_the_examples(text: str, wanted: tuple[str, int]) -> None:
    found = stated(text)
    assert found is not None
    assert (found.moment.isoformat(), found.digits) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "   ", "0000", "0000-00-00", "2017-02-30", "2017-13", "2017-08-11T24:00", "1943?", "43", "201708"],
)
def test_what_states_no_date(text: str) -> None:
    assert stated(text) is None


@given(st.text(alphabet="0123456789-:/TZ+., x", max_size=30))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = stated(text)
    assert found is None or found.moment.isoformat()[: found.digits]


@pytest.mark.parametrize("text", [text for text, (_, digits) in FORMS.items() if digits <= DAY])
def test_what_was_stated_can_be_told_from_the_moment(text: str) -> None:
    """The log has the moment only."""
    date = stated(text)
    assert date is not None
    assert known_part(date.moment.isoformat(), "xmp") == date.digits


@pytest.mark.parametrize(
    ("taken_at", "source", "digits"),
    [
        ("1965-01-01T12:00:00", "user", SECOND),
        ("1965-01-01T12:00:00", "filename", DAY),
        ("1965-01-01T12:00:00", "folder", SECOND),
        ("1965-01-01T00:00:00", "folder", YEAR),
        ("1965-06-01T00:00:00", "folder", MONTH),
        ("1965-06-01T00:00:00", "exif", SECOND),
        ("1965-01-01T12:00:00.500", "exif", SECOND),
        ("1965-01-01T12:00:00+00:00", "gps", SECOND),
        ("", "exif", SECOND),
    ],
)
def test_a_date_with_a_time_is_known_to_the_second(taken_at: str, source: str, digits: int) -> None:
    assert known_part(taken_at, source) == digits


def test_the_more_exact_of_dates_that_agree() -> None:
    def best(*texts: str) -> Stated | None:
        return most_exact(date for text in texts if (date := stated(text)))

    assert best("1965", "1965-06", "1965-06-07") == stated("1965-06-07")
    assert best("1965", "1966-06-07") == stated("1965")
    assert best("1965-06-07", "1965") == stated("1965-06-07")
    assert best() is None
