"""Dates that a person is asked about: nobody can have taken the photo then."""

from datetime import date

import pytest

from services.domain.photos.dates import DateCorrected, Precision
from services.domain.words import Day, Moment
from services.kernel.sentence import Sentence

TODAY = date(2026, 11, 29)
FUTURE, EARLY = "%(date)s is in the future.", "%(date)s is before the first photograph."


@pytest.mark.parametrize(
    ("taken_at", "precision", "doubt"),
    [
        ("2026-11-29T23:59:00", "second", None),
        ("2026-11-30T09:00:00+14:00", "second", None),  # it is tomorrow there
        ("2026-12-01T00:00:00", "second", Sentence(FUTURE, date=Moment("2026-12-01T00:00:00"))),
        ("2026-01-01T12:00:00", "year", None),
        ("2027-01-01T12:00:00", "year", Sentence(FUTURE, date=Day("2027"))),
        ("2026-12-01T12:00:00", "month", Sentence(FUTURE, date=Day("2026-12"))),
        ("9999-12-31T23:59:59", "second", Sentence(FUTURE, date=Moment("9999-12-31T23:59:59"))),
        ("1826-01-01T12:00:00", "year", None),
        ("1825-12-31T00:00:00", "second", Sentence(EARLY, date=Moment("1825-12-31T00:00:00"))),
        ("0001-01-01T12:00:00", "year", Sentence(EARLY, date=Day("0001"))),
        (None, "second", None),
    ],
)
def test_the_future_and_the_time_before_photography(
    taken_at: str | None, precision: Precision, doubt: Sentence | None
) -> None:
    assert DateCorrected(image_id="a", taken_at=taken_at, precision=precision).doubt(TODAY) == doubt
