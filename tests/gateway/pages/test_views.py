import asyncio
import sqlite3
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumRenamed
from services.gateway.queries.categories import categories
from services.gateway.queries.timeline import page
from services.gateway.search.filters import EVERYTHING
from services.gateway.tables.pool import Views
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild
from tests.gateway.pages.seeded import COUNT, library, photo
from tests.support.log import records, write
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S

POSITION = len([*library(Path("photos"))])
"""Position of the last event."""
RENAMED = AlbumRenamed(album_id="lake", name="Sea")


async def test_before_there_are_tables_everything_is_empty(tmp_path: Path) -> None:
    """Once created, they are read without a restart."""
    settings = Settings(data=tmp_path, previews=tmp_path)
    views = await Views.open(settings)
    assert await views.position() == 0
    assert (await page(views, EVERYTHING)).tiles == []
    assert await categories(views) == []
    await write(settings, [event for number in range(5) for event in photo(number, tmp_path)])
    rebuild(settings)
    assert await views.position() == 10
    assert len((await page(views, EVERYTHING)).tiles) == 5
    await views.close()


async def test_a_rebuild_is_followed_at_the_next_query(settings: Settings) -> None:
    """The pointer names another file: queries go there, and the cache of the old one is dropped."""
    views = await Views.open(settings)
    cache = views.cache
    assert await views.position() == POSITION
    await write(settings, [RENAMED] * 5)
    rebuild(settings)
    positions = await asyncio.gather(*(views.position() for _ in range(20)))
    assert set(positions) == {POSITION + 5}
    assert views.cache is not cache
    await views.close()


@pytest.mark.parametrize("content", ["", "missing.db", "../../etc/passwd", "."])
async def test_a_pointer_that_leads_nowhere_leaves_what_was(settings: Settings, content: str) -> None:
    views = await Views.open(settings)
    fresh = settings.views / "current.part"
    fresh.write_text(content)
    fresh.replace(settings.views / "current")
    assert await views.position() == POSITION
    await views.close()


async def test_waiting_ends_when_the_tables_have_caught_up(album: Stack) -> None:
    views = await Views.open(album.settings)
    assert await views.wait_for(POSITION, 0)
    assert not await views.wait_for(POSITION + 1, 0.05)
    waiting = asyncio.create_task(views.wait_for(POSITION + 1, PATIENCE_S))
    await album.gateway.events.append(records([RENAMED]))
    assert await waiting
    await views.close()


async def test_the_tables_can_only_be_read(settings: Settings) -> None:
    views = await Views.open(settings)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await views.fetch("DELETE FROM image")
    rows = await views.fetch("SELECT count(*) FROM image")
    assert rows[0][0] == COUNT
    await views.close()


async def test_many_questions_at_once_are_all_answered(settings: Settings) -> None:
    """More than there are connections, some of them cancelled midway."""
    views = await Views.open(settings)
    tasks = [asyncio.create_task(views.position()) for _ in range(50)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert {answer for answer in answers if not isinstance(answer, BaseException)} == {POSITION}
    assert await views.position() == POSITION
    await views.close()
