"""The list of albums: by date, and searched by name when there are many."""

import argparse
import asyncio
import json
import re
from html import unescape

import pytest

from services.cli import listings
from services.domain.albums.events import AlbumCreated, AlbumRenamed, ImagesAddedToAlbum
from tests.gateway.pages.seeded import image_id
from tests.support.stack import Stack

OLD, NEW = 3, 190
"""Photos; the higher number was taken later."""


def names(page: str) -> list[str]:
    listed = page.split('id="albums"', 1)[1].split("<details", 1)[0]
    return [unescape(name) for name in re.findall(r'<b dir="auto">(.*?)</b>', listed)]


async def given(album: Stack) -> None:
    """The one with the newer photo was made first; the other was changed last."""
    await album.tell(
        AlbumCreated(album_id="new", name="Winter"),
        ImagesAddedToAlbum(album_id="new", image_ids=[image_id(OLD), image_id(NEW)]),
        AlbumCreated(album_id="old", name="Autumn"),
        ImagesAddedToAlbum(album_id="old", image_ids=[image_id(OLD)]),
    )
    await album.tell(AlbumRenamed(album_id="old", name="Autumn in Café Müller"))


async def many(album: Stack) -> None:
    await given(album)
    await album.tell(*(AlbumCreated(album_id=f"n{n}", name=f"Trip {n}") for n in range(12)))


async def test_by_date_the_newest_first_and_those_without_photos_last(album: Stack) -> None:
    await given(album)
    assert names((await album.client.get("/albums")).text) == [
        "Winter",
        "Lake & shore",
        "Autumn in Café Müller",
        "Empty",
    ]


@pytest.mark.parametrize(
    ("sort", "first"), [("changed", "Autumn in Café Müller"), ("name", "Autumn in Café Müller")]
)
async def test_or_by_last_change_or_name(album: Stack, sort: str, first: str) -> None:
    await given(album)
    assert names((await album.client.get("/albums", params={"sort": sort})).text)[0] == first


async def test_the_shell_lists_them_in_the_same_order(
    album: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    await given(album)
    capsys.readouterr()
    await asyncio.to_thread(listings.run, album.settings, argparse.Namespace(json=True))
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told] == names((await album.client.get("/albums")).text)


async def test_a_few_need_no_search(album: Stack) -> None:
    assert 'class="search of-albums"' not in (await album.client.get("/albums")).text
    await many(album)
    assert 'class="search of-albums"' in (await album.client.get("/albums")).text


@pytest.mark.parametrize(
    ("q", "fitting"),
    [
        ("muller", ["Autumn in Café Müller"]),
        ("CAFE aut", ["Autumn in Café Müller"]),
        ("win", ["Winter"]),
        ("trip 11", ["Trip 11"]),
        ("nothing so called", []),
        ('"><b>', []),
        ("   ", None),
    ],
)
async def test_searched_by_the_beginnings_of_words(album: Stack, q: str, fitting: list[str] | None) -> None:
    await many(album)
    page = (await album.client.get("/albums", params={"q": q, "sort": "name"})).text
    assert len(names(page)) == 16 if fitting is None else names(page) == fitting
    assert '<b>"' not in page
    if fitting == []:
        assert "No album is called" in page and 'href="/albums?sort=name"' in page
