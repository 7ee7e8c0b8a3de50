"""Files of every kind in one folder, taken in together and taken back together."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import pytest

from services.gateway.imports import kinds
from services.gateway.imports.content import ends_digest
from services.gateway.imports.contract import Told
from services.gateway.imports.matching import NO_SUCH_NAME
from services.gateway.imports.reading import LONG_TITLE, MANY_ALBUMS, OF_OTHERS
from services.gateway.imports.sources import ARCHIVE
from services.gateway.running.one_import import NOT_ALL_THERE
from services.gateway.sidecars.limits import LONG_ALBUM, LONG_CAPTION, LONG_NAME, MANY_KEYWORDS
from services.gateway.workers.pool import WorkerPool
from services.kernel.settings import Settings
from tests.support.digikam import database
from tests.support.stack import Stack

UNDATED: Final = "UPDATE ImageInformation SET creationDate = NULL"
"""Else it is certain that the photo of this name is another."""


async def by_place(stack: Stack) -> dict[str, str]:
    """`Rome/IMG_1.jpg` -> the photo's id."""
    items = (await stack.get("/api/images"))["items"]
    return {"/".join(Path(path).parts[-2:]): item["id"] for item in items for path in item["files"]}


async def metadata(stack: Stack, image: str) -> dict[str, Any]:
    shown: dict[str, Any] = (await stack.get(f"/api/images/{image}"))["metadata"]
    return shown


def sizes(folder: Path) -> list[tuple[str, int]]:
    return sorted((one.name, one.stat().st_size) for one in folder.glob("digikam*"))


def everything(folder: Path) -> None:
    folder.mkdir()
    (folder / "Rome").mkdir()
    picasa = "[.album:1]\nname=Best\n[IMG_1.jpg]\nstar=yes\nalbums=1\ncaption=Sea\n[IMG_9.jpg]\nstar=yes\n"
    (folder / "Rome" / ".picasa.ini").write_text(picasa)
    prism = "UID: a\nTakenAt: 2019-06-06T07:29:51Z\nTitle: Lunch\nDetails:\n  Keywords: boat\n"
    (folder / "Rome" / "IMG_2.yml").write_text(prism)
    apple = {
        "uuid": "A1",
        "original_filename": "IMG_3.JPG",
        "date": "2020-01-03T10:00:00+01:00",
        "albums": ["Best"],
        "persons": ["Ada"],
    }
    unclear = {"uuid": "A2", "original_filename": "IMG_3.JPG", "date": "2005-01-03T10:00:00+01:00"}
    (folder / "photos.json").write_text(json.dumps([apple, unclear]))
    flickr = {"id": "48611345656", "name": "IMG_1", "date_taken": "2020-01-01 10:00:00", "tags": []}
    (folder / "photo_48611345656.json").write_text(json.dumps(flickr | {"description": "Pier"}))
    (folder / "package.json").write_text('{"name": "x"}')
    database(folder / "digikam4.db")


@pytest.mark.workers
async def test_files_of_every_kind(scanned: Stack, tmp_path: Path) -> None:
    everything(tmp_path / "other")
    status = await scanned.done("import", {"source": str(tmp_path / "other")})
    photos = await by_place(scanned)
    first, second, third = [await metadata(scanned, photos[f"Rome/IMG_{n}.jpg"]) for n in (1, 2, 3)]
    assert (first["favorite"], first["title"], first["description"]) == (
        True,
        None,
        "Pier",
    )  # the first in order
    assert (second["title"], second["keywords"]) == ("Lunch", ["boat"])
    assert third["people"] == ["Ada"]
    albums = {one["name"]: one["id"] for one in await scanned.get("/api/albums")}
    members = (await scanned.get(f"/api/images?album={albums['Best']}"))["items"]
    assert {one["id"] for one in members} == {photos["Rome/IMG_1.jpg"], photos["Rome/IMG_3.jpg"]}
    reasons = {(one["path"], one["reason"]) for one in status["failures"]}
    assert ("Rome/IMG_9.jpg", NO_SUCH_NAME) in reasons
    assert (
        "IMG_3.JPG",
        "Several photos in the library have this name, and it can’t be told which is meant.",
    ) in reasons
    assert ("package.json", OF_OTHERS) in reasons
    await scanned.done("undo", {"command_id": status["command_id"]})
    assert await scanned.get("/api/albums") == []
    assert (await metadata(scanned, photos["Rome/IMG_1.jpg"]))["favorite"] is False


async def test_an_album_is_known_again(scanned: Stack, tmp_path: Path) -> None:
    """By what the import called it, whatever a person calls it; what they took out or deleted stays so."""
    (tmp_path / "other" / "Rome").mkdir(parents=True)
    ini = tmp_path / "other" / "Rome" / ".picasa.ini"
    ini.write_text("[.album:1]\nname=Best\n[IMG_1.jpg]\nalbums=1\n[IMG_2.jpg]\nalbums=1\n")
    source = {"source": str(ini)}
    photos = await by_place(scanned)
    await scanned.done("import", source)
    [album] = await scanned.get("/api/albums")
    await scanned.done("rename-album", {"album_id": album["id"], "name": "Rome"})
    await scanned.done("remove-from-album", {"album_id": album["id"], "images": [photos["Rome/IMG_1.jpg"]]})
    ini.write_text(ini.read_text() + "[IMG_3.jpg]\nalbums=1\n")
    await scanned.done("import", source)
    [album] = await scanned.get("/api/albums")
    assert (album["name"], album["count"]) == ("Rome", 2)
    await scanned.done("delete-album", {"album_id": album["id"]})
    await scanned.done("import", source)
    assert await scanned.get("/api/albums") == []


async def test_an_album_of_that_name_gets_the_photos_and_loses_them_again(
    scanned: Stack, tmp_path: Path
) -> None:
    photos = await by_place(scanned)
    await scanned.done("create-album", {"name": "Best", "images": [photos["Rome/IMG_2.jpg"]]})
    (tmp_path / "other" / "Rome").mkdir(parents=True)
    ini = tmp_path / "other" / "Rome" / ".picasa.ini"
    ini.write_text("[.album:1]\nname=Best\n[IMG_1.jpg]\nalbums=1\n[IMG_2.jpg]\nalbums=1\n")
    status = await scanned.done("import", {"source": str(tmp_path / "other")})
    assert [one["count"] for one in await scanned.get("/api/albums")] == [2]
    await scanned.done("undo", {"command_id": status["command_id"]})
    assert [(one["name"], one["count"]) for one in await scanned.get("/api/albums")] == [("Best", 1)]
    await scanned.done("import", {"source": str(tmp_path / "other")})
    assert [one["count"] for one in await scanned.get("/api/albums")] == [2]


async def test_a_database_that_its_program_has_open_is_read_with_its_log(
    scanned: Stack, tmp_path: Path
) -> None:
    """What was committed only there counts, and nothing is written beside it."""
    database(tmp_path / "digikam4.db")
    with closing(sqlite3.connect(tmp_path / "digikam4.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_autocheckpoint = 0")
        db.execute("UPDATE ImageComments SET comment = 'Supper' WHERE type = 3")
        db.execute(UNDATED)
        db.execute("BEGIN")
        db.execute("UPDATE ImageComments SET comment = 'not yet' WHERE type = 3")
        before = sizes(tmp_path)
        status = await scanned.done("import", {"source": str(tmp_path / "digikam4.db")})
        assert sizes(tmp_path) == before
    photos = await by_place(scanned)
    assert (await metadata(scanned, photos["Rome/IMG_1.jpg"]))["title"] == "Supper"
    assert "Its program has it open" not in str(status["failures"])


@pytest.mark.workers
async def test_a_large_database_is_sorted_in_memory(
    scanned: Stack, settings: Settings, tmp_path: Path
) -> None:
    """The decoder that reads it can open no file for that."""
    database(tmp_path / "digikam4.db")
    with closing(sqlite3.connect(tmp_path / "digikam4.db")) as db:
        rows = ((n, f"{n:05}{'x' * 3000}.jpg") for n in range(100, 4100))
        db.executemany("INSERT INTO Images (id, album, name, status, category) VALUES (?, 2, ?, 1, 1)", rows)
        db.commit()
    pool = WorkerPool(settings.previews, 1)
    try:
        told = await pool.told(tmp_path, "digikam4.db")
    finally:
        await pool.close()
    assert isinstance(told, Told)
    assert len(told.records) == 4003


async def test_a_database_that_its_program_is_writing_to_is_told(scanned: Stack, tmp_path: Path) -> None:
    database(tmp_path / "digikam4.db")
    (tmp_path / "digikam4.db-journal").write_bytes(b"x")
    status = await scanned.done("import", {"source": str(tmp_path / "digikam4.db")})
    assert [one["reason"] for one in status["failures"]] == [
        "Its program has it open, or was not closed properly: close it, then import again."
    ]


async def test_faces_keywords_with_what_is_above_them_and_moved_photos(
    scanned: Stack, settings: Settings, tmp_path: Path
) -> None:
    """By digiKam's hash of the content, whatever the file is called by now; all taken back together."""
    photos = await by_place(scanned)
    moved = settings.photos[0] / "Oslo" / "IMG_3.jpg"
    database(tmp_path / "digikam4.db")
    with closing(sqlite3.connect(tmp_path / "digikam4.db")) as db:
        size, digest = moved.stat().st_size, ends_digest(moved)
        db.execute(
            "UPDATE Images SET name = 'old.jpg', fileSize = ?, uniqueHash = ? WHERE id = 1", (size, digest)
        )
        db.commit()
    status = await scanned.done("import", {"source": str(tmp_path / "digikam4.db")})
    photo = photos["Oslo/IMG_3.jpg"]
    assert (status["done"], status["failed"]) == (1, 2)
    shown = await metadata(scanned, photo)
    assert (shown["title"], shown["people"], shown["keywords"]) == (
        "Lunch",
        ["Ada Lovelace"],
        ["Rome"],
    )
    assert shown["keyword_paths"] == ["Places|Rome"]
    [face] = shown["faces"]
    assert face["name"] == "Ada Lovelace"
    before = len(await scanned.events())
    await scanned.done("import", {"source": str(tmp_path / "digikam4.db")})
    assert len(await scanned.events()) == before + 3, "begun, what fits no photo, ended"
    await scanned.done("undo", {"command_id": status["command_id"]})
    shown = await metadata(scanned, photo)
    assert (shown["title"], shown["people"], shown["keywords"], shown["faces"]) == (None, [], [], [])


async def test_albums_and_categories_that_come_back_from_digikam_are_no_keywords_of_their_photos(
    scanned: Stack, tmp_path: Path
) -> None:
    """An export lists them among the keywords, and so does digiKam then. Others are somebody's keywords."""
    database(tmp_path / "digikam4.db")
    with closing(sqlite3.connect(tmp_path / "digikam4.db")) as db:
        db.executescript(
            UNDATED
            + """;INSERT INTO Tags (id, pid, name) VALUES (20, 0, 'Albums'), (21, 20, 'Lake'), (22, 20, 'Sea'),
              (23, 0, 'Categories'), (24, 23, 'Dog'), (25, 23, 'Cat');
            INSERT INTO ImageTags VALUES (1, 21), (1, 22), (1, 24), (1, 25)"""
        )
    photo = (await by_place(scanned))["Rome/IMG_1.jpg"]
    await scanned.done("create-album", {"name": "Lake", "images": [photo]})
    await scanned.done("create-album", {"name": "Sea", "images": []})
    await scanned.done("assign-category", {"images": [photo], "category_id": "dog"})
    await scanned.done("import", {"source": str(tmp_path / "digikam4.db")})
    shown = await metadata(scanned, photo)
    assert shown["keyword_paths"] == ["Albums|Sea", "Categories|Cat", "Places|Rome"]
    assert sorted(shown["keywords"]) == ["Cat", "Rome", "Sea"]


async def test_a_person_who_is_not_there_has_no_face_there(scanned: Stack, tmp_path: Path) -> None:
    """And a keyword that a person has removed does not come back by what it stands below."""
    database(tmp_path / "digikam4.db")
    with closing(sqlite3.connect(tmp_path / "digikam4.db")) as db:
        db.execute(UNDATED)
        db.commit()
    photo = (await by_place(scanned))["Rome/IMG_1.jpg"]
    await scanned.done("remove-keywords", {"images": [photo], "keywords": ["Rome"]})
    await scanned.done("import", {"source": str(tmp_path / "digikam4.db")})
    shown = await metadata(scanned, photo)
    assert ([one["name"] for one in shown["faces"]], shown["keywords"]) == (["Ada Lovelace"], [])
    await scanned.done("remove-people", {"images": [photo], "people": ["Ada Lovelace"]})
    assert (await metadata(scanned, photo))["faces"] == []


async def test_photoprisms_albums(scanned: Stack, tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "storage" / "sidecar" / "Rome").mkdir(parents=True, exist_ok=True)
        (tmp_path / "storage" / "sidecar" / "Rome" / f"IMG_{number}.yml").write_text(
            f"UID: p{number}\nTakenAt: 2019-06-06T07:29:51Z\nTitle: T{number}\n"
        )
    (tmp_path / "storage" / "albums").mkdir()
    album = "UID: a1\nSlug: best\nType: album\nTitle: Best\nPhotos:\n"
    (tmp_path / "storage" / "albums" / "best.yml").write_text(album + "- UID: p1\n- UID: p2\n- UID: p9\n")
    status = await scanned.done("import", {"source": str(tmp_path / "storage")})
    assert [(one["name"], one["count"]) for one in await scanned.get("/api/albums")] == [("Best", 2)]
    assert [one["reason"] for one in status["failures"]] == [NOT_ALL_THERE]
    await scanned.done("undo", {"command_id": status["command_id"]})
    assert await scanned.get("/api/albums") == []


async def test_what_a_person_could_not_say_is_told(scanned: Stack, tmp_path: Path) -> None:
    """And everything else is taken in."""
    (tmp_path / "other" / "Rome").mkdir(parents=True)
    ini = tmp_path / "other" / "Rome" / ".picasa.ini"
    ini.write_text(f"[IMG_1.jpg]\nstar=yes\nkeywords={'a' * 10_000},\u202eb,<b>c\ncaption={'d' * 12_000}\n")
    status = await scanned.done("import", {"source": str(ini)})
    photo = (await by_place(scanned))["Rome/IMG_1.jpg"]
    shown = await metadata(scanned, photo)
    assert (shown["favorite"], set(shown["keywords"])) == (True, {"a" * 200, "\u202eb", "<b>c"})
    assert shown["description"] == "d" * 10_000
    assert [one["reason"] for one in status["failures"]] == [LONG_CAPTION, LONG_NAME]
    assert status["failed"] == 2


async def test_lists_that_are_too_long_are_cut_and_that_is_told(scanned: Stack, tmp_path: Path) -> None:
    (tmp_path / "other" / "Rome").mkdir(parents=True)
    albums = "".join(f"[.album:{n}]\nname=Album {n} {'x' * 250 * (n == 0)}\n" for n in range(201))
    members = ",".join(map(str, range(201)))
    words = ",".join(f"word {n}" for n in range(300))
    ini = tmp_path / "other" / "Rome" / ".picasa.ini"
    ini.write_text(f"{albums}[IMG_1.jpg]\nalbums={members}\nkeywords={words}\n")
    status = await scanned.done("import", {"source": str(ini)})
    assert [one["reason"] for one in status["failures"]] == [MANY_KEYWORDS, LONG_ALBUM, MANY_ALBUMS]
    names = [one["name"] for one in await scanned.get("/api/albums")]
    assert (len(names), max(map(len, names))) == (200, 200)
    shown = await metadata(scanned, (await by_place(scanned))["Rome/IMG_1.jpg"])
    assert len(shown["keywords"]) == 200


@pytest.mark.parametrize("name", ["photos.zip", "export.7z", "all.part2.rar", "all.z01", "all.tar.gpg"])
async def test_an_archive_is_to_be_unpacked_first(scanned: Stack, tmp_path: Path, name: str) -> None:
    """Whether it is encrypted or not: given alone, and beside files that can be imported."""
    folder = tmp_path / "other" / "Rome"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(b"PK")
    status = await scanned.done("import", {"source": str(folder / name)})
    assert [one["reason"] for one in status["failures"]] == [ARCHIVE]
    (folder / ".picasa.ini").write_text("[IMG_1.jpg]\nstar=yes\n")
    status = await scanned.done("import", {"source": str(folder.parent)})
    later = name in ("all.part2.rar", "all.z01")  # the first volume is told
    failures = [] if later else [(f"Rome/{name}", ARCHIVE)]
    assert [(one["path"], one["reason"]) for one in status["failures"]] == failures
    assert status["done"] == 1


async def test_a_title_that_is_too_long_is_cut_and_that_is_told(scanned: Stack, tmp_path: Path) -> None:
    (tmp_path / "other" / "Rome").mkdir(parents=True)
    yaml = tmp_path / "other" / "Rome" / "IMG_2.yml"
    yaml.write_text(f"UID: a\nTakenAt: 2019-06-06T07:29:51Z\nTitle: {'t' * 501}\n")
    status = await scanned.done("import", {"source": str(yaml)})
    photo = (await by_place(scanned))["Rome/IMG_2.jpg"]
    assert (await metadata(scanned, photo))["title"] == "t" * 500
    assert [(one["path"], one["reason"]) for one in status["failures"]] == [("IMG_2", LONG_TITLE)]


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_every_kind_has_its_readers(kind: kinds.ImportKind) -> None:
    assert all(callable(kinds.import_reader(one)) for one in kind.readers)


BILLION: Final = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]><x>&b;</x>"


@pytest.mark.workers
async def test_hostile_files_each_get_a_sentence_and_the_rest_goes_on(scanned: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "other" / "Rome"
    folder.mkdir(parents=True)
    (folder / "IMG_1.xmp").write_text(BILLION)
    (folder / "IMG_2.xmp").write_bytes(b"<x>" + b" " * 5_000_000)
    (folder / "IMG_3.yml").write_text("a: &a [x]\nb: *a\n")
    (folder / "photos.json").write_text("[" * 100_000)
    (folder / "photo_12345.json").write_text('{"id": ' + "{" * 100_000)
    (folder / "digikam4.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 10_000)
    (folder / "albumen.jsonl").write_text("{}\n")
    (folder / "empty.xmp").write_text("")
    (folder / ".picasa.ini").write_text("[IMG_3.jpg]\nstar=yes\n")
    (folder / "link.xmp").symlink_to("/etc/passwd")
    status = await scanned.done("import", {"source": str(tmp_path / "other")})
    reasons = {one["path"].rpartition("/")[2]: one["reason"] for one in status["failures"]}
    assert len(reasons) == 8
    assert all(reason.endswith(".") and "could not be opened" not in reason for reason in reasons.values())
    assert "declares entities" in reasons["IMG_1.xmp"]
    assert "refers to parts of itself" in reasons["IMG_3.yml"]
    photos = await by_place(scanned)
    assert (await metadata(scanned, photos["Rome/IMG_3.jpg"]))["favorite"] is True


async def test_archived_hidden_and_binned_photos(scanned: Stack, tmp_path: Path) -> None:
    photos = await by_place(scanned)
    lines = [
        {"albumen": 1, "taken_at": "", "id": photos[f"Rome/IMG_{number}.jpg"], state: True}
        for number, state in ((1, "archived"), (2, "hidden"), (3, "binned"))
    ]
    (tmp_path / "albumen.jsonl").write_text("\n".join(map(json.dumps, lines)))
    status = await scanned.done("import", {"source": str(tmp_path / "albumen.jsonl")})
    for number, state in ((1, "archived"), (2, "hidden"), (3, "trashed")):
        items = (await scanned.get(f"/api/images?q=is:{state}"))["items"]
        assert [one["id"] for one in items] == [photos[f"Rome/IMG_{number}.jpg"]]
    again = await scanned.done("import", {"source": str(tmp_path / "albumen.jsonl")})
    assert (await scanned.post("undo", {"command_id": again["command_id"]})).status_code == 422
    await scanned.done("undo", {"command_id": status["command_id"]})
    for state in ("archived", "hidden", "trashed"):
        assert (await scanned.get(f"/api/images?q=is:{state}"))["items"] == []
