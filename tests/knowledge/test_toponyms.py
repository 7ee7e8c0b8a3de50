"""Names of cities and regions in the languages of the pages."""

import pytest

from services.knowledge.geography import spot
from services.knowledge.toponyms import LANGUAGES, ToponymKind, called, toponyms


@pytest.mark.parametrize(
    ("kind", "country", "english", "names"),
    [
        ("city", "DE", "Munich", ["München", "Munich", "Múnich", "Monaco di Baviera"]),
        ("city", "IT", "Florence", ["Florenz", "Florence", "Florencia", "Firenze"]),
        ("region", "IT", "Tuscany", ["Toskana", "Toscane", "Toscana", "Toscana"]),
        ("region", "CH", "Geneva", ["Genf", "Genève", "Ginebra", "Ginevra"]),
        ("region", "DE", "Thuringia", ["Thüringen", "Thuringe", "Thüringen", "Turingia"]),
    ],
)
def test_a_place_has_its_name_in_each_language(
    kind: ToponymKind, country: str, english: str, names: list[str]
) -> None:
    assert [called(kind, country, english, language) for language in LANGUAGES] == names
    assert called(kind, country, english, "en") == called(kind, country, english, "ja") == english


def test_what_the_table_does_not_know_keeps_its_name() -> None:
    assert called("city", "IT", "Rome", "it") == "Roma"
    assert called("city", "US", "Rome", "it") == "Rome"
    assert called("region", "XX", "Nowhere", "de") == "Nowhere"


def test_the_table_is_whole() -> None:
    """Each place once, with a name for each language, and none without a difference."""
    keys = [(one.kind, one.country, one.english) for one in toponyms()]
    assert len(keys) == len(set(keys)) > 3000
    assert all(len(one.others) == len(LANGUAGES) and any(one.others) for one in toponyms())
    assert not [one for one in toponyms() if one.english in one.others]


@pytest.mark.parametrize(
    ("latitude", "longitude", "region"),
    [
        (48.137, 11.575, "Bavaria"),
        (43.77, 11.25, "Tuscany"),
        (37.77, -122.42, "California"),
        (51.50, -0.12, "England"),
        (54.71, 20.51, "Kaliningrad"),  # an exclave
        (61.22, -149.9, "Alaska"),
        (35.889, -5.32, "Ceuta"),
        (45.97, 8.97, "Lombardy"),  # Campione, within Switzerland
        (47.69, 8.69, "Baden-Württemberg"),  # Büsingen, too
        (48.985, -123.06, "Washington"),  # Point Roberts
        (-5.55, 12.2, "Cabinda"),
        (24.0, 5.0, ""),  # no city near
        (43.74, 7.42, ""),  # a country without regions
    ],
)
def test_a_point_is_in_a_region(latitude: float, longitude: float, region: str) -> None:
    assert spot(latitude, longitude).region.startswith(region)
    assert bool(spot(latitude, longitude).region) is bool(region)
