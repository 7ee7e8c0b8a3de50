"""What each program's files say. Made by hand after the programs' documentation, but where a test says otherwise."""

import json
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from services.gateway.imports import digikam, flickr, osxphotos, photoprism, picasa
from services.gateway.imports.contract import ImportRecord
from services.gateway.presentation.faces import Face, face
from services.gateway.sidecars.facts import NotASidecar, Unreadable
from tests.support.digikam import database

NOW: Final = datetime(2024, 6, 1, tzinfo=UTC)


def one(records: list[ImportRecord]) -> ImportRecord:
    [record] = records
    return record


PICASA: Final = """[Picasa]
name=Rome
[Contacts]
b9e2=Grace Hopper;;
[Contacts2]
abcdef0123456789=Ada Lovelace;;
[.album:0123]
name=Best of
[IMG_1.jpg]
star=yes
rotate=rotate(1)
caption=By the sea
keywords=Sea,Rome
faces=rect64(3f845bcb59418507),abcdef0123456789;rect64(1000),ffffffffffffffff;rect64(3f845bcb59418507),B9E2
albums=0123,4567
geotag=41.9,12.5
[IMG 2 [x].jpg]
hidden=yes
rotate=rotate(4)
[IMG_3.jpg]
"""


def test_picasas_stars_captions_albums_and_faces() -> None:
    first, second = picasa.read(PICASA.encode(), "Rome/.picasa.ini", NOW).records
    assert (first.path, first.favorite, first.albums) == ("Rome/IMG_1.jpg", True, ["Best of"])
    assert (first.facts.description, first.facts.keywords) == ("By the sea", ["Sea", "Rome"])
    assert first.facts.people == ["Ada Lovelace", "Grace Hopper"]
    assert (first.facts.latitude, first.facts.longitude) == (41.9, 12.5)
    region = first.facts.regions[0]
    assert [round(side * 65_535) for side in (region.x, region.y)] == [0x3F84, 0x5BCB]
    assert round((region.x + region.width) * 65_535) == 0x5941
    assert (second.path, second.hidden) == ("Rome/IMG 2 [x].jpg", True)
    assert (first.rotation, second.rotation) == (6, 0)


def test_faces_of_picasa_without_end_end_soon() -> None:
    """Thousands without an area, of somebody whose name has no end."""
    faces = "rect64(ffffffffffffffff),1;" * 30_000
    content = f"[IMG_1.jpg]\nstar=yes\nfaces={faces}\n[Contacts2]\n1={'a' * 1_000_000}\n".encode()
    begin = time.process_time()
    assert one(picasa.read(content, ".picasa.ini", NOW).records).facts.people == []
    assert time.process_time() - begin < 5


def test_picasas_old_files_are_in_windows_characters() -> None:
    record = one(picasa.read("[a.jpg]\ncaption=Grüße".encode("cp1252"), ".picasa.ini", NOW).records)
    assert (record.path, record.facts.description) == ("a.jpg", "Grüße")


PHOTOPRISM: Final = """TakenAt: 2019-06-06T07:29:51Z
UID: pqbdn2a1b2c3d4e5
Type: image
Title: Lunch
TitleSrc: manual
Caption: |-
  With Ada
  and Bob
Favorite: true
Private: true
Lat: 48.5
Lng: 9.25
PlaceSrc: manual
Details:
  Keywords: lake, boat
"""


def test_photoprisms_yaml() -> None:
    record = one(photoprism.read(PHOTOPRISM.encode(), "2019/06/a.yml", NOW).records)
    assert (record.path, record.stem, record.title) == ("2019/06/a", True, "Lunch")
    assert (record.favorite, record.hidden) == (True, True)
    assert record.facts.description == "With Ada\nand Bob"
    assert (record.facts.keywords, record.facts.latitude) == (["lake", "boat"], 48.5)


@pytest.mark.parametrize(
    ("change", "title", "latitude"),
    [
        (("TitleSrc: manual", "TitleSrc: location"), None, 48.5),
        (("Title: Lunch\nTitleSrc: manual", "Title: Cat / Berlin / 2019"), None, 48.5),
        (("TitleSrc: manual\n", ""), "Lunch", 48.5),
        (("PlaceSrc: manual", "PlaceSrc: estimate"), "Lunch", None),
    ],
)
def test_what_photoprism_made_up_is_left(
    change: tuple[str, str], title: str | None, latitude: float | None
) -> None:
    record = one(photoprism.read(PHOTOPRISM.replace(*change).encode(), "a.yml", NOW).records)
    assert (record.title, record.facts.latitude) == (title, latitude)


ALBUM: Final = """UID: aqoe4m9204aigugh
Slug: rome
Type: album
Title: Rome
Photos:
- UID: pqoe4m9204aigugh
  AlbumUID: aqoe4m9204aigugh
- UID: pqoe4m9204hidden
  Hidden: true
- UID: [1]
"""


def test_photoprisms_albums_name_photos_by_their_ids() -> None:
    told = photoprism.read(ALBUM.encode(), "albums/album/rome.yml", NOW)
    assert (told.records, told.albums) == ([], [("Rome", ["pqoe4m9204aigugh"])])


@pytest.mark.parametrize(
    "change",
    [
        ("Type: album", "Type: month"),
        ("Title: Rome", "Title: ''"),
        ("Photos:", "DeletedAt: 2020-01-01T00:00:00Z\nPhotos:"),
    ],
)
def test_albums_that_nobody_made_are_left(change: tuple[str, str]) -> None:
    assert photoprism.read(ALBUM.replace(*change).encode(), "rome.yml", NOW).albums == []


APPLE: Final[dict[str, Any]] = {
    "uuid": "A1",
    "filename": "A1.jpeg",
    "original_filename": "IMG_1.JPG",
    "original_filesize": 1234,
    "path": "/Photos Library.photoslibrary/originals/A/A1.jpeg",
    "date": "2019-04-15T14:40:24.086000-04:00",
    "title": "Lunch",
    "description": "With Ada",
    "keywords": ["Food"],
    "albums": ["Trip", "Best"],
    "persons": ["Ada Lovelace", "_UNKNOWN_"],
    "favorite": True,
    "hidden": True,
    "intrash": False,
    "latitude": None,
    "longitude": None,
}


def test_a_query_of_osxphotos() -> None:
    record = one(osxphotos.read(json.dumps([APPLE]).encode(), "photos.json", NOW).records)
    assert (record.path, record.others, record.size) == ("IMG_1.JPG", [APPLE["path"]], 1234)
    assert (record.title, record.facts.description, record.albums) == ("Lunch", "With Ada", ["Trip", "Best"])
    assert (record.facts.keywords, record.facts.people) == (["Food"], ["Ada Lovelace"])
    assert (record.favorite, record.hidden, record.facts.trashed) == (True, True, False)
    assert record.facts.taken_at == "2019-04-15T14:40:24.086-04:00"


def test_faces_of_osxphotos() -> None:
    """As its source writes them: the middle of each."""
    area = {"x": 0.5, "y": 0.25, "h": 0.1, "w": 0.2}
    named = {"name": "Ada Lovelace", "mwg_rs_area": area}
    faces = [named, named | {"name": "_UNKNOWN_"}, named | {"mwg_rs_area": {"x": "?"}}, 7]
    apple = APPLE | {"face_info": faces, "original_width": 400, "original_height": 200}
    [region] = one(osxphotos.read(json.dumps([apple]).encode(), "a.json", NOW).records).facts.regions
    assert (region.name, region.x, region.y, region.width, region.height) == (
        "Ada Lovelace",
        0.4,
        0.2,
        0.2,
        0.1,
    )
    assert (region.applied_width, region.applied_height) == (400, 200)


def test_a_file_of_osxphotos_beside_its_photo() -> None:
    tags = {
        "SourceFile": "IMG_1.JPG",
        "_CreatedBy": "osxphotos, https://github.com/RhetTbull/osxphotos",
        "XMP:Title": "Lunch",
        "IPTC:Keywords": ["Food"],
        "XMP:PersonInImage": ["Ada"],
    }
    record = one(osxphotos.read(json.dumps([tags]).encode(), "a/IMG_1.JPG.json", NOW).records)
    assert (record.path, record.title) == ("a/IMG_1.JPG", "Lunch")
    assert (record.facts.keywords, record.facts.people) == (["Food"], ["Ada"])


def test_flickrs_export() -> None:
    photo = {
        "id": "48611345656",
        "name": "Lunch",
        "description": "With Ada",
        "date_taken": "2019-04-15 14:40:24",
        "tags": [{"tag": "Food", "user": "1"}],
        "albums": [{"id": "7", "title": "Trip"}],
        "people": [{"id": "3", "name": "Ada"}],
        "geo": [],
    }
    record = one(flickr.read(json.dumps(photo).encode(), "photo_48611345656.json", NOW).records)
    assert (record.number, record.title, record.albums) == ("48611345656", "Lunch", ["Trip"])
    assert record.facts.description == "With Ada"
    assert (record.facts.keywords, record.facts.people) == (["Food"], ["Ada"])


def test_digikams_database(tmp_path: Path) -> None:
    """By the schema that digiKam publishes."""
    database(tmp_path / "digikam4.db")
    second, trashed, first = digikam.read((tmp_path / "digikam4.db").read_bytes(), "digikam4.db", NOW).records
    assert (first.path, first.size, first.albums) == ("2019/Rome/IMG_1.jpg", 1234, ["Rome"])
    assert (first.title, first.facts.description) == ("Lunch", "With Ada")
    assert (first.facts.stars, first.favorite) == (5, True)
    assert (first.facts.keywords, first.facts.keyword_paths) == (["Rome"], ["Places|Rome"])
    assert first.facts.people == ["Ada Lovelace"]
    assert (first.facts.latitude, first.facts.longitude) == (41.9, 12.5)
    assert first.facts.taken_at == "2019-04-15T14:40:24"
    assert (first.digest, second.digest) == ("aa", "bb")
    assert (second.path, second.albums, second.facts.stars) == ("IMG_2.jpg", [], None)
    assert second.facts.trashed  # by its pick label
    assert (trashed.path, trashed.facts.trashed) == ("IMG_3.jpg", True)


def test_faces_without_a_name_are_no_people_of_digikams(tmp_path: Path) -> None:
    """digiKam 7.9 calls its tags for them people, and tags photos with those that are ignored."""
    content = changed(
        tmp_path,
        "INSERT INTO Tags (id, pid, name) VALUES (8, 5, 'Ignored'), (9, 5, 'Unknown'), (10, 5, 'Unconfirmed')",
        "INSERT INTO TagProperties VALUES (8, 'person', NULL), (9, 'person', NULL), (10, 'person', NULL)",
        "INSERT INTO TagProperties VALUES (8, 'ignoredPerson', NULL), (9, 'unknownPerson', NULL)",
        "INSERT INTO TagProperties VALUES (10, 'unconfirmedPerson', NULL)",
        "INSERT INTO ImageTags VALUES (1, 8), (1, 9), (1, 10)",
        "INSERT INTO ImageTagProperties SELECT 1, id, 'tagRegion', value FROM ImageTagProperties, Tags WHERE id > 7",
    )
    facts = digikam.read(content, "digikam4.db", NOW).records[-1].facts
    assert (facts.people, [one.name for one in facts.regions]) == (["Ada Lovelace"], ["Ada Lovelace"])
    assert facts.keywords == ["Rome"]


def test_a_photo_that_is_accepted_in_digikam_is_a_favourite(tmp_path: Path) -> None:
    """As an export says of one."""
    content = changed(
        tmp_path,
        "INSERT INTO Tags (id, pid, name) VALUES (8, 1, 'Pick Label Accepted'), (9, 1, 'Pick Label Pending')",
        "INSERT INTO ImageTags VALUES (3, 8), (2, 9)",
    )
    second, accepted, _ = digikam.read(content, "digikam4.db", NOW).records
    assert (second.favorite, accepted.favorite, accepted.facts.stars) == (False, True, None)


@pytest.mark.parametrize(
    ("created", "digitized", "date"),
    [
        ("2026-11-30T05:35:01.610", None, None),  # as digiKam 7.9 has it of a photo without a date
        ("2026-11-30T05:35:01.610", "2026-11-30T05:35:01.610", "2026-11-30T05:35:01.610"),
        ("2019-04-15T14:40:24.000", None, "2019-04-15T14:40:24"),  # corrected there
    ],
)
def test_the_time_of_a_file_is_no_date_of_digikams(
    tmp_path: Path, created: str, digitized: str | None, date: str | None
) -> None:
    of_digitization = f"'{digitized}'" if digitized else "NULL"
    content = changed(
        tmp_path,
        f"UPDATE ImageInformation SET creationDate = '{created}', digitizationDate = {of_digitization}",
    )
    record = digikam.read(content, "digikam4.db", datetime(2027, 1, 1, tzinfo=UTC)).records[-1]
    assert record.facts.taken_at == date


def test_a_slash_that_digikam_cannot_write_is_one_again(tmp_path: Path) -> None:
    content = changed(tmp_path, "UPDATE Tags SET name = 'AC∕DC' WHERE name = 'Rome'")
    assert digikam.read(content, "digikam4.db", NOW).records[-1].facts.keywords == ["AC/DC"]


def test_digikams_faces_are_where_the_picture_shows_them(tmp_path: Path) -> None:
    """In pixels of the picture as it is shown: 200 × 400, as its file lies on its side."""
    content = changed(
        tmp_path, 'UPDATE ImageTagProperties SET value = \'<rect x="20" y="40" width="50" height="80"/>\''
    )
    [region] = digikam.read(content, "digikam4.db", NOW).records[-1].facts.regions
    shown = face(region, 6, 200, 400)
    assert shown == Face("Ada Lovelace", 0.1, 0.1, 0.25, 0.2)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ImageTagProperties SET value = 'nonsense'",
        'UPDATE ImageTagProperties SET value = \'<rect x="9999999" y="0" width="5" height="5"/>\'',
        "UPDATE ImageTagProperties SET property = 'autodetectedPerson'",
        "UPDATE ImageTagProperties SET tagid = 4",
        "UPDATE ImageInformation SET width = NULL",
        "UPDATE ImageInformation SET width = 0",
        "DELETE FROM ImageTags WHERE tagid = 6",
    ],
)
def test_faces_that_make_no_sense_or_that_nobody_confirmed_are_left(tmp_path: Path, statement: str) -> None:
    assert digikam.read(changed(tmp_path, statement), "digikam4.db", NOW).records[-1].facts.regions == []


def test_digikams_hash_of_another_version_is_left(tmp_path: Path) -> None:
    content = changed(tmp_path, "UPDATE Settings SET value = '1' WHERE keyword = 'uniqueHashVersion'")
    assert digikam.read(content, "digikam4.db", NOW).records[-1].digest == ""


def test_digikams_database_with_a_log_beside_it_can_be_read(tmp_path: Path) -> None:
    """Once digiKam was closed: the log is empty then, or gone."""
    database(tmp_path / "digikam4.db")
    with sqlite3.connect(tmp_path / "digikam4.db") as db:
        db.execute("PRAGMA journal_mode = WAL")
    db.close()
    assert len(digikam.read((tmp_path / "digikam4.db").read_bytes(), "digikam4.db", NOW).records) == 3


def changed(tmp_path: Path, *statements: str) -> bytes:
    database(tmp_path / "digikam4.db")
    with sqlite3.connect(tmp_path / "digikam4.db") as db:
        for sql in statements:
            db.execute(sql)
    db.close()
    return (tmp_path / "digikam4.db").read_bytes()


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE Settings SET value = '17' WHERE keyword = 'DBVersion'", "version"),
        ("DELETE FROM Settings", "version"),
        ("DROP TABLE ImageTags", "damaged"),
        ("DROP TABLE Settings", "damaged"),
    ],
)
def test_another_version_of_digikam_is_told(tmp_path: Path, statement: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        digikam.read(changed(tmp_path, statement), "digikam4.db", NOW)


def test_tags_that_stand_below_themselves_end(tmp_path: Path) -> None:
    content = changed(tmp_path, "UPDATE Tags SET pid = id")
    assert "Rome" in digikam.read(content, "digikam4.db", NOW).records[-1].facts.keywords


BOMB: Final = "a: &a [x, x]\nb: &b [*a, *a]\nUID: x\nTakenAt: 2019-01-01\n"


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (photoprism.read, BOMB.encode()),
        (photoprism.read, b"UID: " + b"[" * 5000),
        (photoprism.read, b"UID: a\nTakenAt: !!python/object/apply:os.system ['true']\n"),
        (photoprism.read, b"UID: 'a\n"),
        (photoprism.read, b"\xff\xfe\x00"),
        (picasa.read, b"\0" * 100),
        (picasa.read, b"star=yes\n"),
        (osxphotos.read, json.dumps([APPLE]).encode()[:-20]),
        (osxphotos.read, b"[" * 100_000),
        (flickr.read, b'{"id": "1", '),
        (digikam.read, b"SQLite format 3\0" + b"\xff" * 5000),
        (digikam.read, b"<?xml"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(read: Callable[..., Any], content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content, "a.json", NOW)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("read", "content"),
    [
        (photoprism.read, b"- a\n- b\n"),
        (photoprism.read, b"version: 3\nservices: {}\n"),
        (osxphotos.read, b'[{"a": 1}]'),
        (osxphotos.read, b'{"name": "package"}'),
        (flickr.read, b'{"albums": []}'),
    ],
)
def test_other_programs_files_are_told_apart(read: Callable[..., Any], content: bytes) -> None:
    with pytest.raises(NotASidecar):
        read(content, "a.json", NOW)


def test_odd_values_count_as_absent() -> None:
    """Of a type that the program never writes, and out of every range."""
    odd: dict[str, Any] = {key: [{"x": 1}] for key in APPLE} | {"date": "soon", "original_filename": 7}
    record = one(osxphotos.read(json.dumps([odd]).encode(), "a.json", NOW).records)
    assert (record.path, record.size, record.title, record.albums) == ("", None, None, [])
    nan = json.dumps([APPLE | {"latitude": float("nan"), "longitude": 500}]).encode()
    assert one(osxphotos.read(nan, "a.json", NOW).records).facts.latitude is None
