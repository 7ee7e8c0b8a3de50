"""A log of which a page is damaged: whatever can still be read of it is shown, and where it can't be is said."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.domain.albums.events import AlbumCreated
from services.gateway.closed.standing import SOUND, Standing
from services.gateway.pages.events import lines, messages
from services.kernel.backup.daily import back_up
from services.kernel.log.setback import judge
from services.kernel.settings import Settings
from tests.support.album import command_line
from tests.support.log import laid_down
from tests.support.stack import Stack, stack
from tests.support.waiting import PATIENCE_S

EVENTS = 600
PAGE = 4096


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return laid_down(
        tmp_path, lambda _: [AlbumCreated(album_id=f"{n:04}", name=f"Album {n} ") for n in range(EVENTS)]
    )


def damaged(settings: Settings) -> list[int]:
    """The page with album 300 is all zeros. Returns the positions that were on it."""
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(settings.events_db.read_bytes())
    start = content.index(b'"Album 300 "') // PAGE * PAGE
    page = bytes(content[start : start + PAGE])
    content[start : start + PAGE] = bytes(PAGE)
    settings.events_db.write_bytes(content)
    return [n + 1 for n in range(EVENTS) if f'"Album {n} "'.encode() in page]


@asynccontextmanager
async def opened(settings: Settings, closed: bool) -> AsyncIterator[Stack]:
    """The gateway on the damaged log. `closed`: after it has judged the log."""
    damaged(settings)
    setback = judge(settings, thorough=True) if closed else None
    async with stack(settings, standing=Standing(setback=setback) if setback else SOUND) as one:
        yield one


both = pytest.mark.parametrize("closed", [False, True])


@both
async def test_the_log_as_lines(settings: Settings, closed: bool) -> None:
    """Every event but those on that page, in whose place one line says that they can't be read."""
    async with opened(settings, closed) as running:
        answer = await running.client.get("/events")
        assert answer.status_code == 200
        rows = [msgspec.json.decode(line) for line in answer.text.splitlines()]
        (gap,) = [row for row in rows if row["type"] is None]
        assert set(gap) == {"position", "until", "type", "data", "unreadable"}
        assert "can’t be read" in gap["unreadable"]
        positions = [row["position"] for row in rows if row["type"]]
        assert positions == [*range(1, gap["position"]), *range(gap["until"] + 1, EVENTS + 1)]
        assert gap["position"] < 301 <= gap["until"]
        some = await running.client.get("/events", params={"after": gap["position"], "limit": 2})
        begin = [msgspec.json.decode(line)["position"] for line in some.text.splitlines()]
        assert begin == [gap["position"] + 1, gap["until"] + 1, gap["until"] + 2]


@both
async def test_the_live_log(settings: Settings, closed: bool) -> None:
    async with opened(settings, closed) as running:
        rows: list[Any] = []
        async with asyncio.timeout(PATIENCE_S):
            async for message in messages(running.gateway.events, running.gateway.stopping, 290):
                rows.append(msgspec.json.decode(str(message.data)))
                assert message.id == str(rows[-1].get("until", rows[-1]["position"]))
                if rows[-1]["position"] == EVENTS:
                    break
        (gap,) = [row for row in rows if row["type"] is None]
        assert gap["until"] >= 301
        assert rows[-1]["data"]["name"] == f"Album {EVENTS - 1} "


@both
async def test_the_history(settings: Settings, closed: bool) -> None:
    async with opened(settings, closed) as running, running.browser() as browser:
        first = await browser.get("/history")
        assert first.status_code == 200
        assert f"Album {EVENTS - 1} " in first.text
        around = await browser.get("/history", params={"before": 320})
        assert around.status_code == 200
        assert "Album 300 " not in around.text
        assert "Album 319 " not in around.text or "Album 318 " in around.text


async def test_half_a_log(settings: Settings) -> None:
    """Its beginning is shown, although nobody can say where it ends."""
    with closing(sqlite3.connect(settings.events_db)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    os.truncate(settings.events_db, settings.events_db.stat().st_size // 2 + 1234)
    setback = judge(settings)
    assert setback and setback.kind == "damaged"
    async with stack(settings, standing=Standing(setback=setback)) as running, running.browser() as browser:
        answer = await browser.get("/events")
        rows = [msgspec.json.decode(line) for line in answer.text.splitlines()]
        assert rows[0]["data"]["name"] == "Album 0 "
        assert len(rows) > 100
        assert (rows[-1]["until"], rows[-1]["data"]) == (EVENTS, None)
        assert (await browser.get("/history")).status_code == 200


def test_an_end_that_can_not_be_read_is_said() -> None:
    assert [(at, msgspec.json.decode(line)["until"]) for at, line in lines([], 5, 9)] == [(9, 9)]
    assert list(lines([], 9, 9)) == []


def test_programs_that_need_all_of_it_refuse_and_change_nothing(settings: Settings) -> None:
    """The tables and the newest backup, which still have what was on the page, stay."""
    assert back_up(settings).name
    damaged(settings)
    before = _kept(settings)
    for command in (("replay",), ("backup",), ("forget", "f" * 32), ("migrate",)):
        answer = command_line(*command, "--data", settings.data)
        if command == ("migrate",):
            assert answer.returncode == 0, "nothing is rebuilt"
            continue
        assert answer.returncode in (1, 2), command
        assert "malformed" in answer.stderr or "damaged" in answer.stderr or "no photo" in answer.stderr
        assert "Traceback" not in answer.stderr
    assert _kept(settings) == before


def _kept(settings: Settings) -> dict[Path, bytes]:
    files = [*settings.views.glob("views-*.db"), *settings.backups.iterdir()]
    return {path: path.read_bytes() for path in files}
