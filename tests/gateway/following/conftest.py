"""An album on a port, and readers of it, in this process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from services.gateway.closed.standing import Standing
from services.gateway.following import copying, passing_on
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.ports import free_port
from tests.support.reading_here import read_here
from tests.support.serving import served
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S, eventually

Reading = Callable[[str], AbstractAsyncContextManager[Stack]]


class Served:
    """An album that can go away and come back, at the same address."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.port = stack, free_port()
        self._serving: AbstractAsyncContextManager[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def come(self) -> None:
        self._serving = served(self.stack.app, self.port)
        await self._serving.__aenter__()

    async def go(self) -> None:
        if self._serving:
            await self._serving.__aexit__(None, None, None)
            self._serving = None


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is away is told, and tried again, at once; an answer waits however long the machine takes."""
    monkeypatch.setattr(copying, "TOLD_AFTER_S", 0.0)
    monkeypatch.setattr(copying, "PAUSES_S", (0.05,))
    monkeypatch.setattr(passing_on, "CATCH_UP_S", PATIENCE_S)


@asynccontextmanager
async def album(folder: Path, count: int = 3) -> AsyncIterator[Served]:
    for number in range(count):
        photos.write(folder / "photos" / f"{number}.jpg", number, size=(800, 600))
    settings = Settings(
        data=folder / "data", previews=folder / "previews", photos=(folder / "photos",), workers=1
    )
    async with running_stack(settings) as running:
        await running.done("scan")
        one = Served(running)
        await one.come()
        try:
            yield one
        finally:
            await one.go()


@pytest.fixture
async def origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    read_here(monkeypatch)
    async with album(tmp_path / "origin") as one:
        yield one


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """A reader of the album at an address; its folder is always the same."""

    def read(url: str) -> AbstractAsyncContextManager[Stack]:
        folder = tmp_path / "reader"
        settings = Settings(data=folder, previews=folder / "previews", gateway=url, workers=1)
        return running_stack(settings, standing=Standing(origin=url))

    return read


async def follows(reader: Stack, origin: Stack) -> None:
    """It shows all that the album does."""

    async def there() -> bool:
        return await reader.gateway.events.head() == await origin.gateway.events.head()

    await eventually(there, "the copy is as long as the log")
    await reader.caught_up()


async def told(reader: Stack, code: str) -> str:
    """The problem with this code, once it is on the board."""
    problems: list[str] = []

    async def on_board() -> bool:
        answer = (await reader.client.get("/readyz")).json()
        problems[:] = [one["problem"] for one in answer["conditions"] if one["code"] == code]
        return bool(problems)

    await eventually(on_board, f"{code} is told")
    return problems[0]


async def untold(reader: Stack) -> None:
    async def well() -> bool:
        codes = [one["code"] for one in (await reader.client.get("/readyz")).json()["conditions"]]
        return not any(code.startswith("origin") for code in codes)

    await eventually(well, "nothing is wrong any more")
