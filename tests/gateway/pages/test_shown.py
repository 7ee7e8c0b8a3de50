"""What is left out is left out everywhere: each count is of exactly the photos that its link lists, and its cover is
one of them; whatever goes by time shows what the timeline shows."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.domain.albums.events import AlbumCoverSet, AlbumCreated, ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.events import FileMissing, SidecarRead
from services.domain.photos.hiding import ImagesHidden
from services.domain.photos.keywords import KeywordsSet
from services.domain.photos.people import PeopleSet
from services.domain.photos.timeline import TimelineHides
from services.domain.subject import Event
from services.kernel import clock
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import DOG, image_id, models, path, photo, verdict
from tests.support import log
from tests.support.one_line import one_line

TODAY = date(2026, 11, 29)
PIZZA = 963
COUNT = 120
UNDATED = (8, 9, 13, 16, 118)
HIDDEN, TRASHED, ARCHIVED, SCREENSHOT, MISSING, FOOD, PUT_AWAY = range(1, 8)
"""Last digits of the photos that are left out of something; the others have nothing special."""
EVERY = [image_id(number) for number in range(COUNT)]
VISIBLE = {image_id(n) for n in range(COUNT) if n % 10 not in (HIDDEN, TRASHED, MISSING)}
TIMELINE = {
    image_id(n)
    for n in range(COUNT)
    if image_id(n) in VISIBLE and n % 10 not in (ARCHIVED, SCREENSHOT, FOOD, PUT_AWAY)
}


def taken(number: int) -> str:
    """A few days of three years, among them this day in each."""
    day = TODAY - timedelta(days=round((2 + number % 3) * 365.2425) + number // 60 * 40)
    return f"{day}T12:{number % 60:02}:00"


def library(root: Path) -> Iterator[Event]:
    yield from models()
    for number in range(COUNT):
        source = "mtime" if number in UNDATED else "exif"
        yield from photo(number, root, taken_at=taken(number), taken_at_source=source)
        yield verdict(number, (PIZZA, 0.9) if number % 10 == FOOD else (DOG, 0.9))
        if number % 10 in (TRASHED, ARCHIVED):
            yield SidecarRead(
                image_id=image_id(number), root=str(root), path=f"{path(number)}.json", size=1, mtime_ns=1,
                kind="takeout", archived=number % 10 == ARCHIVED, trashed=number % 10 == TRASHED,
            )  # fmt: skip
        if number % 10 in (SCREENSHOT, PUT_AWAY):
            kind = "kind-screenshot" if number % 10 == SCREENSHOT else "kind-archived"
            yield CategoryAssigned(image_id=image_id(number), category_id=kind)
        if number % 10 == MISSING:
            yield FileMissing(image_id=image_id(number), root=str(root), path=path(number))
    yield ImagesHidden(image_ids=EVERY[HIDDEN::10])
    yield TimelineHides(category_ids=["food", "kind-screenshot"])
    yield AlbumCreated(album_id="all", name="All")
    yield ImagesAddedToAlbum(album_id="all", image_ids=EVERY)
    yield AlbumCoverSet(album_id="all", image_id=EVERY[HIDDEN])
    yield AlbumCreated(album_id="smart", name="Smart", q="category:dog")
    yield AlbumCreated(album_id="put-away", name="Put away", q="is:archived")
    yield PeopleSet(image_ids=EVERY[::3], people=["Ann"], present=True)
    yield KeywordsSet(image_ids=EVERY[::2], keywords=["Places|Italy", "lake"], present=True)


@pytest.fixture(scope="module", autouse=True)
def _today() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: TODAY)
        yield


@pytest.fixture(scope="session")
def laid_down(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return log.laid_down(tmp_path_factory.mktemp("shown"), library)


async def listed(client: httpx.AsyncClient, href: str) -> set[str]:
    """Ids of the photos of the page that a link leads to."""
    way = urlsplit(unescape(href))
    query = {name: values[0] for name, values in parse_qs(way.query).items()}
    kind, _, name = way.path[1:].partition("/")
    if kind == "images":
        return {name}
    if kind == "months":
        kind, query["q"] = "", f"year:{way.fragment[2:]}" if way.fragment != "y-0000" else "is:undated"
    within = {"": {"timeline": "1"}, "categories": {"category": name}, "albums": {"album": name}}.get(
        kind, {}
    )
    if "at" in query:
        query["month"] = query.pop("at")
    return set((await client.get("/outline/ids", params=within | query)).json())


def number(text: str) -> int:
    return int(re.findall(r"\d+", text)[-1])


def covers(text: str) -> list[tuple[str, str, int]]:
    """(link, id of the cover, count)."""
    card = r'<a class="cover[^"]*" href="([^"]*)">(?:(?!</a>).)*?images/([0-9a-f]{32})/(?:(?!</a>).)*?'
    found = re.findall(rf'{card}<span class="count">([^<]*)</span>', text)
    return [(href, image, number(count)) for href, image, count in found]


def counted(text: str) -> list[tuple[str, int]]:
    """(link, count) of everything else: headings, months of a year, keywords, pins, facets."""
    patterns = (
        r'<h2><a href="([^"]*)">[^<]*</a> ?<span>(\d+)</span>',
        r'<a href="([^"]*)"><span>[^<]*</span><svg class="bar".*?class="count">(\d+)</span>',
        r'<a href="(/search[^"]*)"><bdi>[^<]*</bdi></a> ?<span class="count">(\d+)</span>',
        r'<a href="(/search[^"]*)"[^>]*aria-label="[^"]*, (\d+) photos"',
        r'<a[^>]* href="(/search[^"]*)"[^>]*>[^<]*<span[^>]*>(\d+)</span>',
    )
    return [(href, int(count)) for pattern in patterns for href, count in re.findall(pattern, text)]


async def text_of(client: httpx.AsyncClient, page: str) -> str:
    answer = await client.get(page)
    assert answer.status_code == 200, page
    return one_line(answer.text)


@pytest.mark.parametrize(
    ("page", "least"),
    [
        *(("/search", 15), ("/months", 3), ("/years", 3), ("/cameras", 1), ("/people", 1), ("/places", 1)),
        *(("/albums", 3), ("/categories", 3), ("/keywords", 3), ("/search/facets?q=lake", 2)),
        ("/places/clusters?at=46.5,7.5&zoom=15", 1),
    ],
)
async def test_each_count_is_of_what_its_link_lists_and_the_cover_is_one_of_them(
    client: httpx.AsyncClient, page: str, least: int
) -> None:
    text = await text_of(client, page)
    cards, lines = covers(text), counted(text)
    assert len(cards) + len(lines) >= least
    for href, count in [*lines, *((href, count) for href, _, count in cards)]:
        photos = await listed(client, href)
        assert (len(photos), photos - VISIBLE) == (count, set()), href
    for href, cover, _ in cards:
        assert cover in await listed(client, href), href


async def test_the_title_of_a_list_counts_what_it_lists(client: httpx.AsyncClient) -> None:
    categories = (await client.get("/api/categories")).json()
    albums = (await client.get("/api/albums")).json()
    ways = [f"/categories/{one['id']}" for one in categories] + [f"/albums/{one['id']}" for one in albums]
    for way, count in zip(ways, [one["count"] for one in [*categories, *albums]], strict=True):
        photos = await listed(client, way)
        assert len(photos) == count and photos <= VISIBLE, way
        title = re.search(r'</h1><span class="count">(\d+)</span>', await text_of(client, way))
        assert title and int(title[1]) == count, way


@pytest.mark.parametrize("page", ["/", "/months", "/years", "/search?q=is:timeline"])
async def test_whatever_goes_by_time_is_the_timeline(client: httpx.AsyncClient, page: str) -> None:
    """Not what is archived, here or by Google, nor kinds and whole groups that the user leaves out."""
    if page not in ("/months", "/years"):
        assert await listed(client, page) == TIMELINE
    months = (await client.get("/outline", params={"timeline": "1"})).json()["months"]
    assert sum(count for _, _, count in months) == len(TIMELINE)
    text = await text_of(client, page)
    if page == "/months":
        shown = {href: count for href, _, count in covers(text)}
        assert shown == {f"/?at={month}": count for month, _, count in months}
    if page == "/years":
        shown = dict(counted(text))
        assert shown == {f"/?at={month}": count for month, _, count in months}
        assert sum(count for _, _, count in covers(text)) == len(TIMELINE)


async def test_programs_see_the_timeline_unless_they_ask_for_more(client: httpx.AsyncClient) -> None:
    """The contract's `/api/images` without a filter is the first page; a search finds the rest."""
    for query, photos in (({}, TIMELINE), ({"q": ""}, TIMELINE), ({"q": "-is:timeline"}, VISIBLE - TIMELINE)):
        answer = (await client.get("/api/images", params={**query, "limit": "500"})).json()
        assert {item["id"] for item in answer["items"]} == photos
        assert answer["total"] == len(photos)


async def test_memories_are_of_the_timeline(client: httpx.AsyncClient) -> None:
    cards = [card for card in covers(await text_of(client, "/search")) if "date%3A" in card[0]]
    assert len(cards) == 3
    for href, cover, count in cards:
        photos = await listed(client, href)
        assert photos <= TIMELINE and len(photos) == count and cover in photos
    undated = {image_id(n) for n in UNDATED}
    expected = Counter(taken(n)[:4] for n in range(60) if image_id(n) in TIMELINE - undated)
    assert sorted(count for _, _, count in cards) == sorted(expected.values())


async def test_covers_are_no_left_out_photos_where_there_are_others(client: httpx.AsyncClient) -> None:
    for page in ("/people", "/cameras", "/places"):
        assert {cover for _, cover, _ in covers(await text_of(client, page))} <= TIMELINE, page


async def test_what_is_left_out_of_the_timeline_stays_in_its_categories_albums_and_searches(
    client: httpx.AsyncClient,
) -> None:
    assert await listed(client, "/albums/all") == VISIBLE
    assert await listed(client, "/albums/put-away") == {
        image_id(n) for n in range(COUNT) if n % 10 in (ARCHIVED, PUT_AWAY)
    }
    assert await listed(client, "/categories/food") == {image_id(n) for n in range(COUNT) if n % 10 == FOOD}
    assert await listed(client, "/search?q=-is:timeline") == VISIBLE - TIMELINE
