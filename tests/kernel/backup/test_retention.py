"""Which backups are kept: the last three, 14 days, 8 weeks, 12 months, as many as there are."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.kernel.backup.retention import keep

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
TIMES = st.lists(
    st.integers(1_577_836_800, 1_798_761_600).map(lambda second: datetime.fromtimestamp(second, UTC)),
    max_size=60,
)
"""From 2020 to 2026."""


def days(number: int) -> list[datetime]:
    """One backup a day."""
    return [NOON - timedelta(days=day) for day in range(number)]


def test_a_year_of_daily_backups() -> None:
    kept = keep(days(400))
    assert set(days(14)) <= kept
    assert len({at.isocalendar()[:2] for at in kept}) >= 8
    assert len({(at.year, at.month) for at in kept}) == 12
    assert len(kept) <= 3 + 14 + 8 + 12
    assert min(kept) == datetime(2025, 12, 31, 12, tzinfo=UTC)


def test_of_one_day_the_last_three_stay() -> None:
    hours = [NOON + timedelta(hours=hour) for hour in range(5)]
    assert keep(hours) == set(hours[-3:])


def test_of_an_earlier_day_the_newest_stays() -> None:
    hours = [NOON - timedelta(days=1, hours=hour) for hour in range(5)]
    assert keep([*days(1), *hours, NOON - timedelta(minutes=1), NOON - timedelta(minutes=2)]) >= {hours[0]}
    assert hours[1] not in keep([*hours, NOON, NOON - timedelta(minutes=1), NOON - timedelta(minutes=2)])


def test_years_without_a_backup_cost_none() -> None:
    old = [datetime(year, 6, 1, tzinfo=UTC) for year in range(2010, 2020)]
    assert keep([NOON, *old]) == {NOON, *old}


@given(TIMES)
def test_the_newest_is_always_kept_and_there_are_never_more_than_37(times: list[datetime]) -> None:
    kept = keep(times)
    assert kept <= set(times)
    assert len(kept) <= 37
    assert not times or max(times) in kept


@given(TIMES)
def test_every_one_of_the_last_14_days_with_a_backup_keeps_its_newest(times: list[datetime]) -> None:
    newest = {at.date(): at for at in sorted(times)}
    assert {newest[day] for day in sorted(newest)[-14:]} <= keep(times)


@given(TIMES)
def test_what_was_kept_stays_kept_if_nothing_is_added(times: list[datetime]) -> None:
    kept = keep(times)
    assert keep(kept) == kept


@given(st.integers(1, 800))
def test_deleting_each_day_keeps_as_much_as_deleting_once(number: int) -> None:
    """Day by day, as the program runs: never fewer days or months than there may be."""
    left: set[datetime] = set()
    for at in reversed(days(number)):
        left = keep({*left, at})
    assert len({at.date() for at in left}) >= min(number, 14)
    assert len({(at.year, at.month) for at in left}) == min(
        12, len({(at.year, at.month) for at in days(number)})
    )
