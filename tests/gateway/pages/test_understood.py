"""The search page shows what it understood, and what it would find besides."""

import html
import re

import httpx
import pytest

from services.domain.categories.events import CategoriesMerged, CategoryCreated, CategoryRenamed
from services.domain.files.events import FileMissing
from services.domain.photos.bin import TrashedSet
from services.domain.photos.hiding import ImagesHidden
from services.gateway.search.closeness import letters_apart, nearest
from tests.gateway.pages.seeded import image_id, path, photo
from tests.support.stack import Stack

CHIP = re.compile(
    r'<a class="chip"\s+href="(/search\?q=[^"]*)"\s+aria-label="([^"]*)"\s*(?:title="([^"]*)")?>', re.DOTALL
)


async def page_of(client: httpx.AsyncClient, q: str, language: str = "en") -> str:
    headers = {"Accept": "text/html", "Accept-Language": language}
    answer = await client.get("/search", params={"q": q}, headers=headers)
    assert answer.status_code == 200
    return answer.text


async def chips(client: httpx.AsyncClient, q: str, language: str = "en") -> list[tuple[str, str, str]]:
    """(what is searched for without it, its label, its hint)"""
    found = CHIP.findall(await page_of(client, q, language))
    return [
        (httpx.URL(html.unescape(href)).params["q"], html.unescape(name), hint) for href, name, hint in found
    ]


SUMMER = "1 June 2023 – 31 August 2023"
YEAR = "1 January 2016 – 31 December 2016"


@pytest.mark.parametrize(
    ("q", "parts"),
    [
        ("puppies summer 2023", [("summer 2023", "Dog", "puppies"), ("puppies", "summer 2023", SUMMER)]),
        ("photos of my dog", [("", "Dog", "")]),
        ("dog or kittens, 2016", [("2016", "Dog or Cat", "kittens"), ("dog or kittens", "2016", YEAR)]),
        ("dog without cats", [("without cats", "Dog", ""), ("dog", "not Cat", "cats")]),
        ("-dog camera:model", [("camera:model", "not Dog", ""), ("-dog", "camera:model", "")]),
        ("holiday", [("", "holiday", "")]),
        ('"summer 2023"', [("", '"summer 2023"', SUMMER)]),
        ('"summer dog"', [("", '"summer dog"', "")]),
    ],
)
async def test_chips_name_what_is_meant_and_lead_to_the_rest(
    client: httpx.AsyncClient, q: str, parts: list[tuple[str, str, str]]
) -> None:
    got = await chips(client, q)
    assert [(rest, name.removeprefix("Search without "), hint) for rest, name, hint in got] == parts


async def test_a_place_is_named_in_whole(album: Stack) -> None:
    """However it was written."""
    await album.tell(*photo(0, album.settings.photos[0], latitude=41.89, longitude=12.49))
    assert await chips(album.client, "Rom") == [("", "Search without Rome, Italy", "Rom")]


async def test_a_lens_that_no_photo_has_is_pointed_out(album: Stack) -> None:
    await album.tell(*photo(0, album.settings.photos[0], lens="Summicron 35"))
    assert "There is no lens" not in await page_of(album.client, "lens:summicron")
    assert "There is no lens called “jpeg”." in await page_of(album.client, "lens:jpeg")
    assert "There is no photo of the type" not in await page_of(album.client, "type:jpg")


async def test_chips_are_in_the_language_of_the_page(client: httpx.AsyncClient) -> None:
    ((_, name, _),) = await chips(client, "puppy", "de")
    assert name == "Ohne Hund suchen"


async def test_a_synonym_follows_a_category_that_is_merged_or_renamed(album: Stack) -> None:
    await album.tell(
        CategoryCreated(category_id="pets", name="Our pets"),
        CategoriesMerged(category_id="cat", into_id="pets"),
        CategoryRenamed(category_id="dog", name="Rex & friends"),
    )
    assert [name for _, name, _ in await chips(album.client, "kittens")] == ["Search without Our pets"]
    assert [name for _, name, _ in await chips(album.client, "puppies")] == ["Search without Rex & friends"]


async def test_what_is_not_shown_is_mentioned_with_a_way_to_it(album: Stack) -> None:
    root = str(album.settings.photos[0])
    await album.tell(
        ImagesHidden(image_ids=[image_id(4)]),
        TrashedSet(image_ids=[image_id(6), image_id(8)], trashed=True),
        FileMissing(image_id=image_id(10), root=root, path=path(10)),
    )
    text = await page_of(album.client, "dogs")
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
    assert "1 hidden photo matches: show" in words
    assert "2 photos in the bin match: show" in words
    assert "1 photo whose file is missing matches: show" in words
    links = re.findall(r'<a href="(/search\?q=dogs%20is%3A\w+)">show</a>', text)
    for link, number in zip(links, (2, 1, 1), strict=True):
        answer = await album.client.get(link.replace("/search", "/api/images"))
        assert answer.json()["total"] == number, link
    assert "hidden photo matches" not in await page_of(album.client, "dogs is:hidden")
    assert "hidden photo matches" not in await page_of(album.client, "screenshots")


async def test_a_file_that_cannot_be_read_is_mentioned_with_the_reason(client: httpx.AsyncClient) -> None:
    for q in ("alert", "name:script", "folder:a alert"):
        words = " ".join(re.sub(r"<[^>]*>", " ", await page_of(client, q)).split())
        assert "couldn’t be read: It is empty." in html.unescape(words), q
    assert "couldn’t be read" not in await page_of(client, "dog alert")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("dgo", "Dog"), ("flowr", "Flower"), ("moutain", "Mountain"), ("receipt", ""), ("blurry", ""), ("xyz", ""),
        ("stret", "Street"), ("zog", ""), ("Dgo", "Dog"), ("dog", ""),
    ],
)  # fmt: skip
def test_a_guess_is_close(typed: str, name: str) -> None:
    assert (
        nearest(typed, ["Street", "BlackBerry 9900", "Dog", "Flower", "Mountain", "Recipes of a friend"])
        == name
    )


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "", 3), ("kitten", "sitting", 3)],
)
def test_letters_apart(one: str, other: str, apart: int) -> None:
    assert letters_apart(one, other) == letters_apart(other, one) == apart
