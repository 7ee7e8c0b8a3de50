"""The history leads back to a moment, and to the days on which something changed."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from uuid import uuid4

import httpx
import pytest_asyncio

from services.domain.albums.events import AlbumCreated, AlbumRenamed
from services.domain.categories.decisions import CategoryAssigned
from services.domain.files.events import ScanFinished
from services.gateway.history.days import by_day
from services.gateway.queries.logbook import Logbook
from tests.gateway.pages.seeded import image_id
from tests.support.given import by
from tests.support.stack import Stack


@pytest_asyncio.fixture(loop_scope="module")
async def day(shared: Stack) -> date:
    """When the library was made: another day than now if midnight is past."""
    (first,) = await shared.gateway.events.read(0, 1)
    return datetime.fromtimestamp(first.recorded_at / 1e6).date()


def at(day: datetime) -> int:
    return int(day.timestamp() * 1e6)


def test_days_say_what_changed() -> None:
    noon = datetime(2026, 3, 1, 12)
    days = by_day(
        [
            (AlbumCreated.TYPE, at(noon)),
            (AlbumRenamed.TYPE, at(noon + timedelta(hours=11))),
            (ScanFinished.TYPE, at(noon + timedelta(hours=11))),
            (AlbumCreated.TYPE, at(noon + timedelta(hours=13))),
        ]
    )
    assert [(one.day, one.counts, one.total) for one in days] == [
        ("2026-03-01", {"albums": 2, "jobs": 1}, 3),
        ("2026-03-02", {"albums": 1}, 1),
    ]


async def test_what_one_command_did_is_one_action(album: Stack) -> None:
    head = await album.gateway.events.head()
    many = uuid4()
    await album.tell(
        *(by(many, CategoryAssigned(image_id=image_id(n), category_id="own")) for n in range(1, 9)),
        by(uuid4(), CategoryAssigned(image_id=image_id(9), category_id="own")),
    )
    book = await Logbook.open(album.settings.events_db)
    try:
        end = await album.gateway.events.head() + 1
        told = await book.actions([CategoryAssigned.TYPE], end, 100)
        before = await book.actions([CategoryAssigned.TYPE], head + 1, 100)
        assert len(told) == len(before) + 2
        assert len(await book.actions([CategoryAssigned.TYPE], end, 1)) == 1
    finally:
        await book.close()


async def test_every_entry_leads_back_to_its_moment(client: httpx.AsyncClient) -> None:
    page = (await client.get("/history")).text
    entries = len(re.findall(r'href="/history/\d+"', page))
    assert entries > 3
    assert page.count(">Go back to this moment</button>") == entries


async def test_the_days_are_links_that_choose_a_day(client: httpx.AsyncClient, day: date) -> None:
    page = (await client.get("/history")).text
    days = [unescape(href) for href in re.findall(r'<a href="(/history\?day=[^"]*)"', page)]
    assert days == [f"/history?day={day}"]
    assert re.search(r"Albums \d", page)
    chosen = (await client.get(days[0])).text
    assert f'name="day" value="{day}"' in chosen
    assert f'data-day="{day}" aria-current="date"' in chosen
    assert "Go back to this moment" in chosen


async def test_a_day_shows_what_had_happened_by_its_end(client: httpx.AsyncClient, day: date) -> None:
    page = (await client.get("/history", params={"day": str(day - timedelta(days=2))})).text
    assert "Go back to this moment" not in page
    assert (await client.get("/history", params={"day": "yesterday"})).status_code == 200
