"""The page of backups: made at a click, listed, downloaded; how to restore one."""

import asyncio
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from services.gateway.running.automatic import Automatic
from services.kernel.backup.manifest import Backup, backups
from services.kernel.settings import Settings
from tests.support.one_line import one_line
from tests.support.stack import Stack, stack
from tests.support.waiting import eventually


async def test_back_up_now_without_scripts(album: Stack, tmp_path: Path) -> None:
    before = (await album.client.get("/backups")).text
    assert "No backups here yet." in before
    assert "--backups /media/usb/albumen" in before

    answer = await album.client.post("/backups", data={"next": "/backups"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/backups")
    after = one_line((await album.client.get("/backups")).text)
    assert "618 entries" in after
    assert "checked on " in after
    (place,) = (await album.get("/api/backups"))["places"]
    (row,) = place["backups"]
    assert row["position"] == 618
    assert row["whole"]
    assert not place["second"]
    assert f'href="/backups/{row["name"]}"' in after


async def test_a_downloaded_backup_is_the_log(album: Stack, tmp_path: Path) -> None:
    answer = (await album.client.post("/api/backups")).json()
    name = answer["places"][0]["backups"][0]["name"]

    file = await album.client.get(f"/backups/{name}/download")

    assert file.headers["Content-Disposition"].startswith("attachment")
    (tmp_path / "copy.db").write_bytes(file.content)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        assert db.execute("SELECT count(*) FROM event").fetchone() == (618,)


async def test_how_to_restore_one(album: Stack) -> None:
    answer = (await album.client.post("/api/backups")).json()
    name = answer["places"][0]["backups"][0]["name"]

    page = (await album.client.get(f"/backups/{name}")).text

    settings = album.settings
    assert f"./albumen restore {settings.backups / name}.db --data {settings.data}" in page
    assert "Stop Albumen" in page
    assert str(settings.photos[0]) in page


@pytest.mark.parametrize("name", ["albumen-2020-01-01T00-00-00Z", "events", "%2e%2e%2fevents", "..%2fevents"])
async def test_no_other_file_is_served(album: Stack, name: str) -> None:
    for path in (f"/backups/{name}", f"/backups/{name}/download"):
        assert (await album.client.get(path)).status_code == 404


async def test_it_is_linked_and_speaks_german(album: Stack) -> None:
    await album.client.post("/api/backups")
    for path in ("/jobs", "/settings"):
        assert 'href="/backups"' in (await album.client.get(path)).text
    page = (await album.client.get("/backups", headers={"Accept-Language": "de"})).text
    assert "Jetzt sichern" in page
    assert "geprüft am" in page


async def test_a_damaged_one_is_marked(album: Stack) -> None:
    await album.client.post("/api/backups")
    (path,) = album.settings.backups.glob("*.db")
    path.write_bytes(path.read_bytes()[:100])
    assert "Damaged or incomplete" in (await album.client.get("/backups")).text


async def test_a_second_place_that_is_away_is_said(settings: Settings, tmp_path: Path) -> None:
    away = msgspec.structs.replace(settings, second_backups=tmp_path / "usb")
    async with stack(away) as running:
        answer = (await running.client.post("/api/backups")).json()
        first, second = answer["places"]
        assert first["failure"] is None
        assert len(first["backups"]) == 1
        assert "Connect its disk" in second["failure"]
        assert "Connect its disk" in (await running.client.get("/backups")).text
        (tmp_path / "usb").mkdir()
        answer = (await running.client.post("/api/backups")).json()
        assert [place["failure"] for place in answer["places"]] == [None, None]
        assert answer["places"][1]["same_disk"]


async def test_the_day_s_backup_comes_by_itself(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once pages are shown and no scan runs; on the same day there is no second one."""
    monkeypatch.setattr("services.gateway.lifespan.SETTLED_S", 0.0)
    for _ in range(2):
        async with stack(settings, Automatic(backup=True)) as running:

            async def made() -> bool:
                places = (await running.get("/api/backups"))["places"]
                return bool(places[0]["backups"])

            await eventually(made, "there is a backup")
            task = running.gateway.backups._making
            assert task is None or (await task).failures == []
    (manifest,) = settings.backups.glob("*.json")
    assert json.loads(manifest.read_bytes())["position"] == 618


async def test_a_backup_goes_on_though_its_page_is_left(album: Stack) -> None:
    """A second request joins the first."""
    backups = album.gateway.backups
    left = asyncio.create_task(backups.now())
    await asyncio.sleep(0)
    assert backups.making, "it has begun"
    left.cancel()
    assert (await backups.now()).name
    assert len(list(album.settings.backups.glob("*.db"))) == 1


async def test_a_place_that_is_away_is_told_on_every_page_until_it_is_back(
    settings: Settings, tmp_path: Path
) -> None:
    async with stack(msgspec.structs.replace(settings, second_backups=tmp_path / "usb")) as running:

        async def said() -> bool:
            pages = [(await running.browser().get(path)).text for path in ("/", "/jobs", "/albums")]
            metric = (
                'albumen_condition{code="backup_failed"} 1.0' in (await running.client.get("/metrics")).text
            )
            return metric and all("No new backup: " in page and "Connect its disk" in page for page in pages)

        async def unsaid() -> bool:
            return not await said()

        await eventually(said, "the missing disk is said")
        (tmp_path / "usb").mkdir()
        await eventually(unsaid, "the disk is back")


async def test_a_failed_backup_is_told_until_one_succeeds(album: Stack) -> None:
    album.settings.backups.write_text("in the way")
    answer = (await album.client.post("/api/backups")).json()
    assert answer["places"][0]["failure"]
    conditions = await album.gateway.backups.ask()
    assert [(one.code, one.grave) for one in conditions] == [("backup_failed", True)]
    album.settings.backups.unlink()
    answer = (await album.client.post("/api/backups")).json()
    assert answer["places"][0]["failure"] is None
    assert await album.gateway.backups.ask() == []


async def test_a_disk_that_does_not_answer_holds_up_no_page(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network mount whose server is gone: every look at it hangs."""
    monkeypatch.setattr("services.gateway.running.backups.ANSWER_S", 0.05)
    answers = threading.Event()
    usb = tmp_path / "usb"

    def hangs(folder: Path) -> list[Backup]:
        if folder == usb:
            answers.wait()
        return backups(folder)

    monkeypatch.setattr("services.gateway.running.backups.backups", hangs)
    async with stack(msgspec.structs.replace(settings, second_backups=usb)) as running:
        try:
            first = set[str | None]()
            for _ in range(20):  # more than there are threads
                places = (await running.get("/api/backups"))["places"]
                first.add(places[0]["failure"])
                assert "timed out" in places[1]["failure"]
            assert None in first  # the other disk, unless the whole computer is as slow
        finally:
            answers.set()
