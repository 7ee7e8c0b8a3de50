"""Names of coordinates: golden cities, the date line, the poles, the sea."""

import math
import time
from random import Random

import pytest

from services.knowledge.geography import AT_SEA, Spot, spot, valid
from services.knowledge.mercator import SIDE, flat, round_


@pytest.mark.parametrize(
    ("latitude", "longitude", "city", "country", "code"),
    [
        (41.8902, 12.4922, "Rome", "Italy", "IT"),
        (41.8867, 12.4692, "Rome", "Italy", "IT"),  # Trastevere: districts count as their city
        (41.9022, 12.4539, "Vatican City", "Vatican", "VA"),
        (48.8584, 2.2945, "Paris", "France", "FR"),
        (48.8049, 2.1204, "Versailles", "France", "FR"),
        (47.5622, 13.6493, "Hallstatt", "Austria", "AT"),
        (40.7589, -73.9851, "New York City", "United States", "US"),
        (-33.8568, 151.2153, "Sydney", "Australia", "AU"),
        (64.1466, -21.9426, "Reykjavík", "Iceland", "IS"),
        (24.0, 5.0, "", "Algeria", "DZ"),
        (75.0, -40.0, "", "Greenland", "GL"),
        (-75.0, 0.0, "", "Antarctica", "AQ"),
        (-90.0, 0.0, "", "Antarctica", "AQ"),
        (90.0, 0.0, "", AT_SEA, ""),
        (30.0, -40.0, "", AT_SEA, ""),
        (10.0, 180.0, "", AT_SEA, ""),
        (10.0, -180.0, "", AT_SEA, ""),
    ],
)
def test_a_point_is_named_after_the_city_that_it_lies_in_or_near(
    latitude: float, longitude: float, city: str, country: str, code: str
) -> None:
    place = spot(latitude, longitude)
    assert (place.city, place.country, place.code) == (city, country, code)


def test_a_city_is_found_from_beyond_the_date_line() -> None:
    """Beringovskiy is at 179.35° east: 33 km from a point at ±180°, 46 from one beyond it."""
    there = Spot("Beringovskiy", "Russia", "RU", "Chukotka Autonomous Okrug")
    assert [spot(63.06, at) for at in (180.0, -180.0, -179.75)] == [there] * 3
    assert spot(63.06, -179.3).city == ""


@pytest.mark.parametrize(
    ("latitude", "longitude", "fine"),
    [
        (0.0, 0.0, False),
        (0.00001, -0.0002, False),
        (0.0, 0.1, True),
        (0.1, 0.0, True),
        (0.0, 12.5, True),
        (51.48, 0.0, True),
        (90.0, 180.0, True),
        (90.1, 0.0, False),
        (0.0, -180.1, False),
        (math.nan, 1.0, False),
        (math.inf, 1.0, False),
        (None, 1.0, False),
    ],
)
def test_what_is_no_point_of_the_earth_is_none(
    latitude: float | None, longitude: float | None, fine: bool
) -> None:
    assert valid(latitude, longitude) is fine


def test_fifteen_thousand_points_take_no_time_to_speak_of() -> None:
    """At most 5 s of CPU time, however slow the machine; 0.8 s is usual. All points are in the world's densest
    region."""
    chance = Random(1)
    began = time.process_time()
    for _ in range(15_000):
        spot(chance.uniform(40, 55), chance.uniform(-4, 20))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("point", [(41.9, 12.5), (-85.0, -179.9), (0.0, 0.0), (70.0, 180.0)])
def test_the_plane_leads_back_to_the_earth(point: tuple[float, float]) -> None:
    found = round_(*flat(*point))
    assert found[0] == pytest.approx(point[0], abs=1e-6)
    assert (found[1] - point[1] + 180) % 360 - 180 == pytest.approx(0, abs=1e-6)


def test_the_poles_lie_on_the_edge() -> None:
    assert flat(90, 0)[1] == pytest.approx(0, abs=0.1)
    assert flat(-90, 180) == pytest.approx((SIDE, SIDE), abs=0.1)
