"""A photo's page shows its date as far as it is known; what is only a year or a month is marked as unsure."""

import re

import pytest

from tests.gateway.pages.seeded import COUNT, image_id, photo
from tests.support.stack import Stack


@pytest.mark.parametrize(
    ("at", "source", "heading", "below", "unsure"),
    [
        ("1965-01-01T12:00:00", "xmp", "1965", "from XMP, only the year", True),
        ("1965-06-01T12:00:00", "iptc", "June 1965", "from IPTC, only the month", True),
        ("1965-06-07T12:00:00", "exif", "7 June 1965", "from the camera", False),
        ("1965-06-01T12:00:01", "exif", "1 June 1965, 12:00", "from the camera", False),
        ("1965-01-01T12:00:00+01:00", "exif", "1 January 1965, 12:00", "from the camera", False),
        ("2019-01-01T00:00:00", "folder", "2019", "from the folder’s name, unsure, only the year", True),
        (
            "2019-07-01T00:00:00",
            "folder",
            "July 2019",
            "from the folder’s name, unsure, only the month",
            True,
        ),
        ("2019-07-14T00:00:00", "folder", "14 July 2019", "from the folder’s name, unsure", True),
        ("2019-07-01T12:00:00", "filename", "1 July 2019", "from the file’s name", False),
        ("2019-07-01T00:00:00", "exif", "1 July 2019, 00:00", "from the camera", False),
    ],
)
async def test_a_date_is_shown_as_far_as_it_is_known(
    album: Stack, at: str, source: str, heading: str, below: str, unsure: bool
) -> None:
    root = album.settings.photos[0]
    await album.tell(*photo(COUNT, root, taken_at=at, taken_at_source=source))
    text = (await album.client.get(f"/images/{image_id(COUNT)}")).text
    assert f"<h1>{heading}</h1>" in text
    assert f">{below}<" in re.sub(r"\s+(?=<)|(?<=>)\s+", "", text)
    tiles = (await album.client.get(f"/?at={at[:7]}&sort=taken_at")).text
    tile = re.search(rf'id="p-{image_id(COUNT)}">.*?</li>', tiles)
    assert tile
    assert ("Its date is uncertain" in tile[0]) is unsure


async def test_a_date_that_a_person_gave_is_sure(album: Stack) -> None:
    await album.done("correct-date", {"images": [image_id(0)], "taken_at": "1965-01-01"})
    text = (await album.client.get(f"/images/{image_id(0)}")).text
    assert "<h1>1 January 1965, 12:00</h1>" in text
    tiles = (await album.client.get("/?at=1965&sort=taken_at")).text
    tile = re.search(rf'id="p-{image_id(0)}">.*?</li>', tiles)
    assert tile
    assert "uncertain" not in tile[0]


@pytest.mark.parametrize(
    ("written", "heading", "below", "line"),
    [
        ("1965", "1965", "set by you, only the year", "Changed the date to 1965"),
        ("1965-01", "January 1965", "set by you, only the month", "Changed the date to January 1965"),
    ],
)
async def test_a_person_may_know_only_the_year_or_the_month(
    album: Stack, written: str, heading: str, below: str, line: str
) -> None:
    """It is shown so, found by its date and among those that are unsure, and taken back."""
    one = image_id(0)
    before = (await album.get(f"/api/images/{one}"))["taken_at"]
    given = await album.done("correct-date", {"images": [one], "taken_at": written})
    text = (await album.client.get(f"/images/{one}")).text
    assert f"<h1>{heading}</h1>" in text
    assert below in text
    assert line in text
    assert 'href="/search?q=is:unsure-date"' in text
    for q in (f"date:{written}", f"year:{written[:4]}", f"is:unsure-date date:{written}"):
        items = (await album.get(f"/api/images?q={q}"))["items"]
        assert [item["id"] for item in items] == [one], q
    await album.done("undo", {"command_id": given["command_id"]})
    assert (await album.get(f"/api/images/{one}"))["taken_at"] == before
