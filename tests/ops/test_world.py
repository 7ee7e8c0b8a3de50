"""The world map: TopoJSON to SVG paths."""

from itertools import pairwise

import pytest

from ops import assets
from services.knowledge import mercator

TOPOLOGY = {
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [
        [[170, 10], [20, 0], [-360, 0], [0, 10], [-10, 0], [340, 0]],
        [[0, -70], [90, 0], [90, 0], [90, 0], [89, 0], [1, 0]],
    ],
}


def test_the_plane_is_the_one_of_the_map() -> None:
    assert assets.SIDE == mercator.SIDE
    for longitude, latitude in [(12.5, 41.9), (-180.0, -89.0), (180.0, 85.0)]:
        assert assets.flat((longitude, latitude)) == pytest.approx(mercator.flat(latitude, longitude))


def test_an_outline_goes_on_behind_the_date_line() -> None:
    (ring,) = assets.rings(TOPOLOGY, {"type": "Polygon", "arcs": [[0]]})
    assert all(abs(b[0] - a[0]) <= 180 for a, b in pairwise(ring))
    assert max(x for x, _ in ring) == 190


def test_an_outline_round_a_pole_is_led_down_to_it() -> None:
    (ring,) = assets.rings(TOPOLOGY, {"type": "Polygon", "arcs": [[1]]})
    assert [y for _, y in ring].count(-90.0) == 2
    assert ring[0] == ring[-1]


def test_what_is_smaller_than_the_grain_is_not_drawn() -> None:
    speck = [(0.0, 0.0), (0.001, 0.0), (0.001, 0.001), (0.0, 0.0)]
    square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    assert assets.path([speck], 10, closed=True) == ""
    assert assets.path([square], 10, closed=True) == "M18000 18000l100 0 0-100-100 0 0 100z"
