"""What the map names, and where."""

import math

from services.knowledge import atlas
from services.knowledge.geography import spot
from services.knowledge.mercator import SIDE, flat, round_

EUROPE = (*flat(60, -10), *flat(35, 30))


def test_countries_are_named_on_their_largest_part() -> None:
    """Not between it and what lies far away: Alaska, French Guiana, Kaliningrad."""
    at = {one.country: round_(one.x, one.y) for one in atlas.lands() if one.kind == "country"}
    assert len(at) > 200
    for code in ("US", "FR", "RU", "NO", "NL", "ES", "PT", "CL", "NZ", "FJ", "AZ", "AO", "ID", "IT"):
        latitude, longitude = at[code]
        assert spot(latitude, longitude).code == code, (code, at[code])
    assert at["FR"][0] > 42 and -130 < at["US"][1] < -70 and at["RU"][1] > 40


def test_regions_are_named_within_their_country() -> None:
    at = {(one.country, one.english): round_(one.x, one.y) for one in atlas.lands() if one.kind == "region"}
    for country, region in [("DE", "Bavaria"), ("IT", "Tuscany"), ("US", "California"), ("ES", "Catalonia")]:
        place = spot(*at[country, region])
        assert (place.code, place.region) == (country, region)


def test_all_lie_on_the_plane() -> None:
    for one in (*atlas.waters(), *atlas.lands()):
        assert 0 <= one.x < SIDE and 0 <= one.y <= SIDE and one.size >= 0


def test_waters_have_a_name_in_each_language_and_lie_on_no_city() -> None:
    assert len(atlas.waters()) > 100
    for one in atlas.waters():
        assert all(atlas.water_name(one, language) for language in ("en", "de", "fr", "es", "it"))
        assert all(math.hypot(one.x - city.x, one.y - city.y) > 2 for city in atlas.cities_named(*EUROPE, 5))


def test_closer_there_are_more_cities_and_the_large_ones_stay() -> None:
    west, north = flat(50, 5)
    east, south = flat(45, 13)
    before: set[atlas.Named] = set()
    for zoom in range(2, 11):
        cities = atlas.cities_named(west, north, east, south, zoom)
        assert before <= set(cities)
        assert [city.size for city in cities] == sorted((city.size for city in cities), reverse=True)
        assert all(west <= city.x <= east and north <= city.y <= south for city in cities)
        before = set(cities)
    assert {"Munich", "Zürich", "Milan"} <= {
        city.english for city in atlas.cities_named(west, north, east, south, 6)
    }
    assert len(before) > 1000
