"""`albumen backup` and `albumen restore`, as a person types them on this machine and on a new one."""

import asyncio
import ctypes
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.cli import instance
from services.domain.files.events import ScanStarted
from services.kernel.log.sqlite import open_writer
from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.album import command_line, environment
from tests.support.commands import command
from tests.support.log import laid_down, write
from tests.support.stack import stack

COMPARED = (
    *("/api/images?limit=500", "/api/albums", "/api/albums/lake", "/api/categories", "/api/models"),
    *("/api/folders", "/api/jobs", "/api/missing"),
    *(f"/api/images/{seeded.image_id(number)}" for number in (0, 1, 2, 5, 7)),
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return laid_down(tmp_path, seeded.library)


async def said(settings: Settings) -> dict[str, Any]:
    """All that the API says."""
    async with stack(settings) as running:
        await running.caught_up()
        answers = {path: await running.get(path) for path in COMPARED}
        return answers | {"/events": (await running.client.get("/events?limit=5000")).text}


async def test_a_new_machine_says_all_that_the_old_one_did(settings: Settings, tmp_path: Path) -> None:
    made = command_line("backup", tmp_path / "stick", "--data", settings.data)
    assert made.returncode == 0, made.stderr
    assert "200 photos, 2 albums; read back and checked." in made.stdout
    new = Settings(data=tmp_path / "new", previews=tmp_path / "new/previews", photos=settings.photos)

    restored = command_line("restore", tmp_path / "stick", "--data", new.data)

    assert restored.returncode == 0, restored.stderr
    assert "Restored 618 events up to " in restored.stdout
    assert "200 photos, 2 albums" in restored.stdout
    assert "albumen up" in restored.stdout
    assert await said(new) == await said(settings)


async def test_a_backup_of_a_running_album_and_no_restore_over_it(settings: Settings) -> None:
    async with stack(settings) as running:
        await running.done("create-album", {"name": "Just now"})
        with instance.only_one(settings):
            made = command_line("backup", "--data", settings.data, "--json")
            refused = command_line("restore", "--data", settings.data)
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["albums"] == 3
    assert refused.returncode == 1
    assert "already running" in refused.stderr
    restored = command_line("restore", "--data", settings.data, "--json")
    assert json.loads(restored.stdout)["contents"]["position"] == json.loads(made.stdout)["events"]
    assert len(list(settings.data.glob("replaced-*/events.db"))) == 1


def test_what_is_wrong_is_said_in_words(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    for arguments, status, word in (
        (("backup", tmp_path / "file", "--data", settings.data), 2, "is a file"),
        (("backup", tmp_path / "no/such", "--data", settings.data), 2, "can't be created"),
        (("backup", "--data", tmp_path / "empty"), 2, "albumen up FOLDER"),
        (
            ("restore", tmp_path / "file", "--data", settings.data),
            1,
            "not an SQLite database. Nothing was changed",
        ),
        (("restore", tmp_path / "away", "--data", settings.data), 1, "Connect its disk"),
    ):
        ran = command(*arguments)
        assert (ran.returncode, ran.stdout) == (status, ""), ran.stderr
        assert word in ran.stderr
        assert "Traceback" not in ran.stderr
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_damaged_newest_is_passed_over_with_a_word(settings: Settings) -> None:
    for _ in range(2):
        assert command_line("backup", "--data", settings.data).returncode == 0
    newest = max((settings.data / "backups").glob("*.db"))
    newest.write_bytes(newest.read_bytes()[:100_000])
    shutil.rmtree(settings.views)

    ran = command_line("restore", "--data", settings.data)

    assert ran.returncode == 0, ran.stderr
    assert f"Skipped: {newest.name} has changed" in ran.stderr
    assert "Restored 618 events" in ran.stdout


def test_nothing_is_written_into_a_photo_folder(settings: Settings, tmp_path: Path) -> None:
    """Given now, or scanned last."""
    scanned = tmp_path / "Pictures"
    scanned.mkdir()
    asyncio.run(write(settings, [ScanStarted(roots=[str(scanned)])]))
    ran = command("backup", scanned / "copies", "--data", settings.data)
    assert ran.returncode == 2
    assert f"is inside {scanned}, which is only read" in ran.stderr
    given = command("backup", settings.photos[0], "--data", settings.data, ALBUMEN_PHOTOS=str(tmp_path))
    assert given.returncode == 2
    assert list(scanned.iterdir()) == []


@pytest.mark.parametrize("limit", [50_000, 200_000])
def test_a_disk_that_ends_in_the_middle_leaves_nothing_half(
    settings: Settings, tmp_path: Path, limit: int
) -> None:
    """The system itself refuses to write more (RLIMIT_FSIZE), at any place of the copy."""
    ran = subprocess.run(
        [sys.executable, "-m", "services.kernel.backup.daily", "backup", settings.data, ""],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        env=environment(),
        capture_output=True,
        check=True,
    )
    report = json.loads(ran.stdout)
    assert report["name"] is None
    assert "could not be written" in report["failures"][0]["text"]
    assert list(settings.backups.iterdir()) == []
    assert command_line("backup", "--data", settings.data).returncode == 0


def without_override() -> None:
    """In a child: root, too, may write only where the permissions say so (capabilities(7), prctl(2))."""
    pr_capbset_drop, cap_dac_override = 24, 1
    ctypes.CDLL(None).prctl(pr_capbset_drop, cap_dac_override, 0, 0, 0)


def test_a_disk_that_became_read_only_is_saved_elsewhere(settings: Settings, tmp_path: Path) -> None:
    """With what its write-ahead log holds: nobody can merge that any more."""
    data = tmp_path / "read-only"
    data.mkdir()
    with closing(open_writer(settings.events_db, durable=True)) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("INSERT INTO cursor VALUES ('in the wal', 1)")
        for path in settings.data.glob("events.db*"):
            if not path.name.endswith("-shm"):
                shutil.copyfile(path, data / path.name)
    (tmp_path / "usb").mkdir()
    for path in data.iterdir():
        path.chmod(0o400)
    data.chmod(0o500)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "services.cli", "backup", tmp_path / "usb", "--data", data],
            preexec_fn=without_override,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        names = sorted(path.name for path in data.iterdir())
    finally:
        data.chmod(0o700)

    assert ran.returncode == 0, ran.stderr
    assert names == ["events.db", "events.db-wal"]
    (backup,) = (tmp_path / "usb").glob("*.db")
    with closing(sqlite3.connect(backup)) as db:
        assert db.execute("SELECT name FROM cursor").fetchall() == [("in the wal",)]
    assert len(list((tmp_path / "usb").iterdir())) == 2


def test_backups_are_not_put_among_the_photos(settings: Settings) -> None:
    settings.photos[0].mkdir(exist_ok=True)
    ran = command_line(
        *("up", settings.photos[0], "--data", settings.data, "--no-browser", "--port", "0"),
        *("--backups", settings.photos[0] / "copies"),
    )
    assert ran.returncode == 2
    assert "which is only read" in ran.stderr
