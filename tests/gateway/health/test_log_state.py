"""A log that is damaged or can't be written to is told on every page; commands are refused in words, never accepted."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from services.domain.albums.events import AlbumCreated
from services.gateway.health.log import LogState
from services.kernel.log.apart import VerificationFailed, verify_apart
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from tests.support.log import write
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", workers=1)


@pytest.fixture
async def running(settings: Settings) -> AsyncIterator[Stack]:
    async with stack(settings) as one:
        yield one


def tamper(settings: Settings, statement: str) -> None:
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.executescript(statement)


async def test_a_command_that_can_not_be_saved_is_refused_in_words(
    running: Stack, settings: Settings
) -> None:
    await running.done("create-album", {"name": "Before"})
    shutil.copytree(settings.data, copy := settings.data.with_name("copy"))
    settings.data.rename(settings.data.with_name("moved"))
    copy.rename(settings.data)

    answer = await running.post("create-album", {"name": "Lost"})
    assert answer.status_code == 503
    assert "its folder was moved or replaced. Put it back" in answer.json()["detail"]
    german = await running.post("create-album", {"name": "Lost"}, Accept_Language="de", Accept="text/html")
    assert german.status_code == 503
    assert "Der Ordner wurde verschoben oder ersetzt" in german.text
    await eventually(lambda: "log_failing" in codes(running), "it is shown")

    settings.data.rename(settings.data.with_name("copy"))
    settings.data.with_name("moved").rename(settings.data)
    assert (await running.post("create-album", {"name": "After"})).status_code == 202
    await eventually(lambda: "log_failing" not in codes(running), "it is no longer shown")


def codes(running: Stack) -> list[str]:
    return [one.code for one in running.gateway.health.conditions]


async def test_damage_to_the_newest_records_is_told_at_the_start(settings: Settings) -> None:
    await write(settings, [AlbumCreated(album_id=f"a{n}", name="A") for n in range(5)])
    tamper(settings, "DROP TRIGGER event_no_delete; DELETE FROM event WHERE position = 5")

    async with stack(settings) as running:
        await eventually(lambda: "log_damaged" in codes(running), "it is shown")
        answer = await running.post("create-album", {"name": "B"})
        assert answer.status_code == 503
        assert "The log ends at entry 4, but it once had 5." in answer.json()["detail"]
        assert (await running.client.get("/")).status_code == 200


async def test_all_of_the_log_is_verified_in_another_process(settings: Settings) -> None:
    await write(settings, [AlbumCreated(album_id=f"a{n}", name="A") for n in range(40)])
    assert await verify_apart(settings.events_db) == []
    tamper(settings, "DROP TRIGGER event_no_update; UPDATE event SET data = '{}' WHERE position IN (3, 9)")

    log = await SqliteLog.open(settings.events_db)
    state = LogState(log, settings.events_db)
    task = asyncio.create_task(state.run(first_s=0.0))
    await eventually(lambda: told(state), "it is found")
    (condition,) = await state.ask()
    assert condition.problem.english() == "Entry 3 of the log is not what Albumen wrote there."
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await log.close()
    assert [one.position for one in await verify_apart(settings.events_db)] == [3, 9]


async def told(state: LogState) -> bool:
    return bool(await state.ask())


async def test_a_write_by_another_program_is_a_reason_to_verify_all(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the next of the daily verifications is far away, and the newest records are in order."""
    monkeypatch.setattr("services.kernel.log.guard.NEWEST", 1)
    await write(settings, [AlbumCreated(album_id=f"a{n}", name="A") for n in range(40)])
    log = await SqliteLog.open(settings.events_db)
    state = LogState(log, settings.events_db)
    task = asyncio.create_task(state.run(first_s=3600.0))
    assert await state.ask() == []
    tamper(settings, "DROP TRIGGER event_no_update; UPDATE event SET data = '{}' WHERE position = 3")
    await eventually(lambda: told(state), "it is found")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await log.close()


async def test_a_verification_that_dies_says_nothing_about_the_log(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(VerificationFailed, match="status 1"):
        await verify_apart(settings.events_db)
