"""Names in lists stand in the order of the page's language, and two albums of one name can be told apart."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned
from services.domain.categories.events import CategoryCreated, ThresholdSet
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.subject import Event
from services.kernel.settings import Settings
from services.knowledge.alphabet import sort_key
from tests.gateway.pages.seeded import image_id, models, photo
from tests.support import log
from tests.support.one_line import one_line
from tests.support.stack import Stack

NAMES = ["Album 1", "album 2", "Album 10", "Ähren", "Apfel", "Übung 9", "Übung 10", "Zebra"]
GERMAN = {"Accept-Language": "de"}
SPANISH = {"Accept-Language": "es"}
OWN = ["Nz", "Ñu"]
"""In this order in Spanish alone."""


def library(root: Path) -> Iterator[Event]:
    yield from models()
    for number in range(4):
        yield from photo(number, root)
    for number, name in enumerate(reversed(NAMES)):
        yield AlbumCreated(album_id=f"a{number}", name=name)
        yield CategoryCreated(category_id=f"c{number}", name=name)
        yield CategoryAssigned(image_id=image_id(0), category_id=f"c{number}")
        yield ThresholdSet(category_id=f"c{number}", threshold=0.4)
    yield KeywordsSet(image_ids=[image_id(1)], keywords=NAMES[::-1], present=True)
    for number, name in enumerate(OWN, 4):
        yield from photo(number, root / name, camera_make=None, camera_model=name)
        yield KeywordsSet(image_ids=[image_id(number)], keywords=[name], present=True)
        yield PeopleSet(image_ids=[image_id(number)], people=[name], present=True)
        yield AlbumCreated(album_id=f"own{number}", name=name)
        yield ImagesAddedToAlbum(album_id=f"own{number}", image_ids=[image_id(4)])
    for album_id in ("one", "two", "three", "four"):
        yield AlbumCreated(album_id=album_id, name="Rome")
    yield ImagesAddedToAlbum(album_id="one", image_ids=[image_id(0), image_id(1)])
    yield ImagesAddedToAlbum(album_id="two", image_ids=[image_id(0)])


@pytest.fixture(scope="session")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("names"), library)


async def text_of(client: httpx.AsyncClient, page: str, headers: dict[str, str] | None = None) -> str:
    answer = await client.get(page, headers=headers)
    assert answer.status_code == 200, page
    return one_line(answer.text)


def own(names: list[str]) -> list[str]:
    return [name for name in names if name in NAMES]


@pytest.mark.parametrize(
    ("page", "list_", "names"),
    [
        ("/albums?sort=name", r'<ul class="covers large">.*?</ul>', r'<b dir="auto">([^<]*)</b>'),
        ("/keywords", r'<ul class="tree roots">.*', r"<bdi>([^<]*)</bdi>"),
        ("/", r'<select name="album_id">.*?</select>', r"<option[^>]*>([^<]*)<"),
        ("/", r'<select name="category_id">.*?</select>', r"<option[^>]*>([^<]*)<"),
        (f"/images/{image_id(2)}", r'<select name="album_id">.*?</select>', r"<option[^>]*>([^<]*)<"),
        (f"/images/{image_id(2)}", r'<select name="category_id">.*?</select>', r"<option[^>]*>([^<]*)<"),
        ("/categories", r'<main id="page">.*', r'<b dir="auto">([^<]*)</b>'),
        ("/categories/c0", r'<select name="into" required>.*?</select>', r"<option[^>]*>([^<]*)<"),
        ("/albums/one", r'<select name="into">.*?</select>', r"<option[^>]*>([^<]*)<"),
        ("/settings", r'<section id="timeline">.*?</section>', r'<span dir="auto">([^<]*?) ?<'),
        ("/settings", r'<section id="thresholds">.*?</section>', r'dir="auto">([^<]*)</a>'),
        ("/search/complete?q=category:a", r".*", r"<bdi>([^<]*)<"),
    ],
)
async def test_lists_are_in_the_order_of_names(
    client: httpx.AsyncClient, page: str, list_: str, names: str
) -> None:
    match = re.search(list_, await text_of(client, page))
    assert match, page
    listed = own(re.findall(names, match[0]))
    assert listed == sorted(listed, key=sort_key)
    assert len(listed) >= (4 if "complete" not in page else 1)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("/keywords", r"<bdi>([^<]*)</bdi>"),
        ("/folders", r"<bdi>[^<]*?([^<>/]*)</bdi>"),
        ("/people", r'<b dir="auto">([^<]*)</b>'),
        ("/cameras", r'<b dir="auto">([^<]*)</b>'),
        ("/search/facets?q=holiday", r'camera%3A[^"]*">([^< ]*) <'),
        (f"/images/{image_id(4)}", r'<a href="/albums/own[45]" dir="auto">([^<]*)<'),
    ],
)
async def test_a_language_has_letters_of_its_own(client: httpx.AsyncClient, page: str, names: str) -> None:
    """Also in lists that are kept for the next visit, whose reader may have another language."""
    for headers, expected in ((None, OWN[::-1]), (SPANISH, OWN), (GERMAN, OWN[::-1])):
        found = re.findall(names, await text_of(client, page, headers))
        listed = [name for name in found if name in OWN]
        assert listed == expected * (len(listed) // 2) != [], (page, headers, found)


async def test_the_translated_names_count(client: httpx.AsyncClient) -> None:
    """`Katze` stands among K, not where `Cat` would."""
    text = await text_of(client, "/", GERMAN)
    (menu,) = re.findall(r'<select name="category_id">.*?</select>', text)
    names = re.findall(r"<option[^>]*>([^<]*)<", menu)
    assert "Katze" in names and names == sorted(names, key=sort_key)


@pytest.mark.parametrize("page", ["/", f"/images/{image_id(2)}", "/albums/a0"])
async def test_albums_of_one_name_can_be_told_apart_in_menus(client: httpx.AsyncClient, page: str) -> None:
    names = re.findall(r"<option[^>]*>(Rome[^<]*)<", await text_of(client, page))
    assert len(names) == 4 == len({name.partition("created on")[0] for name in names}) + 1, "two are empty"
    assert any("(2 photos, " in name and "2015" in name for name in names)
    assert all("created on" in name for name in names)
    assert set(re.findall(r"<option[^>]*>(Apfel[^<]*)<", await text_of(client, page))) == {"Apfel"}


async def test_albums_of_one_name_can_be_told_apart_on_their_page_and_a_photos(
    client: httpx.AsyncClient,
) -> None:
    text = await text_of(client, "/albums")
    assert text.count("created on") == 4
    chips = re.findall(
        r'<a href="/albums/(?:one|two)" dir="auto">([^<]*)<', await text_of(client, f"/images/{image_id(0)}")
    )
    assert len(set(chips)) == 2 and all("photo" in one for one in chips)


async def rename(album: Stack, name: str, category: str = "cat") -> httpx.Response:
    answer = await album.post("rename-category", {"category_id": category, "name": name})
    await album.caught_up()
    return answer


async def heading(album: Stack, headers: dict[str, str] | None = None) -> str:
    return str(
        re.findall(r"<h1[^>]*>([^<]*)</h1>", await text_of(album.client, "/categories/cat", headers))[0]
    )


async def test_a_built_in_category_sent_back_unchanged_stays_itself(album: Stack) -> None:
    """The German form has its German name in it. A name of its own counts everywhere; the old one brings both back."""
    head = await album.gateway.events.head()
    for name in ("Katze", "Cat", " Katze "):
        assert (await rename(album, name)).status_code == 202
    assert (await heading(album), await heading(album, GERMAN)) == ("Cat", "Katze")
    assert not [one for one in await album.events() if type(one).__name__ == "CategoryRenamed"], head
    await rename(album, "Minka")
    assert (await heading(album), await heading(album, GERMAN)) == ("Minka", "Minka")
    await rename(album, "Katze")
    assert (await heading(album), await heading(album, GERMAN)) == ("Cat", "Katze")


async def test_a_name_is_taken_in_every_language(album: Stack) -> None:
    for name in ("Dog", "dog", "Hund", "HUND"):
        answer = await album.post("create-category", {"name": name})
        assert (answer.status_code, "already" in answer.text or "bereits" in answer.text) == (422, True), name
        assert (await rename(album, name)).status_code == 422, name
    await rename(album, "Rex", "dog")
    assert (await album.post("create-category", {"name": "Hund"})).status_code == 202
    await album.caught_up()
    assert (await rename(album, "Hund", "dog")).status_code == 422
