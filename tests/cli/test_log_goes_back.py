"""`albumen up` on a log that went backwards, before or while it runs, and each way a person can choose."""

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import photos
from tests.support.album import Album, command_line
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An album with a photo and three albums, stopped."""
    folder = tmp_path_factory.mktemp("album")
    (folder / "photos").mkdir()
    photos.write(folder / "photos/1.jpg", 1, size=(640, 480))
    album = Album(folder / "photos", folder / "data", None, "--no-classify")
    album.start_all()
    asyncio.run(_filled(album))
    album.stop_all()
    return folder


async def _filled(album: Album) -> None:
    async with await album.scanned() as client:
        for number in range(3):
            answer = await client.post("/commands/create-album", json={"name": f"Album {number}"})
            assert answer.status_code == 202
        await eventually(lambda: _current(client), "the pages show it")


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(base, tmp_path / "album"))


async def _current(client: httpx.AsyncClient) -> bool:
    ready = await client.get("/readyz")
    return bool(ready.status_code == 200 and ready.json()["views"]["lag"] == 0)


@pytest.fixture
def album(folder: Path) -> Iterator[Album]:
    one = Album(folder / "photos", folder / "data", None, "--no-classify")
    yield one
    one.stop_all()


async def albums(client: httpx.AsyncClient) -> list[str]:
    return sorted(row["name"] for row in (await client.get("/api/albums")).json())


async def conditions(client: httpx.AsyncClient) -> list[str]:
    """Codes; none while it starts again."""
    try:
        return [one["code"] for one in (await client.get("/readyz")).json()["conditions"]]
    except (httpx.HTTPError, ValueError):
        return []


def emptied(data: Path) -> None:
    os.truncate(data / "events.db", 0)


async def test_it_shows_the_pages_and_changes_nothing(folder: Path, album: Album) -> None:
    shutil.copy(folder / "data/events.db", folder / "before.db")
    emptied(folder / "data")
    album.start_all()
    async with await album.ready() as client:
        assert await albums(client) == ["Album 0", "Album 1", "Album 2"]
        refused = await client.post("/commands/create-album", json={"name": "Lost"})
        assert refused.status_code == 503
        assert "The log is empty" in refused.json()["detail"]
        assert await conditions(client) == ["log_behind"]
        assert (folder / "data/events.db").stat().st_size == 0
    printed = album.gateway.errors()
    assert "albumen: The log is empty; on " in printed
    assert "--begin-anew" in printed


async def test_begin_anew_on_the_page(folder: Path, album: Album) -> None:
    """Nothing is deleted, the photos are scanned again, and from then on all is as in a new album."""
    emptied(folder / "data")
    album.start_all()
    async with await album.ready() as client:
        assert (await client.post("/log/begin-anew")).status_code == 303
        await eventually(lambda: _writable(client, "New"), "an album can be created")
        assert await albums(client) == ["New"]
        await eventually(lambda: _photos(client, 1), "the photo is scanned again")
    (aside,) = (folder / "data").glob("replaced-*")
    assert any((aside / "views").glob("views-*.db"))


async def test_go_on_with_the_log_as_it_is(folder: Path, album: Album) -> None:
    events = _older(folder, 3)
    assert command_line("replay", "--data", folder / "data").returncode == 1
    album.start_all()
    async with await album.ready() as client:
        ends = f"The log ends at entry {events};"
        assert ends in (await client.get("/readyz")).json()["conditions"][0]["problem"]
        assert (await client.post("/log/accept")).status_code == 303
        await eventually(lambda: _writable(client, "After"), "an album can be created")
        assert "Album 2" not in await albums(client)


async def test_restore_the_newest_backup_on_the_page(folder: Path, album: Album) -> None:
    assert command_line("backup", "--data", folder / "data").returncode == 0
    (folder / "data/events.db").unlink()
    album.start_all()
    async with await album.ready() as client:
        assert (await client.post("/log/restore")).status_code == 303
        await eventually(lambda: _writable(client, "After"), "an album can be created")
        assert await albums(client) == ["After", "Album 0", "Album 1", "Album 2"]


async def test_recover_from_the_shell(folder: Path, album: Album) -> None:
    with (folder / "data/events.db").open("r+b") as file:
        file.write(bytes(4096))
    report = command_line("doctor", "--recover", "--json", "--data", folder / "data")
    assert report.returncode == 0, report.stderr
    assert json.loads(report.stdout)["lost"] == 0
    assert command_line("doctor", "--data", folder / "data").returncode == 0
    album.start_all()
    async with await album.ready() as client:
        assert await _writable(client, "After")
        assert await albums(client) == ["After", "Album 0", "Album 1", "Album 2"]


def _remove(data: Path) -> None:
    for path in data.glob("events.db*"):
        path.unlink()


def _replace(data: Path) -> None:
    """By an older copy, as a person restores one by hand."""
    shutil.copy(data / "older.db", data / "part")
    for end in ("-wal", "-shm"):
        (data / f"events.db{end}").unlink(missing_ok=True)
    (data / "part").replace(data / "events.db")


@pytest.mark.parametrize("damage", [_remove, _replace])
async def test_while_it_runs(folder: Path, album: Album, damage: Callable[[Path], Any]) -> None:
    """Within ten seconds the pages say it, nothing is accepted, and what the open log held can be recovered."""
    _older(folder, 3, "older.db")
    album.start_all()
    async with await album.ready() as client:
        await eventually(lambda: _current(client), "it is ready")
        assert await _writable(client, "Just now")
        await eventually(lambda: _current(client), "it is shown")
        damage(folder / "data")
        began = asyncio.get_running_loop().time()

        async def told() -> bool:
            return "log_behind" in await conditions(client)

        await eventually(told, "the pages say it")
        took = asyncio.get_running_loop().time() - began
        assert (await client.post("/commands/create-album", json={"name": "Lost"})).status_code == 503
        assert await albums(client) == ["Album 0", "Album 1", "Album 2", "Just now"]
        assert (await client.post("/log/recover")).status_code == 303
        await eventually(lambda: _writable(client, "After"), "an album can be created")
        assert await albums(client) == ["After", "Album 0", "Album 1", "Album 2", "Just now"]
    assert took < 60, "ten seconds on a machine that has nothing else to do"


def _older(folder: Path, fewer: int, name: str = "events.db") -> int:
    """The log without its newest commands, put in its place or beside it; returns where it ends."""
    path = folder / "data" / name
    if name != "events.db":
        with closing(sqlite3.connect(folder / "data/events.db")) as db:
            db.execute("VACUUM INTO ?", (str(path),))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        (head,) = db.execute("SELECT max(position) FROM event").fetchone()
        triggers = [sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")]
        for (trigger,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("DELETE FROM event WHERE position > ?", (head - fewer,))
        db.execute("DELETE FROM chain")
        db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'event'", (head - fewer,))
        for sql in triggers:
            db.execute(sql)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return int(head) - fewer


async def _writable(client: httpx.AsyncClient, name: str) -> bool:
    try:
        answer = await client.post(
            "/commands/create-album", json={"name": name}, headers={"Idempotency-Key": name}
        )
    except httpx.HTTPError:
        return False
    if answer.status_code == 202:
        await eventually(lambda: _shown(client, name), "the album is shown")
    return answer.status_code == 202


async def _shown(client: httpx.AsyncClient, name: str) -> bool:
    return name in await albums(client)


async def _photos(client: httpx.AsyncClient, number: int) -> bool:
    return len((await client.get("/api/images")).json()["items"]) == number
