"""Read tables that are damaged while Albumen runs are made again without a restart, and meanwhile pages say so."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from services.gateway.tables.pool import TablesDamaged, Views
from services.kernel.complaint import complain, complaint
from services.kernel.settings import Settings
from services.projector import generation
from tests.gateway.pages import seeded
from tests.support.log import laid_down
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually


def scribbled(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(path.stat().st_size - 8192))


def emptied(path: Path) -> None:
    os.truncate(path, 0)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 99)


def deleted(path: Path) -> None:
    path.unlink()


def folder_removed(path: Path) -> None:
    shutil.rmtree(path.parent)


def replaced_by_text(path: Path) -> None:
    path.unlink()
    path.write_text("not tables " * 5000)


def pointer_scribbled(path: Path) -> None:
    (path.parent / "current").write_text("../../../etc/passwd\n")


async def shown(running: Stack) -> bool:
    """All that pages read, whether or not it is cached: a new file has a cache of its own."""
    async with running.browser() as browser:
        answers = [
            await browser.get(path) for path in ("/", "/albums", "/search?q=a", "/api/images?limit=200")
        ]
        for answer in answers:
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 503:
                assert "being rebuilt from the log" in answer.text or "json" in answer.headers["content-type"]
    return all(answer.status_code == 200 for answer in answers)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return laid_down(tmp_path, seeded.library)


@pytest.mark.parametrize(
    "damage", [scribbled, emptied, cut, deleted, folder_removed, replaced_by_text, pointer_scribbled]
)
async def test_they_heal_while_it_runs(settings: Settings, damage: Callable[[Path], None]) -> None:
    async with stack(settings) as running:
        await running.done("create-album", {"name": "Before"})
        path = generation.current(settings.views)
        assert path is not None
        images = len((await running.get("/api/images?limit=200"))["items"])
        damage(path)

        async def healed() -> bool:
            whole = await shown(running)
            return whole and generation.current(settings.views) not in (None, path)

        await eventually(healed, "there are other tables")
        complain(settings.run, path.name)  # as a reader may that is slower than the projector
        await running.done("create-album", {"name": "After"})
        assert {"Before", "After"} <= {row["name"] for row in await running.get("/api/albums")}
        assert len((await running.get("/api/images?limit=200"))["items"]) == images

        async def settled() -> bool:
            return complaint(settings.run) is None

        await eventually(settled, "no file is said to be damaged any more")

        async def well() -> bool:
            ready = await running.client.get("/readyz")
            return "tables_damaged" not in [one["code"] for one in ready.json()["conditions"]]

        await eventually(well, "it is no condition any more")


async def test_tables_whose_schema_can_not_be_read_at_the_start(settings: Settings) -> None:
    """SQLite fails on the first pragma that needs it, before any query."""
    path = generation.current(settings.views)
    assert path
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(path.stat().st_size // 2))
    views = await Views.last(settings)
    assert not await views.shown()
    with pytest.raises(TablesDamaged):
        await views.position()
    await views.close()
    async with stack(settings) as running:

        async def healed() -> bool:
            return await shown(running) and generation.current(settings.views) not in (None, path)

        await eventually(healed, "there are other tables")
