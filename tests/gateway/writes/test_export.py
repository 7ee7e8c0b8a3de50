"""Exports: what another Albumen makes of one, what a second one rewrites, and what none of them touches."""

import asyncio
import errno
import json
import os
import shutil
import threading
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from services.domain.exports.export import ExportFinished
from services.domain.files.events import FileAdded
from services.gateway.exporting import export as one_export
from services.gateway.exporting import writing
from services.gateway.exporting.lines import photo_line
from services.gateway.exporting.places import LISTS
from services.gateway.exporting.spellings import Spellings, own_name
from services.gateway.imports import xmp_tree
from services.gateway.queries.exported import ExportedPhoto
from services.gateway.running import exporting
from services.kernel.settings import Settings
from tests.support import archives, exiftool, photos
from tests.support.one_line import one_line
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S, eventually

KNOWN = (
    *("title", "description", "rating", "keywords", "people", "favorite", "archived", "trashed"),
    *("latitude", "longitude", "altitude_m", "keyword_paths", "faces", "headline", "label"),
    *("creator", "copyright", "sublocation", "city", "state", "country"),
)
"""Fields of a photo that an export and a scan must bring back."""


INSIDE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
  xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/" xmlns:stArea="http://ns.adobe.com/xmp/sType/Area#"
  xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
  xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Label="Red" xmp:Rating="3" photoshop:City="Roma"
  photoshop:Country="Italia" photoshop:State="Lazio" photoshop:Headline="On the way" Iptc4xmpCore:Location="Trastevere">
 <dc:creator><rdf:Seq><rdf:li>Ann</rdf:li></rdf:Seq></dc:creator>
 <dc:rights><rdf:Alt><rdf:li xml:lang="x-default">free</rdf:li></rdf:Alt></dc:rights>
 <lr:hierarchicalSubject><rdf:Bag><rdf:li>Places|Italy|Rome</rdf:li></rdf:Bag></lr:hierarchicalSubject>
 <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
  <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Cleo</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
   <mwg-rs:Area stArea:x="0.25" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2" stArea:unit="normalized"/></rdf:li>
  <rdf:li rdf:parseType="Resource"><mwg-rs:Name>Dan</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type>
   <mwg-rs:Area stArea:x="0.75" stArea:y="0.5" stArea:w="0.1" stArea:h="0.2" stArea:unit="normalized"/></rdf:li>
 </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
"""What a photo says itself."""


def pictures(root: Path) -> Path:
    """Photos of different kinds, some of which say things themselves."""
    camera = {"Make": "Canon", "Model": "Canon EOS 5D"}
    photos.write(root / "2016/a.jpg", 1, exif=photos.exif("2016:06:12 14:03:00", **camera))
    offset = photos.exif("2017:01:02 03:04:05", OffsetTimeOriginal="+09:00", **camera)
    photos.write(root / "2016/b.jpg", 2, exif=offset)
    photos.write(root / "c & d/IMG_20190203_040506.jpg", 3)
    photos.write(root / "undated.jpg", 4)
    photos.write(root / "é\u202e.jpg", 5)
    sideways = photos.exif("2020:02:03 04:05:06", Orientation=6)
    photos.write(root / "people/faces.jpg", 6, exif=sideways, xmp=INSIDE.encode(), size=(320, 200))
    return root


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pictures(tmp_path / "Pictures")


async def ids(stack: Stack) -> dict[str, str]:
    """File name -> id, hidden and binned photos included."""
    return {event.path.rpartition("/")[2]: event.image_id for event in await stack.events(FileAdded)}


async def say(stack: Stack) -> None:
    """Everything that a person can say of photos."""
    one = await ids(stack)
    a, b, c, d, f = (
        one[name] for name in ("a.jpg", "b.jpg", "IMG_20190203_040506.jpg", "undated.jpg", "faces.jpg")
    )
    for name, body in (
        ("set-title", {"images": [a], "title": "Weir & <bridge> “x”"}),
        ("set-caption", {"images": [a], "caption": "Two\nlines\twith a tab"}),
        ("add-keywords", {"images": [a, b], "keywords": ["Rome", "AC/DC", "ünï"]}),
        ("add-people", {"images": [a], "people": ["Anna Äbler", "Bo"]}),
        ("set-rating", {"images": [a], "rating": 5}),
        ("set-rating", {"images": [b], "rating": 2}),
        ("set-favorite", {"images": [b], "favorite": True}),
        ("set-place", {"images": [b], "latitude": -33.856784, "longitude": -151.215297}),
        ("correct-date", {"images": [d], "taken_at": "1975-06"}),
        ("correct-date", {"images": [c], "taken_at": "2018-05-06T07:08:09+02:00"}),
        ("move-to-bin", {"images": [c]}),
        ("remove-people", {"images": [f], "people": ["Dan"]}),
        ("add-people", {"images": [f], "people": ["Eve"]}),
        ("rotate", {"images": [b], "by": "left"}),
        ("hide-images", {"images": [f]}),
        ("create-album", {"name": "Holidays | Rome", "images": [a, d]}),
        ("assign-category", {"images": [a], "category_id": "dog"}),
        ("create-category", {"name": "Rex", "group_id": "animals"}),
    ):
        answer = await stack.post(name, body)
        assert answer.status_code == 202, (name, answer.text)
    await stack.caught_up()
    rex = next(one["id"] for one in await stack.get("/api/categories") if one["name"] == "Rex")
    await stack.done("assign-category", {"images": [a], "category_id": rex})
    await stack.done("reject-category", {"images": [b], "category_id": rex})


async def known(stack: Stack) -> dict[str, Any]:
    """File name -> what is known of the photo."""
    found = {}
    for name, image in (await ids(stack)).items():
        photo = await stack.get(f"/api/images/{image}")
        found[name] = {field: photo["metadata"][field] for field in KNOWN} | {"date": photo["taken_at"]}
        people = found[name]["people"]
        found[name]["faces"] = [face for face in found[name]["faces"] if face["name"] in people]
    return found


async def export(stack: Stack, folder: Path, beside: bool = False) -> dict[str, Any]:
    return await stack.done("export-library", {"folder": str(folder), "beside": beside})


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    """In the data folder, where an export makes it."""
    return tmp_path / "data/export"


class Exported(NamedTuple):
    """An export of everything that a person can say."""

    pictures: Path
    dest: Path
    ids: dict[str, str]
    known: dict[str, Any]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    base = tmp_path_factory.mktemp("exported")
    root, dest = pictures(base / "Pictures"), base / "data/export"
    settings = Settings(data=base / "data", previews=base / "previews", workers=1, photos=(root,))

    async def run() -> Exported:
        async with running_stack(settings) as stack:
            await stack.done("scan")
            await say(stack)
            status = await export(stack, dest)
            assert (status["status"], status["done"], status["failed"]) == ("done", 6, 0)
            return Exported(root, dest, await ids(stack), await known(stack))

    return asyncio.run(run())


async def test_what_another_album_reads_is_what_was_known(exported: Exported, tmp_path: Path) -> None:
    shutil.copytree(exported.pictures, tmp_path / "new")
    shutil.copytree(exported.dest / "Pictures", tmp_path / "new", dirs_exist_ok=True)
    empty = Settings(data=tmp_path / "empty", previews=tmp_path / "previews", workers=1)
    async with running_stack(with_photos(empty, tmp_path / "new")) as stack:
        await stack.done("scan")
        assert await known(stack) == exported.known


async def test_what_another_album_imports_is_what_was_known(exported: Exported, tmp_path: Path) -> None:
    """From the list, with albums and categories; Undo takes it back, and a second import says nothing new."""
    shutil.copytree(exported.pictures, tmp_path / "new")
    source = str(exported.dest / "albumen.jsonl")
    empty = Settings(data=tmp_path / "empty", previews=tmp_path / "previews", workers=1)
    async with running_stack(with_photos(empty, tmp_path / "new")) as stack:
        await stack.done("scan")
        before = await known(stack)
        status = await stack.done("import", {"source": source})
        assert (status["done"], status["failures"]) == (6, [])
        after = await known(stack)
        assert after == exported.known
        (album,) = await stack.get("/api/albums")
        assert (album["name"], album["count"]) == ("Holidays | Rome", 2)
        a = await stack.get(f"/api/images/{exported.ids['a.jpg']}")
        assert [(one["name"], one["source"]) for one in a["categories"]] == [("Dog", "user"), ("Rex", "user")]
        length = len(await stack.log())
        again = await stack.done("import", {"source": source})
        assert len(await stack.log()) == length + 3, "a command, its beginning and its end"
        assert again["failed"] == 0
        await stack.done("undo", {"command_id": status["command_id"]})
        assert await known(stack) == before
        assert await stack.get("/api/albums") == []


TAKEN_AWAY = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmp:Rating="{}"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Its title</rdf:li></rdf:Alt></dc:title>
 <dc:description><rdf:Alt><rdf:li xml:lang="x-default">Its caption</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


async def test_what_people_took_away_from_what_a_file_says_is_away_after_an_import(
    settings: Settings, dest: Path, tmp_path: Path
) -> None:
    """Title, caption, stars, the heart that five of them are, the bin and the archive."""
    folder = tmp_path / "Pictures"
    photos.write(folder / "stars.jpg", 1, xmp=TAKEN_AWAY.format(5).encode())
    photos.write(folder / "rejected.jpg", 2, xmp=TAKEN_AWAY.format(-1).encode())
    (folder / "stars.jpg.json").write_text('{"title": "stars.jpg", "archived": true}')
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        untouched = await known(stack)
        images = list((await ids(stack)).values())
        await stack.done("restore-from-bin", {"images": images})
        await stack.done("set-title", {"images": images, "title": ""})
        await stack.done("set-caption", {"images": images, "caption": ""})
        await stack.done("set-rating", {"images": images, "rating": 0})
        await stack.done("set-favorite", {"images": images, "favorite": False})
        await stack.done("reject-category", {"images": images, "category_id": "kind-archived"})
        wanted = await known(stack)
        await export(stack, dest)
    changes = {
        field for name in wanted for field in wanted[name] if wanted[name][field] != untouched[name][field]
    }
    assert changes == {"title", "description", "rating", "favorite", "trashed", "archived"}
    empty = Settings(data=tmp_path / "empty", previews=tmp_path / "previews", workers=1)
    async with running_stack(with_photos(empty, folder)) as stack:
        await stack.done("scan")
        assert await known(stack) == untouched
        status = await stack.done("import", {"source": str(dest / "albumen.jsonl")})
        assert await known(stack) == wanted
        length = len(await stack.log())
        await stack.done("import", {"source": str(dest / "albumen.jsonl")})
        assert len(await stack.log()) == length + 3, "a command, its beginning and its end"
        await stack.done("undo", {"command_id": status["command_id"]})
        assert await known(stack) == untouched


async def test_a_second_one_writes_only_what_has_changed(
    settings: Settings, folder: Path, dest: Path
) -> None:
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        await export(stack, dest)
        before = {path: path.stat().st_mtime_ns for path in below(dest, "*.xmp")}
        status = await export(stack, dest)
        assert status["note"] == "0 files written, 9 were up to date"
        a = (await ids(stack))["a.jpg"]
        await stack.done("set-title", {"images": [a], "title": "New"})
        status = await export(stack, dest)
        assert status["note"] == "2 files written, 7 were up to date"
        rewritten = [path.name for path, at in before.items() if path.stat().st_mtime_ns != at]
        assert rewritten == ["a.jpg.xmp"]
        page = one_line((await stack.client.get("/export")).text)
        assert f'<code dir="auto">{dest}</code>' in page
        assert "6 photos · 2 files written · 7 were up to date" in page
        assert "<b>Export of the library</b>" in one_line((await stack.client.get("/jobs")).text)
        assert [one["files_written"] for one in await stack.get("/api/exports")] == [2, 0, 9]
        assert not below(dest, ".albumen*")


async def test_own_files_beside_photos_are_no_second_opinion(
    settings: Settings, folder: Path, dest: Path
) -> None:
    """Else what a person takes back would go on by the file."""
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        a = (await ids(stack))["a.jpg"]
        before = await known(stack)
        given = await stack.post("set-title", {"images": [a], "title": "Wrong"})
        status = await export(stack, dest, beside=True)
        assert status["note"] == "9 files written, 0 were up to date"
        assert "Wrong" in (folder / "2016/a.jpg.xmp").read_text()
        await stack.done("scan")
        await stack.done("undo", {"command_id": given.json()["command_id"]})
        assert await known(stack) == before
        length = len(await stack.log())
        await stack.done("scan")
        assert len(await stack.log()) == length + 3, "nothing is read again"


@pytest.mark.skipif(not exiftool.EXIFTOOL, reason="ExifTool is not installed")
def test_exiftool_reads_every_property(exported: Exported) -> None:
    read = {path.name: exiftool.read(path) for path in exported.dest.rglob("*.xmp")}
    for name, tags in EXPECTED.items():
        for tag, value in tags.items():
            assert read[f"{name}.xmp"].get(tag) == value, (name, tag)
    assert all("ExifTool:Warning" not in tags for tags in read.values())


DOGS = ("Categories|Dog", "Categories|Rex")
TAGS = ("Categories/Dog", "Categories/Rex")
EXPECTED: dict[str, dict[str, Any]] = {
    "a.jpg": {
        "XMP-dc:Title": "Weir & <bridge> “x”",
        "XMP-dc:Description": "Two\nlines\twith a tab",
        "XMP-dc:Subject": ["AC/DC", "Rome", "ünï"],
        "XMP-lr:HierarchicalSubject": ["AC/DC", "Rome", "ünï", "Albums|Holidays | Rome", *DOGS],
        "XMP-digiKam:TagsList": ["AC∕DC", "Rome", "ünï", "Albums/Holidays | Rome", *TAGS],
        "XMP-iptcExt:PersonInImage": ["Anna Äbler", "Bo"],
        "XMP-MP:RegionInfoMP": {"Regions": [{"PersonDisplayName": name} for name in ("Anna Äbler", "Bo")]},
        "XMP-xmp:Rating": 5,
        "XMP-exif:DateTimeOriginal": "2016:06:12 14:03:00",
        "XMP-photoshop:DateCreated": "2016:06:12 14:03:00",
        "XMP-digiKam:PickLabel": None,
        "XMP-tiff:Orientation": None,
    },
    "b.jpg": {
        "XMP-exif:DateTimeOriginal": "2017:01:02 03:04:05+09:00",
        "XMP-xmp:Rating": 2,
        "XMP-digiKam:PickLabel": 3,
        "XMP-tiff:Orientation": "Rotate 270 CW",
        "XMP-exif:GPSLatitude": "33 deg 51' 24.42\" S",
        "XMP-exif:GPSLongitude": "151 deg 12' 55.07\" W",
    },
    "IMG_20190203_040506.jpg": {
        "XMP-exif:DateTimeOriginal": "2018:05:06 07:08:09+02:00",
        "XMP-xmp:Rating": -1,
        "XMP-digiKam:PickLabel": 1,
    },
    "undated.jpg": {"XMP-exif:DateTimeOriginal": "1975:06", "XMP-photoshop:DateCreated": "1975:06"},
    "é\u202e.jpg": {"XMP-exif:DateTimeOriginal": None},
    "faces.jpg": {
        "XMP-dc:Description": None,
        "XMP-dc:Creator": ["Ann"],
        "XMP-dc:Rights": "free",
        "XMP-xmp:Label": "Red",
        "XMP-photoshop:Headline": "On the way",
        "XMP-photoshop:City": "Roma",
        "XMP-photoshop:State": "Lazio",
        "XMP-photoshop:Country": "Italia",
        "XMP-iptcCore:Location": "Trastevere",
        "XMP-dc:Subject": ["Rome"],
        "XMP-lr:HierarchicalSubject": ["Places|Italy|Rome"],
        "XMP-iptcExt:PersonInImage": ["Cleo", "Eve"],
        "XMP-MP:RegionInfoMP": {"Regions": [{"PersonDisplayName": "Eve"}]},
        "XMP-mwg-rs:RegionInfo": {
            "AppliedToDimensions": {"H": 200, "Unit": "pixel", "W": 320},
            "RegionList": [
                {
                    "Area": {"H": 0.2, "Unit": "normalized", "W": 0.1, "X": 0.25, "Y": 0.5},
                    "Name": "Cleo",
                    "Type": "Face",
                }
            ],
        },
    },
}
"""Photo -> tags, as ExifTool reads them; None: there is none."""


@pytest.mark.skipif(not exiftool.EXIFTOOL, reason="ExifTool is not installed")
async def test_own_files_that_another_program_changed_are_read_and_kept(
    settings: Settings, folder: Path, dest: Path
) -> None:
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        await export(stack, dest, beside=True)
        sidecar = folder / "2016/a.jpg.xmp"
        assert exiftool.write(sidecar, ["-XMP-dc:Title=By another", "-XMP-xmp:Rating=4"])
        await stack.done("scan")
        a = (await known(stack))["a.jpg"]
        assert (a["title"], a["rating"], a["keywords"]) == ("By another", 4, [])
        changed = sidecar.read_bytes()
        status = await export(stack, dest, beside=True)
        (failure,) = status["failures"]
        assert failure["path"] == "2016/a.jpg"
        assert "another program" in failure["reason"]
        assert (status["status"], status["failed"]) == ("done", 1)
        assert sidecar.read_bytes() == changed


@pytest.mark.parametrize("name", ["a.jpg.xmp", "a.xmp", "a.XMP"])
async def test_other_programs_files_stay(settings: Settings, folder: Path, dest: Path, name: str) -> None:
    (folder / "2016" / name).write_text("of another program")
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        status = await export(stack, dest, beside=True)
        assert [one["path"] for one in status["failures"]] == ["2016/a.jpg"]
    assert (folder / "2016" / name).read_text() == "of another program"
    assert {path.name for path in (folder / "2016").glob("a.*")} == {"a.jpg", name}


@pytest.mark.parametrize("name", LISTS)
async def test_other_lists_stay(settings: Settings, folder: Path, dest: Path, name: str) -> None:
    photos.write(dest / "IMG.jpg").rename(dest / name)
    before = (dest / name).read_bytes()
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        status = await export(stack, dest)
        assert status["status"] == "failed"
        assert name in status["note"]
    assert (dest / name).read_bytes() == before
    assert [path.name for path in below(dest)] == [name]


async def test_folders_that_are_refused(settings: Settings, folder: Path, dest: Path, tmp_path: Path) -> None:
    """By whatever name: a photo folder, what is in it, what it is in, and what is no folder."""
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "file").write_text("")
    places = {
        str(folder): "is inside",
        str(folder / "2016"): "is inside",
        str(tmp_path / "link" / "2016"): "is inside",
        str(tmp_path): "contains",
        str(tmp_path / "none"): "There is no folder",
        str(tmp_path / "file"): "is a file",
        str(tmp_path / "file" / "new"): "There is no folder",
        "export": "full path",
        "~/export": "full path",
    }
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        length = len(await stack.log())
        for place, says in places.items():
            answer = await stack.post("export-library", {"folder": place})
            assert answer.status_code == 422, place
            assert says in answer.json()["detail"], place
            assert answer.json()["extra"][0]["key"] == "folder"
        assert len(await stack.log()) == length


async def test_links_lead_nowhere(settings: Settings, folder: Path, dest: Path, tmp_path: Path) -> None:
    """A folder or a file of the export that is a link, into the photos or elsewhere."""
    (tmp_path / "elsewhere").mkdir()
    (dest / "Pictures").mkdir(parents=True)
    (dest / "Pictures/2016").symlink_to(tmp_path / "elsewhere")
    (dest / "Pictures/undated.jpg.xmp").symlink_to(tmp_path / "elsewhere/new.xmp")
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        status = await export(stack, dest)
    assert sorted(one["path"] for one in status["failures"]) == ["2016/a.jpg", "2016/b.jpg", "undated.jpg"]
    assert not list((tmp_path / "elsewhere").iterdir())


async def test_a_failure_of_the_disk_is_told(
    settings: Settings, folder: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops, says so, leaves no half file; the next one goes on."""
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        with monkeypatch.context() as broken:
            broken.setattr(writing, "_created", full_after(len(LISTS) + 2))
            status = await export(stack, dest)
        assert status["status"] == "failed"
        assert status["note"] == "The disk is full: make room there and export again."
        assert [path.suffix for path in below(dest)] == [".xmp", ".xmp"]
        (event,) = await stack.events(ExportFinished)
        assert event.reason == status["note"]
        with monkeypatch.context() as broken:
            broken.setattr(one_export, "photo_line", lambda *_: 1 / 0)
            status = await export(stack, dest)
        assert (status["status"], "ZeroDivisionError" in status["note"]) == ("failed", True)
        assert (await export(stack, dest))["status"] == "done"
        page = (await stack.client.get("/export", headers={"Accept-Language": "de"})).text
        assert "Der Datenträger ist voll" in page


def below(folder: Path, pattern: str = "*") -> list[Path]:
    """Files, at any depth."""
    return sorted(path for path in folder.rglob(pattern) if path.is_file())


def full_after(files: int) -> Callable[[Path], int]:
    """Makes that many files, then the disk is full."""
    real, made = writing._created, count(1)

    def created(part: Path) -> int:
        if next(made) > files:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(part)

    return created


async def test_members_of_archives_are_in_the_mirror_also_beside(
    settings: Settings, folder: Path, dest: Path
) -> None:
    archives.zipped(folder / "old.zip", {"in/x.jpg": photos.encoded(photos.picture(9))})
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        status = await export(stack, dest, beside=True)
        assert (status["done"], status["failed"]) == (7, 0)
    assert [path.relative_to(dest).as_posix() for path in below(dest, "*.xmp")] == [
        "Pictures/old.zip/in/x.jpg.xmp"
    ]


async def test_folders_of_the_same_name_are_apart(settings: Settings, dest: Path, tmp_path: Path) -> None:
    for number, root in enumerate(("one/Photos", "two/photos")):
        photos.write(tmp_path / root / "a.jpg", number)
    roots = (tmp_path / "one/Photos", tmp_path / "two/photos")
    async with running_stack(with_photos(settings, *roots)) as stack:
        await stack.done("scan")
        assert (await export(stack, dest))["failed"] == 0
    first, second = sorted({path.relative_to(dest).parts[0] for path in below(dest, "*.xmp")})
    assert first.startswith("Photos-")
    assert second.startswith("photos-")


ALIKE = (
    "Rome/IMG_1.jpg",
    "Rome/img_1.JPG",
    "rome/IMG_1.jpg",
    "Rome/caf\u00e9.jpg",
    "Rome/cafe\u0301.jpg",
    "b.jpg",
)


def make_one_spelling(folder: Path, letter: str) -> None:
    """What such a disk finds under another spelling of the file that is made to try it."""
    folder.mkdir(parents=True)
    (folder / f".albumen-{letter}.part").touch()


@pytest.mark.parametrize("letter", ["\u00e9", "E\u0301"])
async def test_names_that_the_disk_takes_for_one_are_apart(
    settings: Settings, dest: Path, tmp_path: Path, letter: str
) -> None:
    """Each photo has its sidecar, the same one whichever of them is missing."""
    for number, path in enumerate(ALIKE):
        photos.write(tmp_path / "Pictures" / path, number)
    make_one_spelling(dest, letter)
    async with running_stack(with_photos(settings, tmp_path / "Pictures")) as stack:
        await stack.done("scan")
        assert (await export(stack, dest))["failed"] == 0
        written = {path.relative_to(dest).as_posix() for path in below(dest, "*.xmp")}
        assert len({unicodedata.normalize("NFC", name.casefold()) for name in written}) == len(ALIKE)
        assert "Pictures/b.jpg.xmp" in written
        before = {path: path.read_bytes() for path in below(dest, "*.xmp")}
        (tmp_path / "Pictures" / ALIKE[0]).unlink()
        await stack.done("scan")
        images = [event.image_id for event in await stack.events(FileAdded)]  # two have the same name
        await stack.done("set-title", {"images": images, "title": "Rome"})
        await export(stack, dest)
        assert [path for path in before if path.read_bytes() == before[path]] == [
            path for path in before if path.name.startswith("IMG_1") and path.parent.name == "Rome"
        ]
        assert set(before) == set(below(dest, "*.xmp"))
    assert not below(dest, ".albumen-\u00c9*")


def test_an_import_finds_the_photo_of_such_a_name() -> None:
    spellings = Spellings()
    for path in ALIKE:
        spellings.add("/p", path)
    for path in ALIKE:
        name = path.rpartition("/")[2]
        marked = spellings.apart("/p", path, name)
        assert (marked == name) is (path == "b.jpg")
        assert own_name(marked) == name
        (record,) = xmp_tree.read(INSIDE.encode(), f"Pictures/Rome/{marked}.xmp", datetime.now(UTC)).records
        assert (record.path, record.stem) == (f"Pictures/Rome/{name}", False)
    for name in ("holiday-20160612", "a.jpg", "a.jpg-2016", "a-5d41402a.jpg", "-5d41402a"):
        assert own_name(name) == name


async def test_names_are_as_they_are_on_other_disks(settings: Settings, dest: Path, tmp_path: Path) -> None:
    for number, path in enumerate(ALIKE):
        photos.write(tmp_path / "Pictures" / path, number)
    async with running_stack(with_photos(settings, tmp_path / "Pictures")) as stack:
        await stack.done("scan")
        await export(stack, dest)
    assert {path.relative_to(dest).as_posix() for path in below(dest, "*.xmp")} == {
        f"Pictures/{path}.xmp" for path in ALIKE
    }


async def test_a_disk_that_ignores_case_shows_our_own_file_under_other_names(
    settings: Settings, folder: Path, dest: Path
) -> None:
    """A second export beside the photos takes none of its own files for another program's."""
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        await export(stack, dest, beside=True)
        for path in below(folder, "*.xmp"):
            os.link(path, path.with_suffix(".XMP"))
        status = await export(stack, dest, beside=True)
        assert (status["failed"], status["done"]) == (0, 6)
        (folder / "2016/a.xmp").write_text("<x/>")
        assert [one["path"] for one in (await export(stack, dest, beside=True))["failures"]] == ["2016/a.jpg"]


async def test_a_folder_that_is_called_as_a_list_is(settings: Settings, dest: Path, tmp_path: Path) -> None:
    photos.write(tmp_path / "Albumen.jsonl" / "a.jpg", 1)
    async with running_stack(with_photos(settings, tmp_path / "Albumen.jsonl")) as stack:
        await stack.done("scan")
        assert (await export(stack, dest))["failed"] == 0
    (path,) = below(dest, "*.xmp")
    assert path.parent.name.startswith("Albumen.jsonl-")


async def test_one_that_was_accepted_but_not_begun_is_done_after_a_start(
    settings: Settings, folder: Path, dest: Path
) -> None:
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        stack.gateway.exporting._work.unfinished = nothing  # type: ignore[method-assign]
        answer = await stack.post("export-library", {"folder": str(dest)})
        job = answer.json()["command_id"]
    assert not below(dest)
    async with running_stack(with_photos(settings, folder)) as stack:

        async def ended() -> bool:
            return bool((await stack.get(f"/commands/{job}"))["status"] == "done")

        await eventually(ended, "the export has ended")
    assert len(below(dest, "*.xmp")) == 6


async def test_one_that_is_paused_in_the_middle_leaves_no_half_file_and_goes_on(
    settings: Settings, folder: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also after another start."""
    number, begun, go = count(1), threading.Event(), threading.Event()

    def held(photo: ExportedPhoto, library: str) -> Any:
        if next(number) == 3:
            begun.set()
            go.wait(PATIENCE_S)
        return photo_line(photo, library)

    monkeypatch.setattr(exporting, "BATCH", 1)
    monkeypatch.setattr(one_export, "photo_line", held)
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        answer = await stack.post("export-library", {"folder": str(dest)})
        job = answer.json()["command_id"]
        await eventually(begun.is_set, "it is in the middle")
        await stack.post("pause-job", {"job_id": job})
        await eventually(lambda: bool(stack.gateway.exporting._running.cancelling()), "it is told to stop")  # type: ignore[union-attr]
        go.set()
        await eventually(lambda: stack.gateway.exporting.current is None, "it has stopped")
        assert (await stack.get(f"/commands/{job}"))["status"] == "paused"
        assert [path.suffix for path in below(dest)] == [".xmp"] * 3
        assert await stack.events(ExportFinished) == []
    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.post("resume-job", {"job_id": job})

        async def ended() -> bool:
            return bool((await stack.get(f"/commands/{job}"))["status"] == "done")

        await eventually(ended, "the export has ended")
        (event,) = await stack.events(ExportFinished)
    assert (event.exported, event.failed) == (6, 0)
    assert len(below(dest, "*.xmp")) == 6
    assert len((dest / "albumen.jsonl").read_bytes().splitlines()) == 6


async def nothing() -> list[Any]:
    return []


async def test_the_list_has_the_upright_picture_whatever_people_have_rotated(
    settings: Settings, folder: Path, dest: Path
) -> None:
    """Its pixels, and the faces in it, are the file's; what people did to it is told beside them."""
    fields = ("width", "height", "orientation", "regions")

    async def line(stack: Stack) -> dict[str, Any]:
        await export(stack, dest)
        lines = [json.loads(line) for line in (dest / "albumen.jsonl").read_text().splitlines()]
        found: dict[str, Any] = next(one for one in lines if one["files"][0]["path"] == "people/faces.jpg")
        return found

    async with running_stack(with_photos(settings, folder)) as stack:
        await stack.done("scan")
        image = (await ids(stack))["faces.jpg"]
        before = await line(stack)
        assert [before[field] for field in fields[:3]] == [200, 320, 6]
        for by, rotation, shown in (("left", 8, 320), ("mirror", 7, 320), ("left", 2, 200)):
            await stack.done("rotate", {"images": [image], "by": by})
            after = await line(stack)
            assert {name: after[name] for name in fields} == {name: before[name] for name in fields}
            assert after["user"]["others"]["rotation"] == rotation
            assert (await stack.get(f"/api/images/{image}"))["width"] == shown


def test_the_lists_have_everything(exported: Exported) -> None:
    one, dest = exported.ids, exported.dest
    lines = [json.loads(line) for line in (dest / "albumen.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == sorted(one.values())
    assert all(next(iter(line)) == "albumen" for line in lines)
    a = next(line for line in lines if line["id"] == one["a.jpg"])
    (album,) = map(json.loads, (dest / "albumen-albums.jsonl").read_text().splitlines())
    assert (album["name"], album["photos"]) == ("Holidays | Rome", [one["a.jpg"], one["undated.jpg"]])
    assert a["albums"] == [{"id": album["id"], "name": album["name"]}]
    decisions = a["user"].pop("categories")
    assert {(one["name"], one["assigned"]) for one in decisions} == {("Dog", True), ("Rex", True)}
    assert a["user"] == {
        "title": "Weir & <bridge> “x”",
        "caption": "Two\nlines\twith a tab",
        "rating": 5,
        "keywords": {"AC/DC": True, "Rome": True, "ünï": True},
        "people": {"Anna Äbler": True, "Bo": True},
    }
    undated = next(line for line in lines if line["id"] == one["undated.jpg"])
    assert undated["user"]["date"] == {"taken_at": "1975-06-01T12:00:00", "source": "user-month"}
