"""The JSON in a download of one's Flickr account: which facts are taken, and which photo it describes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.gateway.sidecars.facts import NotASidecar, PictureFacts, Unreadable
from services.gateway.sidecars.flickr import read
from services.gateway.sidecars.matching import match

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WHOLE = {
    "id": "4512345678",
    "name": "Heron",
    "description": "At the weir",
    "date_taken": "2010-04-11 07:08:09",
    "date_imported": "2010-04-12 01:02:03",
    "geo": [{"latitude": "51499479", "longitude": "-126800", "accuracy": "16"}],
    "tags": [{"tag": "bird", "user": "1"}, {"tag": "river"}, "odd", {"tag": 5}],
}


def told(**facts: Any) -> PictureFacts:
    return read(json.dumps({**WHOLE, **facts}).encode(), NOW)


def test_all_facts() -> None:
    assert told() == PictureFacts(
        taken_at="2010-04-11T07:08:09",
        taken_stated=19,
        latitude=51.499479,
        longitude=-0.1268,
        description="Heron\n\nAt the weir",
        keywords=["bird", "river"],
    )


@pytest.mark.parametrize("date", ["0000-00-00 00:00:00", "2027-01-01 00:00:00", "", None, 5, ["2010"]])
def test_no_date(date: Any) -> None:
    assert told(date_taken=date).taken_at is None


@pytest.mark.parametrize(
    ("geo", "place"),
    [
        ({"latitude": 51.5, "longitude": -2}, (51.5, -2)),
        ({"latitude": "51.5", "longitude": "-2.25"}, (51.5, -2.25)),
        ([], (None, None)),
        (None, (None, None)),
        ([{"latitude": "951499479", "longitude": "1"}], (None, None)),
        ([{"latitude": "0", "longitude": "0"}], (None, None)),
    ],
)
def test_where_it_was_taken(geo: Any, place: tuple[float | None, ...]) -> None:
    found = told(geo=geo)
    assert (found.latitude, found.longitude) == place


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"albums": []}', b'{"id": "1", "name": "a"}', b'"id"'])
def test_what_describes_no_photo(content: bytes) -> None:
    with pytest.raises(NotASidecar):
        read(content, NOW)


@pytest.mark.parametrize(
    "picture",
    ["heron_4512345678_o.jpg", "4512345678_o.png", "the-long-weir_4512345678.mp4", "4512345678.JPG"],
)
def test_the_photo_with_its_number_is_described(picture: str) -> None:
    sidecars = ["photo_4512345678.json", "photo_451234567.json", "photo_14512345678.json"]
    assert match([picture], sidecars) == {picture: ["photo_4512345678.json"]}


@pytest.mark.parametrize("picture", ["heron_45123456789_o.jpg", "heron.jpg", "photo.jpg", "x4512345678.jpg"])
def test_other_photos_are_not(picture: str) -> None:
    assert match([picture], ["photo_4512345678.json"]) == {picture: []}


def test_a_sidecar_named_after_the_photo_is_more_certain() -> None:
    names = ["photo_4512345678.json", "a_4512345678_o.jpg.json"]
    assert match(["a_4512345678_o.jpg"], names) == {"a_4512345678_o.jpg": ["a_4512345678_o.jpg.json"]}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["latitude", "longitude", "tag"]), inner)
    ),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(list(WHOLE)), values))
def test_whatever_it_holds_the_answer_can_be_stored(facts: dict[str, Any]) -> None:
    found = told(**facts)
    answer = [found.description, found.keywords, found.latitude, found.longitude]
    assert json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()


@settings(deadline=None)
@given(st.integers(0, 300), st.binary(max_size=4))
def test_damage_anywhere_is_read_or_said(place: int, damage: bytes) -> None:
    whole = json.dumps(WHOLE).encode()
    try:
        found = read(whole[:place] + damage + whole[place + len(damage) :], NOW)
    except (Unreadable, NotASidecar):
        return
    assert isinstance(found, PictureFacts)
