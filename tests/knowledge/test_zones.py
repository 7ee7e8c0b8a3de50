"""What clocks in time zones said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.knowledge.geography import zone_of
from services.knowledge.zones import is_zone, local


@pytest.mark.parametrize(
    ("moment", "zone", "clock"),
    [
        ("2021-06-01T02:00", "America/New_York", "2021-05-31T22:00:00-04:00"),
        ("2021-12-01T02:00", "America/New_York", "2021-11-30T21:00:00-05:00"),
        ("2018-10-28T00:30", "Europe/Berlin", "2018-10-28T02:30:00+02:00"),
        ("2018-10-28T01:30", "Europe/Berlin", "2018-10-28T02:30:00+01:00"),
        ("1999-12-31T18:30", "Asia/Kathmandu", "2000-01-01T00:15:00+05:45"),
        ("2011-12-30T09:59", "Pacific/Apia", "2011-12-29T23:59:00-10:00"),
        ("2011-12-30T10:00", "Pacific/Apia", "2011-12-31T00:00:00+14:00"),
        ("1890-01-01T00:00", "Europe/Berlin", "1890-01-01T00:53:00+00:53"),
        ("2099-07-01T00:00", "Europe/Berlin", "2099-07-01T02:00:00+02:00"),
        ("2021-06-01T02:00", "UTC", "2021-06-01T02:00:00+00:00"),
        ("2021-06-01T02:00", "US/Eastern", "2021-05-31T22:00:00-04:00"),
    ],
)
def test_each_zone_has_its_own_clock_at_each_time(moment: str, zone: str, clock: str) -> None:
    """Also when summer time ends, a day is left out, offsets had seconds, and far ahead."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    result = local(round(at.timestamp() * 1000), zone)
    assert result is not None
    assert result.isoformat() == clock


@pytest.mark.parametrize(
    "name", ["", "Nowhere/Else", "../../etc/passwd", "CET-1CEST,M3.5.0,M10.5.0/3", "europe/berlin"]
)
def test_what_is_no_zone_has_no_clock(name: str) -> None:
    assert not is_zone(name)
    assert local(0, name) is None


@given(st.integers(), st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Dublin"]))
def test_any_moment_has_a_clock_or_none(milliseconds: int, zone: str) -> None:
    moment = local(milliseconds, zone)
    assert moment is None or (
        moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    ).total_seconds() * 1000 == (pytest.approx(milliseconds, abs=1))


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (41.89, 12.49, "Europe/Rome"),
        (47.6, -122.3, "America/Los_Angeles"),
        (27.71, 85.32, "Asia/Kathmandu"),
        (39.77, -86.16, "America/Indiana/Indianapolis"),
        (-12.46, 130.84, "Australia/Darwin"),
        (28.46, -16.25, "Atlantic/Canary"),
        (24.0, 5.0, "Africa/Algiers"),  # in the Sahara, far from any city
        (54.0, 5.0, "Europe/Amsterdam"),  # in the North Sea
        (30.0, -40.0, ""),  # in the middle of the Atlantic
        (63.06, -180.0, "Asia/Anadyr"),
    ],
)
def test_a_point_is_in_the_zone_of_its_city(latitude: float, longitude: float, zone: str) -> None:
    assert zone_of(latitude, longitude) == zone
    assert zone == "" or is_zone(zone)
