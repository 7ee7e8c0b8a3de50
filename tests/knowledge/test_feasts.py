"""Feasts and seasons of a year."""

from datetime import date

import pytest

from services.knowledge.feasts import FEASTS, easter, season


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [(1818, 3, 22), (1943, 4, 25), (2000, 4, 23), (2008, 3, 23), (2016, 3, 27), (2024, 3, 31), (2038, 4, 25)],
)
def test_easter_is_on_the_day_that_almanacs_have(year: int, month: int, day: int) -> None:
    """Among them the earliest and the latest possible."""
    assert easter(year) == date(year, month, day)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("christmas", date(2019, 12, 24), date(2019, 12, 26)), ("new-years-eve", date(2019, 12, 31), date(2020, 1, 1)),
        ("new-year", date(2018, 12, 31), date(2019, 1, 1)), ("thanksgiving", date(2019, 11, 28), date(2019, 12, 1)),
        ("mothers-day", date(2019, 5, 12), date(2019, 5, 12)), ("advent", date(2019, 12, 1), date(2019, 12, 24)),
        ("holy-week", date(2019, 4, 14), date(2019, 4, 21)), ("mothers-day-spain", date(2019, 5, 5), date(2019, 5, 5)),
        ("mothers-day-france", date(2019, 5, 26), date(2019, 5, 26)),
        ("mothering-sunday", date(2019, 3, 31), date(2019, 3, 31)), ("st-joseph", date(2019, 3, 19), date(2019, 3, 19)),
        ("assumption", date(2019, 8, 15), date(2019, 8, 15)),
        ("carnival", date(2019, 2, 28), date(2019, 3, 6)), ("pentecost", date(2019, 6, 9), date(2019, 6, 10)),
    ],
)  # fmt: skip
def test_feasts_of_2019(name: str, first: date, last: date) -> None:
    assert FEASTS[name](2019) == (first, last)


def test_the_french_mothers_day_makes_way_for_whitsun() -> None:
    """In 2023, Whitsun was on 28 May, the last Sunday of the month."""
    assert FEASTS["mothers-day-france"](2023) == (date(2023, 6, 4), date(2023, 6, 4))


@pytest.mark.parametrize(
    ("name", "south", "days"),
    [
        ("summer", False, (date(2023, 6, 1), date(2023, 8, 31))),
        ("winter", False, (date(2023, 12, 1), date(2024, 2, 29))),
        ("summer", True, (date(2023, 12, 1), date(2024, 2, 29))),
        ("spring", True, (date(2023, 9, 1), date(2023, 11, 30))),
    ],
)
def test_seasons_are_whole_months(name: str, south: bool, days: tuple[date, date]) -> None:
    assert season(name, 2023, south) == days
