"""The empty search: this day in earlier years, rows of cards; and the pages behind them."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import httpx
import pytest

from services.domain.files.events import FileAdded
from services.domain.subject import Event
from services.gateway.i18n.wording import camera_name
from services.gateway.queries import covers, explore
from services.gateway.queries.covers import Candidate, Card
from services.gateway.tables.pool import Views
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.gateway.pages.seeded import COUNT, image_id, photo, taken
from tests.support.log import write
from tests.support.one_line import one_line
from tests.support.stack import Stack, stack


def row(text: str, name: str) -> list[tuple[str, str]]:
    """(link, photo count) of a row's cards."""
    found = re.search(rf'<section class="shelf-row" aria-label="{name}">(.*?)</section>', text, re.DOTALL)
    return (
        re.findall(r'class="cover" href="([^"]*)".*?<span class="count">([^<]*)</span>', found[1])
        if found
        else []
    )


async def total(client: httpx.AsyncClient, href: str) -> int:
    q = httpx.URL(href.replace("&amp;", "&")).params["q"]
    return int((await client.get("/api/images", params={"q": q, "limit": "1"})).json()["total"])


@pytest.mark.parametrize("name", ["Places", "Years", "Cameras"])
async def test_each_card_leads_to_exactly_the_photos_that_it_counts(
    client: httpx.AsyncClient, name: str
) -> None:
    cards = row(one_line((await client.get("/search")).text), name)
    assert cards
    for href, count in cards:
        assert await total(client, href) == int(count), href


async def test_the_rows_lead_to_pages_of_their_own(client: httpx.AsyncClient) -> None:
    text = (await client.get("/search")).text
    ways = re.findall(r'class="all" href="([^"]*)"', text)
    assert {"/albums", "/places", "/categories", "/years", "/cameras"} <= set(ways)
    for way in ways:
        if not way.startswith("/categories/"):  # there are no kinds in this library
            assert (await client.get(way)).status_code == 200, way


async def test_a_year_has_its_months(client: httpx.AsyncClient) -> None:
    text = (await client.get("/years")).text
    for month in {f"{taken(n):%Y-%m}" for n in range(COUNT)}:
        assert f'href="/?at={month}"' in text


async def test_every_month_has_a_card_and_every_year_a_heading(client: httpx.AsyncClient) -> None:
    """Newest first, with the same counts as the timeline; each links to its place there."""
    text = one_line((await client.get("/months")).text)
    cards = re.findall(r'<li id="m-(\d{4}-\d\d)"><a class="cover" href="/\?at=\1">.*?count">(\d+)<', text)
    counts = Counter(f"{taken(n):%Y-%m}" for n in range(COUNT))
    assert [(month, int(count)) for month, count in cards] == sorted(counts.items(), reverse=True)
    years = re.findall(r'<section class="group" id="y-(\d{4})"><h2>\1 <span>(\d+)<', text)
    by_year = Counter(f"{taken(n):%Y}" for n in range(COUNT))
    assert [(year, int(count)) for year, count in years] == sorted(by_year.items(), reverse=True)


@pytest.mark.parametrize(("path", "level"), [("/", "days"), ("/months", "months"), ("/years", "years")])
async def test_the_timeline_is_seen_from_three_distances(
    client: httpx.AsyncClient, path: str, level: str
) -> None:
    text = (await client.get(path)).text
    levels = re.findall(r'<a href="([^"]*)" data-zoom="(\w+)"( aria-current="page")?>', text)
    assert [href for href, _, _ in levels] == ["/", "/months", "/years"]
    assert [name for _, name, now in levels if now] == [level]


async def test_a_camera_tells_its_years(client: httpx.AsyncClient) -> None:
    text = (await client.get("/cameras")).text
    assert "Make Model &lt;3&gt;" in text
    assert "2015 – 2016 · 200" in text


@pytest.mark.parametrize(
    ("make_and_model", "name"),
    [
        ("Apple iPhone 11", "Apple iPhone 11"),
        ("Canon Canon EOS 40D", "Canon EOS 40D"),
        ("NIKON CORPORATION NIKON D70", "NIKON D70"),
        ("samsung SAMSUNG-SM-G930A", "SAMSUNG-SM-G930A"),
        ("LG Electronics LG-H870", "LG-H870"),
        ("Pro GoPro", "Pro GoPro"),
        ("Make", "Make"),
        (") )", ") )"),
    ],
)
def test_a_camera_is_not_called_by_its_make_twice(make_and_model: str, name: str) -> None:
    assert camera_name(make_and_model) == name


async def tables(folder: Path, *events: Event) -> Views:
    """Read tables of a separate library."""
    settings = Settings(data=folder / "own", previews=folder / "previews", photos=(folder,))
    await write(settings, events)
    rebuild(settings)
    return await Views.open(settings)


@pytest.mark.parametrize("count", [0, 1])
async def test_with_no_photo_or_one_all_is_answered(tmp_path: Path, count: int) -> None:
    views = await tables(tmp_path, *(event for number in range(count) for event in photo(number, tmp_path)))
    for ask in (explore.years, explore.cameras, explore.cities, explore.countries):
        assert len(await ask(views)) == len(await explore.years(views)) < 2
    assert await explore.people(views) == []
    found = await explore.memories(views, taken(0).date().replace(year=2017))
    assert len(found) == len(await explore.years(views))
    await views.close()


TODAY = date(2020, 6, 12)


@pytest.fixture
def days(tmp_path: Path) -> "Days":
    return Days(tmp_path)


class Days:
    """A library of photos taken on given days, and its memories."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def of(self, today: date, *days: str, source: str = "exif") -> list[tuple[int, str, int]]:
        events = [
            event
            for number, day in enumerate(days)
            for event in photo(number, self._folder, taken_at=f"{day}T12:00:00", taken_at_source=source)
        ]
        views = await tables(self._folder, *events)
        found = await explore.memories(views, today)
        await views.close()
        return [(one.years, one.first, one.count) for one in found]


async def test_on_this_day_in_former_years(days: Days) -> None:
    found = await days.of(
        TODAY, "2012-06-12", "2012-06-12", "2019-06-12", "2020-06-12", "2018-06-13", "2021-06-12"
    )
    assert found == [(1, "2019-06-12", 1), (8, "2012-06-12", 2)]


async def test_where_the_day_has_none_the_days_around_it_count(days: Days) -> None:
    assert await days.of(TODAY, "2018-06-10", "2018-06-15", "2018-06-16", "2020-06-11") == [
        (2, "2018-06-10", 2)
    ]


async def test_the_days_around_new_year_belong_together(days: Days) -> None:
    assert await days.of(date(2021, 1, 1), "2018-12-30", "2019-01-03") == [(2, "2018-12-30", 2)]


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2020, 2, 29), [(4, "2016-02-29", 1)]),
        (date(2021, 2, 28), [(5, "2016-02-29", 1)]),
        (date(2024, 2, 28), [(8, "2016-02-29", 1)]),
        (date(2021, 3, 1), [(5, "2016-02-29", 1)]),
    ],
)
async def test_the_29th_of_february_comes_back_every_year(
    days: Days, today: date, found: list[tuple[int, str, int]]
) -> None:
    """In leap years the 28th shows it only among the neighbouring days."""
    assert await days.of(today, "2016-02-29") == found


async def test_a_date_that_nobody_is_sure_of_brings_nothing_back(days: Days) -> None:
    assert await days.of(TODAY, "2018-06-12", source="mtime") == []


def card(key: str, *candidates: tuple[float, str, int | None]) -> Card:
    return Card(
        key, 1, [Candidate(worth, image, "#000000", None, phash) for worth, image, phash in candidates]
    )


def test_no_photo_stands_for_two_cards_while_there_is_another() -> None:
    cards = [
        card("a", (0.9, "x", 0)),
        card("b", (0.9, "x", 0), (0.2, "y", 2**40 - 1)),
        card("c", (0.9, "x", 0)),
    ]
    assert {key: cover.image_id for key, cover in covers.chosen(cards).items()} == {
        "a": "x",
        "b": "y",
        "c": "x",
    }


def test_nor_one_that_looks_nearly_like_it() -> None:
    cards = [card("a", (0.9, "x", 0)), card("b", (0.9, "z", -(2**63)), (0.2, "y", 2**40 - 1))]
    assert covers.chosen(cards)["b"].image_id == "y"


async def test_a_cover_is_wider_than_high_and_no_screenshot(album: Stack) -> None:
    """Every third photo of the library is 4 : 3; all but one of these also exist as screenshots."""
    root = str(album.settings.photos[0])
    await album.tell(
        *(
            FileAdded(
                image_id=image_id(number), root=root, path=f"Screenshot_{number}.jpg", size=1, mtime_ns=1
            )
            for number in range(0, COUNT, 3)
            if number != 30
        )
    )
    (only,) = await explore.countries(album.gateway.views)
    assert only.cover.image_id == image_id(30)


async def test_the_empty_library_says_what_will_be_here(tmp_path: Path) -> None:
    async with stack(Settings(data=tmp_path / "data", previews=tmp_path / "previews")) as empty:
        text = (await empty.browser().get("/search")).text
    assert "Nothing here yet" in text
