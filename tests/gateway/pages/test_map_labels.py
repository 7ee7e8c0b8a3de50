"""The names on the map: by rank, in the page's language, none over another or over a photo."""

import re
import time
from itertools import combinations

import pytest

from services.gateway.i18n.language import speaking
from services.gateway.presentation import map_labels
from services.gateway.presentation.map_labels import CELL, MapName, map_names
from services.gateway.queries.clusters import Box, Cluster, box
from services.knowledge.mercator import SIDE, flat
from tests.gateway.pages.test_places import ROME, locate
from tests.support.one_line import one_line
from tests.support.stack import Stack

ACROSS = 10
VIEWS = [
    box(20, 0, 0),
    box(48, 10, 3),
    box(48, 10, 5),
    box(41.9, 12.5, 7),
    box(41.9, 12.5, 9),
    box(35.7, 139.7, 10),
    box(-16, 180, 4),
    box(85, 0, 3),
    box(-85, 0, 2),
    box(0, 0, 15),
]


def texts(view: Box, pins: list[Cluster] | None = None) -> dict[str, MapName]:
    return {one.text: one for one in map_names(view, ACROSS, pins or []).labels}


def pin(latitude: float, longitude: float, city: str = "Rome", count: int = 1) -> Cluster:
    x, y = flat(latitude, longitude)
    return Cluster(x, y, x, y, x, y, count, f"{x},{y}", "#000", f"{city}, Italy", city, "Italy", "IT", False)


def rect(one: MapName, view: Box) -> tuple[float, float, float, float]:
    """Of the text alone, somewhat smaller than the room that is kept for it."""
    scale = ACROSS * CELL / view.width
    wide = len(one.text) * map_labels.SIZES[one.kind] * 0.5
    x, y = one.x * scale + one.right, one.y * scale + one.down
    west = x - {"start": 0, "middle": wide / 2, "end": wide}[one.anchor]
    return west, y - 9, west + wide, y


@pytest.mark.parametrize(
    "view", VIEWS, ids=lambda view: f"{view.middle[0]:.0f},{view.middle[1]:.0f}-{view.zoom:.0f}"
)
def test_no_name_lies_over_another(view: Box) -> None:
    placed = map_names(view, ACROSS, []).labels
    for one, other in combinations(placed, 2):
        (w, n, e, s), (west, north, east, south) = rect(one, view), rect(other, view)
        assert not (w < east and west < e and n < south and north < s), (one, other)
    assert len(placed) <= map_labels.MOST_NAMES


def test_closer_there_are_other_names() -> None:
    world = texts(box(20, 0, 1))
    assert {"Atlantic Ocean", "Brazil", "China"} <= world.keys()
    assert {one.kind for one in world.values()} <= {"water", "country"}
    europe = texts(box(48, 10, 4))
    assert {"Germany", "Italy", "France", "Mediterranean Sea"} & europe.keys() >= {
        "Germany",
        "Italy",
        "France",
    }
    assert {"Paris", "London", "Berlin"} & europe.keys()
    bavaria = texts(box(48.4, 11.6, 7))
    assert {"Munich", "Augsburg", "Bavaria"} <= bavaria.keys()
    assert bavaria["Bavaria"].kind == "region"
    near = texts(box(47.56, 13.65, 11))
    assert "Hallstatt" in near


def test_names_are_in_the_language_of_the_page() -> None:
    with speaking("de"):
        german = texts(box(46, 9, 4)).keys() | texts(box(43.5, 11.3, 7)).keys()
    assert {"Deutschland", "Italien", "Florenz", "Toskana"} <= german
    assert not {"Germany", "Florence", "Tuscany"} & german


def test_a_name_makes_way_for_photos() -> None:
    view = box(*ROME, 7)
    assert "Rome" in texts(view)
    assert "Rome" not in texts(view, [pin(*ROME)])


def test_names_go_on_over_the_date_line() -> None:
    """Both halves of Fiji, from either side, at their place on this map."""
    for longitude in (179.5, -179.5):
        view = box(-17.5, longitude, 6)
        fiji = texts(view)["Fiji"]
        assert view.x <= fiji.x <= view.x + view.width
        assert 0 <= fiji.x_percent <= 100 and 0 <= fiji.y_percent <= 100


def test_small_islands_are_named_when_one_comes_close() -> None:
    assert "Malta" not in texts(box(35.9, 14.4, 3))
    assert "Malta" in texts(box(35.9, 14.4, 6))


def test_names_of_a_map_take_no_time_to_speak_of() -> None:
    """At most 0.2 s of CPU time, however slow the machine; 5 ms are usual. The best of three, as all garbage of the
    tests may be collected meanwhile."""
    map_names(VIEWS[0], ACROSS, [])
    for view in VIEWS:
        assert min(_took(view) for _ in range(3)) < 0.2


def _took(view: Box) -> float:
    began = time.process_time()
    map_names(view, 16, [])
    return time.process_time() - began


def test_a_city_stands_below_its_photos_once_and_over_no_others() -> None:
    """Below the most of them; not where other photos lie, and then nowhere."""
    view = box(*ROME, 8)
    few, many = pin(41.6, 12.5, "Rome", 2), pin(42.2, 12.5, "Rome", 9)
    assert map_names(view, ACROSS, [few, many]).pins == {many.image_id: "Rome"}
    covering = pin(42.2 - 45 / (ACROSS * CELL) * view.width / SIDE * 360 * 0.74, 12.5, "Ostia", 1)
    assert many.image_id not in map_names(view, ACROSS, [few, many, covering]).pins
    with speaking("de"):
        assert map_names(view, ACROSS, [pin(43.77, 11.25, "Florence")]).pins == {
            pin(43.77, 11.25).image_id: "Florenz"
        }


@pytest.mark.parametrize("zoom", [0, 0.17, 0.9])
def test_on_a_map_of_the_whole_world_nothing_is_named_where_its_other_turn_is(zoom: float) -> None:
    """map.js shows each place once, where it is nearest to the middle."""
    view = box(19, -92, zoom, 1)
    for one in map_names(view, 4, []).labels:
        assert abs(one.x - (view.x + view.width / 2)) <= SIDE / 2


async def test_they_are_part_of_the_page_and_of_each_answer(album: Stack) -> None:
    await locate(album, [(60.0, 60.0)])
    for url in ("/places?at=43.5,11.3&zoom=7", "/places/clusters?at=43.5,11.3&zoom=7"):
        text = one_line((await album.client.get(url, headers={"Accept-Language": "de"})).text)
        named = re.findall(r'class="label (\w+)".*?<text[^>]*>([^<]*)</text>', text)
        assert {("city", "Florenz"), ("region", "Toskana")} <= set(named)
