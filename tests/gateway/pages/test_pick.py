"""What a field offers while a person chooses a category, an album, a keyword or a person for photos."""

import re
from html import unescape
from typing import Any

import httpx
import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.photos.keywords import KeywordsSet
from tests.gateway.pages.seeded import COUNT, image_id
from tests.support.stack import Stack

FEW = ",".join(image_id(number) for number in (1, 3))
"""No model sees anything in these."""
DOGS = ",".join(image_id(number) for number in (4, 6))


async def offered(client: httpx.AsyncClient, kind: str, q: str = "", **others: str) -> list[str]:
    answer = await client.get("/pick", params={"kind": kind, "q": q, **others})
    assert answer.status_code == 200, answer.text
    return options(answer.text)


def options(page: str) -> list[str]:
    """Names in order; `+` before the one that is created."""
    parts = re.findall(r'role="option"[^>]*?(?:data-name="([^"]*)"|data-new="([^"]*)")', page)
    return [unescape(name) if name else f"+{unescape(new)}" for name, new in parts]


def headings(page: str) -> list[str]:
    return re.findall(r'class="heading">([^<]*)<', page)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("dog", "Dog"), ("DOG", "Dog"), ("ｄｏｇ", "Dog"), ("do", "Dog"), ("dogs", "Dog"), ("puppy", "Dog"),
        ("Hund", "Dog"), ("dgo", "Dog"), ("cat", "Cat"),
        ("own words", "Own <b>words</b>"), ("WÖRDS", "Own <b>words</b>"),
    ],
)  # fmt: skip
async def test_the_nearest_is_first(client: httpx.AsyncClient, typed: str, first: str) -> None:
    """Compared as the search compares: case, accents, plurals, synonyms, other languages, a slip of the finger."""
    assert (await offered(client, "category", typed))[0] == first


async def test_what_is_not_there_can_be_created(client: httpx.AsyncClient) -> None:
    """It is the last line; not for a name that there is, in whatever form, and never for nothing."""
    assert (await offered(client, "category", "Zebra crossing lamp"))[-1] == "+Zebra crossing lamp"
    assert (await offered(client, "category", "  Zq   zq "))[-1] == "+Zq zq"
    assert not [one for one in await offered(client, "category", "ｃａｔ") if one.startswith("+")]
    assert not [one for one in await offered(client, "category", "Katze") if one.startswith("+")]
    assert not [one for one in await offered(client, "category", "   ") if one.startswith("+")]
    assert await offered(client, "album", "Sea") == ["+Sea"]
    markup = "<img src=x onerror=alert(1)>"
    page = (await client.get("/pick", params={"kind": "album", "q": markup})).text
    assert "<img" not in page
    assert options(page) == [f"+{markup}"]


async def test_models_suggest_what_they_see(client: httpx.AsyncClient) -> None:
    """However unsure they are, but not what all of the photos are in, nor what the person rejected."""
    page = (await client.get("/pick", params={"kind": "category", "images": image_id(10)})).text
    assert headings(page) == ["Type to find the others."]  # it is in both, Dog and Cat
    faint = (await client.get("/pick", params={"kind": "category", "images": f"{DOGS},{image_id(10)}"})).text
    assert "Suggested" in headings(faint)
    assert options(faint)[0] == "Cat"
    refused = await client.get("/pick", params={"kind": "category", "images": image_id(2)})
    assert "Suggested" not in headings(refused.text)
    assert "Suggested" not in headings(
        (await client.get("/pick", params={"kind": "category", "images": FEW})).text
    )


async def test_what_was_chosen_last_is_first(album: Stack) -> None:
    """By whatever command; what was since deleted, and what all of the photos have, is left out."""
    ids = [image_id(number) for number in (1, 3)]
    await album.done("assign-category", {"category_id": "cat", "images": ids[:1]})
    await album.done("replace-category", {"category_id": "horse", "instead_of": "dog", "images": ids[:1]})
    await album.done("create-category", {"name": "Zebra crossing", "images": ids})
    await album.done("edit-photos", {"images": ids[:1], "category_id": "bird", "add_keywords": ["Lake"]})
    await album.done("add-keywords", {"images": ids[:1], "keywords": ["Sea", "Lake"]})
    await album.done("add-people", {"images": ids[:1], "people": ["Ada"]})
    page = await album.client.get("/pick", params={"kind": "category", "images": ids[1]})
    assert headings(page.text)[0] == "Recent"
    assert options(page.text)[:3] == ["Bird", "Horse & zebra", "Cat"]
    given = {"Bird", "Horse & zebra", "Cat", "Zebra crossing"}
    assert given.isdisjoint((await offered(album.client, "category", images=ids[0]))[:4])
    assert (await offered(album.client, "keyword", images=image_id(9)))[:2] == ["Sea", "Lake"]
    assert await offered(album.client, "person", images=image_id(9)) == ["Ada"]
    await album.done("delete-category", {"category_id": "bird"})
    assert (await offered(album.client, "category", images=ids[1]))[:2] == ["Horse & zebra", "Cat"]


async def test_what_the_photos_have_can_be_taken_off(client: httpx.AsyncClient) -> None:
    page = (
        await client.get("/pick", params={"kind": "category", "images": f"{image_id(1)},{image_id(10)}"})
    ).text
    assert re.findall(r'data-off="(\w+)"', page) == ["cat", "dog"]
    assert page.count('<span class="dim">1</span>') == 2
    album_page = (await client.get("/pick", params={"kind": "album", "images": image_id(10)})).text
    assert re.findall(r'data-off="(\w+)"', album_page) == ["lake"]


async def test_of_many_photos_it_tells_what_all_have(client: httpx.AsyncClient) -> None:
    """An address can't name them all: a form does."""
    images = ",".join(image_id(number) for number in range(COUNT))
    answer = await client.post("/pick", data={"kind": "album", "images": images})
    assert answer.status_code == 200
    assert re.findall(r'data-off="(\w+)"', answer.text) == ["lake"]
    assert re.findall(r'class="dim">(\d+)<', answer.text) == ["75"]
    assert (
        answer.text
        == (await client.post("/pick", data={"kind": "album", "images": f"{images},x,{images}"})).text
    )
    assert (await client.post("/pick", data={"kind": "folder", "images": images})).status_code == 400
    assert options((await client.post("/pick", data={"kind": "category", "q": "dog"})).text)[0] == "Dog"


async def test_groups_hidden_and_smart_ones_are_not_offered(album: Stack) -> None:
    await album.done("create-album", {"name": "Dogs by search", "q": "dog"})
    await album.done("hide-category", {"category_id": "cat"})
    assert "Cat" not in await offered(album.client, "category", "cat")
    assert "Animals" not in await offered(album.client, "category", "animals")
    assert await offered(album.client, "album", "dogs by") == ["+dogs by"]
    assert "Dog" not in await offered(album.client, "category", "dog", without="dog")


async def test_two_albums_of_one_name_are_told_apart(album: Stack) -> None:
    await album.done("create-album", {"name": "lake & SHORE", "images": [image_id(1)]})
    page = (await album.client.get("/pick", params={"kind": "album", "q": "lake"})).text
    assert "75 photos" in page
    assert "1 photo," in page


@pytest.mark.parametrize(
    "query",
    [
        {}, {"kind": "folder"}, {"kind": "category", "images": "x,,'"}, {"kind": "category", "q": "x" * 10_000},
        {"kind": "album", "q": '"\'\u202eabc\U0001f984\u0301 OR ('}, {"kind": "person", "q": "\x00"},
    ],
)  # fmt: skip
async def test_odd_questions_have_answers(client: httpx.AsyncClient, query: dict[str, Any]) -> None:
    expected = 200 if query.get("kind") in ("category", "album", "person") else 400
    assert (await client.get("/pick", params=query)).status_code == expected


async def test_many_albums_and_keywords_are_gone_through_in_a_thread(album: Stack) -> None:
    """At most as many as anybody reads come with a page; typing finds each."""
    await album.tell(
        *(AlbumCreated(album_id=f"a{number}", name=f"Journey {number}") for number in range(500)),
        *(
            KeywordsSet(
                image_ids=[image_id(number)],
                keywords=[f"word{number * 20 + more}" for more in range(20)],
                present=True,
            )
            for number in range(100)
        ),
    )
    assert len(await offered(album.client, "album")) == 50
    assert (await offered(album.client, "album", "journey 49"))[:2] == ["Journey 49", "Journey 490"]
    assert (await offered(album.client, "keyword", "word1999"))[0] == "word1999"
