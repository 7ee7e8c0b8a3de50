"""Summer is in other months on the other half of the earth, as the settings say."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.kernel import clock
from services.kernel.settings import Settings
from tests.gateway.search.written_library import TODAY, library
from tests.support import log
from tests.support.stack import Stack, stack

pytestmark = pytest.mark.asyncio


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return log.laid_down(tmp_path, library)


@pytest_asyncio.fixture
async def own(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stack]:
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    async with stack(settings) as running:
        yield running


async def days(album: Stack, q: str) -> set[str]:
    answer = await album.client.get("/api/images", params={"q": q})
    return {item["taken_at"][:10] for item in answer.json()["items"]}


async def test_the_chosen_hemisphere_counts_until_it_is_undone(own: Stack) -> None:
    assert await days(own, "summer 2023") == {"2023-06-30", "2023-07-14"}
    command = await own.post("set-seasons", {"hemisphere": "south"})
    assert command.status_code == 202
    await own.caught_up()
    assert await days(own, "summer 2023") == {"2023-12-25", "2024-01-10"}
    assert await days(own, "winter 2023") == {"2023-06-30", "2023-07-14"}
    page = (await own.client.get("/settings", headers={"Accept": "text/html"})).text
    assert 'value="south" checked' in page
    await own.post("undo", {"command_id": command.json()["command_id"]})
    await own.caught_up()
    assert await days(own, "summer 2023") == {"2023-06-30", "2023-07-14"}


async def test_another_half_is_refused(own: Stack) -> None:
    assert (await own.post("set-seasons", {"hemisphere": "east"})).status_code == 422
