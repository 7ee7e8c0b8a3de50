"""`albumen forget`: photos leave every file of the data folder, and everything else stays as it was."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.cli import erasing, instance
from services.domain.albums.events import AlbumCoverSet, AlbumCreated, ImagesAddedToAlbum
from services.domain.files.editing import EditSuspected
from services.domain.files.events import FileAdded, FileReplaced, ImageImported, SidecarRead
from services.domain.jobs.events import ImageClassified
from services.domain.subject import Event
from services.kernel.backup.checking import contents
from services.kernel.log.sqlite import open_reader
from services.kernel.paths import COPIES, film_path, preview_path
from services.kernel.settings import Settings
from tests.gateway.pages import seeded
from tests.support.album import command_line
from tests.support.commands import command
from tests.support.log import laid_down
from tests.support.stack import stack

GONE = "f" * 32
NAMES = ("Rumpelstiltskin", "geheim.jpg", "Blaubart", "Nottingham Castle", GONE)
"""What only the photo to forget says: a folder, a file, a face, a caption, its id."""


def library(root: Path) -> Iterator[Event]:
    yield from seeded.library(root)
    fields: dict[str, Any] = {"root": str(root), "size": 9, "mtime_ns": 1}
    yield ImageImported(
        image_id=GONE, format="JPEG", size=9, width=4, height=3, colour="#804020", people=["Blaubart"],
        taken_at="2016-01-01T00:00:00", taken_at_source="exif", description="Nottingham Castle",
    )  # fmt: skip
    yield FileAdded(image_id=GONE, path="Rumpelstiltskin/geheim.jpg", **fields)
    yield SidecarRead(image_id=GONE, path="Rumpelstiltskin/geheim.jpg.xmp", kind="xmp", **fields)
    yield ImageClassified(
        image_id=GONE,
        model_id="lite0",
        weights_digest="abc",
        preprocessing_id="p1",
        classes=[(seeded.DOG, 0.9)],
    )
    yield AlbumCreated(album_id="trip", name="Trip")
    yield ImagesAddedToAlbum(album_id="trip", image_ids=[seeded.image_id(1), GONE, seeded.image_id(3)])
    yield AlbumCoverSet(album_id="trip", image_id=GONE)
    yield FileReplaced(
        image_id=seeded.image_id(4), previous_image_id=GONE, path="holiday/IMG_0004.jpg", **fields
    )
    yield EditSuspected(
        image_id=seeded.image_id(4), previous_image_id=GONE, root=str(root), path="holiday/IMG_0004.jpg"
    )


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    own = await asyncio.to_thread(laid_down, tmp_path, library)
    async with stack(own) as running:
        await running.done("assign-category", {"category_id": "own", "images": [GONE, seeded.image_id(1)]})
        await running.done("hide-images", {"images": [GONE]})
        await running.done("explain", {"image": GONE})
    for folder in (own.previews, own.data / "large"):
        small = preview_path(folder, GONE)
        small.parent.mkdir(parents=True)
        small.write_bytes(b"\xff\xd8")
    for copy in COPIES:
        film_path(own.data / "large", GONE, copy).write_bytes(b"ftyp")
    (own.data / "removals").mkdir(exist_ok=True)
    (own.data / f"removals/{'0' * 8}.removed").write_text(f'["/x/geheim.jpg", "{GONE}", 9]')
    return own


def holding(folder: Path) -> list[tuple[str, str]]:
    """Files whose bytes, or name, hold one of the names."""
    return sorted(
        (str(path.relative_to(folder)), name)
        for path in folder.rglob("*")
        for name in NAMES
        if name in path.name or (path.is_file() and name.encode() in path.read_bytes())
    )


def rows(settings: Settings) -> list[Any]:
    with closing(open_reader(settings.events_db)) as db:
        return db.execute("SELECT * FROM event ORDER BY position").fetchall()


async def said(settings: Settings) -> dict[str, Any]:
    async with stack(settings) as running:
        await running.caught_up()
        paths = ("/api/images?limit=500", "/api/albums/trip", "/api/albums", "/api/categories")
        own = f"/api/images/{seeded.image_id(4)}"
        found = {path: await running.get(path) for path in (*paths, own)}
    for album in (found["/api/albums/trip"], *found["/api/albums"]):
        del album["seen"]  # how far the log was
    return found


async def test_no_byte_of_it_is_left_and_all_else_is(settings: Settings) -> None:
    command("backup", "--data", settings.data)
    before, positions = await said(settings), len(rows(settings))
    assert {name for _, name in holding(settings.data)} == set(NAMES)

    ran = command_line("forget", GONE, "--data", settings.data)

    assert ran.returncode == 0, ran.stderr
    assert "Forgot 1 photo" in ran.stdout
    assert f"{seeded.image_id(4)}" in ran.stdout
    assert "Copies of the log that still hold them" in ran.stdout
    assert {Path(path).parts[0].split("-")[0] for path, _ in holding(settings.data)} == {
        "backups",
        "forgotten",
    }
    finished = command("forget", "--finish", "--everywhere", "--data", settings.data)
    assert finished.returncode == 0, finished.stderr
    assert holding(settings.data) == []
    assert contents(settings.events_db).position == positions + 1
    assert len(list(settings.backups.glob("*.db"))) == 2  # made after it: each step makes one
    after = await said(settings)
    assert holding(settings.data) == []
    images = before["/api/images?limit=500"]
    assert after["/api/images?limit=500"]["total"] == images["total"]  # it was hidden
    assert after["/api/images?limit=500"]["items"] == images["items"]
    assert after["/api/albums/trip"]["count"] == before["/api/albums/trip"]["count"] == 2


async def test_streams_fold_and_commands_are_undone_for_the_others(settings: Settings) -> None:
    assert command("forget", GONE, "--data", settings.data).returncode == 0
    async with stack(settings) as running:
        await running.caught_up()
        rows = await running.log()
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        streams: dict[str, list[int]] = {}
        for row in rows:
            streams.setdefault(row.stream, []).append(row.version)
        assert all(versions == list(range(1, len(versions) + 1)) for versions in streams.values())
        assign = next(row for row in rows if row.type == "assign_category")
        own = await running.get("/api/images?category=own&limit=500")
        await running.done("undo", {"command_id": str(assign.event_id)})
        left = await running.get("/api/images?category=own&limit=500")
        assert own["total"] - left["total"] == 1
        page = (await running.client.get("/history", headers={"Accept": "text/html"})).text
        assert "1 photo was forgotten for good" in page
        erased = next(row for row in rows if row.type == "erased")
        entry = await running.client.get(f"/history/{erased.position}", headers={"Accept": "text/html"})
        assert "forgotten for good" in entry.text
        await running.done("rename-album", {"album_id": "trip", "name": "Journey"})
        await running.done(
            "reorder-album", {"album_id": "trip", "images": [seeded.image_id(3)], "before": "start"}
        )
        assert (await running.client.get("/events?limit=5000")).text.count('"erased"') > 5


async def test_it_can_be_taken_back_until_it_is_finished(settings: Settings) -> None:
    before = await said(settings)
    report = json.loads(command("forget", GONE, "--data", settings.data, "--json").stdout)
    assert command("restore", Path(report["old"]) / "events.db", "--data", settings.data).returncode == 0
    assert await said(settings) == before


def test_a_file_that_is_still_there_is_named(settings: Settings) -> None:
    path = settings.photos[0] / "Rumpelstiltskin/geheim.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    ran = command("forget", path, "--data", settings.data)
    assert ran.returncode == 0, ran.stderr
    assert f"next scan imports them again (move them away first):\n  {path}\n" in ran.stdout


def test_a_second_disk_is_searched_too(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "usb").mkdir()
    assert command("backup", tmp_path / "usb", "--data", settings.data).returncode == 0
    (copy,) = (tmp_path / "usb").glob("*.db")
    ran = command("forget", GONE, "--data", settings.data, "--backups", tmp_path / "usb")
    assert str(copy) in ran.stdout
    arguments = ("forget", "--finish", "--everywhere", "--data", settings.data, "--backups", tmp_path / "usb")
    assert str(copy) in command(*arguments).stdout
    assert not copy.exists()
    assert holding(tmp_path / "usb") == []


def test_what_cannot_be_forgotten_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    before = rows(settings)
    assert command("backup", "--data", settings.data).returncode == 0
    for arguments, status, word in (
        (("e" * 32,), 2, "no photo with the id"),
        (("/nowhere/at-all.jpg",), 2, "No photo in the log was ever at"),
        ((GONE, "/nowhere/at-all.jpg"), 2, "Nothing was changed"),
        ((), 2, "Which photos?"),
        ((GONE, "--finish"), 2, "Which photos?"),
    ):
        ran = command("forget", *arguments, "--data", settings.data)
        assert (ran.returncode, ran.stdout) == (status, ""), ran.stderr
        assert word in ran.stderr
    with instance.only_one(settings):
        ran = command_line("forget", GONE, "--data", settings.data)
    assert ran.returncode == 1
    assert "already running" in ran.stderr
    assert rows(settings) == before
    assert command("restore", *settings.backups.glob("*.db"), "--data", settings.data).returncode == 0
    content = bytearray(settings.events_db.read_bytes())
    page = content.rindex(b'"JPEG"') // 4096 * 4096
    content[page : page + 4096] = bytes(4096)
    settings.events_db.write_bytes(content)
    damaged = command("forget", GONE, "--data", settings.data)
    assert damaged.returncode == 1
    assert "albumen doctor" in damaged.stderr
    assert settings.events_db.read_bytes() == bytes(content)


def test_no_backup_is_deleted_before_there_is_a_new_one_nor_one_that_cannot_be_read(
    settings: Settings, tmp_path: Path
) -> None:
    assert command("backup", "--data", settings.data).returncode == 0
    (old,) = settings.backups.glob("*.db")
    assert command("forget", GONE, "--data", settings.data).returncode == 0
    damaged = settings.backups / "albumen-2020-01-01T00-00-00Z.db"
    damaged.write_bytes(b"x" * 5000)
    finish = ("forget", "--finish", "--everywhere", "--data", settings.data)

    refused = command(*finish, "--backups", tmp_path / "away")

    assert refused.returncode == 1
    assert "Connect its disk" in refused.stderr
    assert old.exists()
    ran = command(*finish)
    assert ran.returncode == 0, ran.stderr
    assert not old.exists()
    assert damaged.exists()
    assert str(damaged) in ran.stdout


@pytest.mark.parametrize("step", ["put_in_place", "_delete_derived", "_kept", "_write"])
def test_one_that_is_killed_leaves_the_old_log_and_can_be_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    before = rows(settings)
    with monkeypatch.context() as killing:
        killing.setattr(erasing, step, die)
        with pytest.raises(KeyboardInterrupt):
            erasing.erase(settings, [GONE], lambda done: None)
    assert rows(settings) == before
    erasing.erase(settings, [GONE], lambda done: None)
    erasing.finish(settings, everywhere=True)
    assert holding(settings.data) == []


def test_the_rewritten_log_is_a_log(settings: Settings) -> None:
    assert command("forget", GONE, "--data", settings.data).returncode == 0
    contents(settings.events_db)
    with closing(open_reader(settings.events_db)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    shutil.rmtree(settings.views, ignore_errors=True)
    assert command_line("replay", "--data", settings.data).returncode == 0
