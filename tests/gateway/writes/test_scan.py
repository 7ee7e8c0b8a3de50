"""Scanning real files with real worker processes: new, changed, missing, broken, unavailable."""

import asyncio
import io
import json
import os
import shutil
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from services.domain.files.checked import FilesChecked
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileReplaced,
    FileReturned,
    ImageImported,
    ScanFinished,
    SidecarGone,
    SidecarRead,
    SourceUnavailable,
)
from services.domain.files.rejections import FileRejected
from services.gateway.listing import walk as walk_module
from services.gateway.listing.found import Found
from services.gateway.listing.lister import Lister
from services.gateway.listing.messages import Listed
from services.gateway.reading.photo import Photo, Rejected, Said
from services.gateway.reading.reasons import ENDED_FROM_OUTSIDE
from services.gateway.running.automatic import Automatic
from services.gateway.workers.pool import WorkerPool
from services.kernel.paths import large_paths, preview_path
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.listing import list_here
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.workers


def finished(stack_events: Sequence[object]) -> ScanFinished:
    last = stack_events[-1]
    assert isinstance(last, ScanFinished)
    return last


async def test_photos_appear_with_their_dates(stack: Stack) -> None:
    status = await stack.done("scan")
    assert (status["total"], status["done"], status["failed"]) == (3, 3, 0)
    items = (await stack.get("/api/images"))["items"]
    assert [item["taken_at"] for item in items] == [f"2020-01-0{day}T10:00:00" for day in (3, 2, 1)]
    preview = await stack.client.get(items[0]["preview_url"])
    assert preview.headers["Content-Type"] == "image/jpeg"
    original = await stack.client.get(items[0]["original_url"], headers={"Range": "bytes=0-1"})
    assert (original.status_code, original.content) == (206, b"\xff\xd8")


async def test_a_second_scan_opens_nothing_and_says_nothing_new(stack: Stack) -> None:
    await stack.done("scan")
    before = len(await stack.log())
    await stack.done("scan")
    assert len(await stack.log()) == before + 3  # the command, the start and the end
    last = finished(await stack.events(ScanFinished))
    assert (last.found, last.unchanged, last.added) == (3, 3, 0)


async def test_copies_are_one_photo_in_two_places(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    (root / "copies").mkdir()
    shutil.copy(root / "0.jpg", root / "copies/again.jpg")
    await stack.done("scan")
    assert len(await stack.events(ImageImported)) == 3
    assert len(await stack.events(FileAdded)) == 4
    listed = (await stack.get("/api/images"))["items"]
    assert sorted(len(item["files"]) for item in listed) == [1, 1, 2]


async def test_a_file_edited_in_place_is_replaced(stack: Stack, settings: Settings) -> None:
    await stack.done("scan")
    photos.write(settings.photos[0] / "0.jpg", 99)
    await stack.done("scan")
    (replaced,) = await stack.events(FileReplaced)
    assert isinstance(replaced, FileReplaced)
    assert replaced.path == "0.jpg"
    assert (await stack.get("/api/images"))["total"] == 3


async def test_a_missing_file_hides_and_comes_back(stack: Stack, settings: Settings) -> None:
    file = settings.photos[0] / "0.jpg"
    content, times = file.read_bytes(), file.stat()
    await stack.done("scan")
    file.unlink()
    await stack.done("scan")
    assert (await stack.get("/api/images"))["total"] == 2
    assert len(await stack.events(FileMissing)) == 1
    file.write_bytes(content)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    await stack.done("scan")
    assert len(await stack.events(FileReturned)) == 1
    assert (await stack.get("/api/images"))["total"] == 3


async def test_a_small_folder_may_be_emptied(stack: Stack, settings: Settings) -> None:
    """Were it a disk, three photos would be hidden until it is back."""
    await stack.done("scan")
    for file in settings.photos[0].iterdir():
        file.unlink()
    await stack.done("scan")
    assert len(await stack.events(FileMissing)) == 3
    assert await stack.events(SourceUnavailable) == []
    assert (await stack.get("/api/images"))["total"] == 0


async def test_other_programs_thumbnails_that_an_earlier_version_showed_may_go(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that the library has is left out now: missing, without an alarm about the disk."""
    below = settings.photos[0] / "Catalog Previews.lrdata/1/2"
    below.mkdir(parents=True)
    for file in list(settings.photos[0].glob("*.jpg")):
        file.rename(below / file.name)
    with monkeypatch.context() as earlier:
        list_here(earlier)
        earlier.setattr(walk_module, "is_of_program", lambda path, beside: False)
        await stack.done("scan")
    assert (await stack.get("/api/images"))["total"] == 3
    await stack.done("scan")
    assert len(await stack.events(FileMissing)) == 3
    assert await stack.events(SourceUnavailable) == []
    assert (await stack.get("/api/images"))["total"] == 0


async def test_a_folder_that_is_gone_deletes_nothing(stack: Stack, settings: Settings) -> None:
    await stack.done("scan")
    settings.photos[0].rename(settings.photos[0].with_name("elsewhere"))
    status = await stack.done("scan")
    assert status["status"] == "done"
    assert len(await stack.events(SourceUnavailable)) == 1
    assert (await stack.get("/api/images"))["total"] == 3


async def test_broken_files_are_told_and_stop_nothing(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    (root / "empty.jpg").write_bytes(b"")
    (root / "text.png").write_text("not found")
    (root / "cut.jpg").write_bytes(photos.encoded(photos.picture(9), "GIF")[:2000])
    status = await stack.done("scan")
    assert (status["done"], status["failed"]) == (3, 3)
    reasons = {Path(failure["path"]).name: failure["reason"] for failure in status["failures"]}
    assert reasons["empty.jpg"] == "The file is empty."
    assert "not a picture" in reasons["text.png"]
    assert "too early" in reasons["cut.jpg"]
    page = (await stack.client.get("/jobs", headers={"Accept": "text/html"})).text
    assert "The file is empty." in page


async def test_a_broken_file_that_is_gone_is_listed_no_more_until_it_is_back(
    stack: Stack, settings: Settings
) -> None:
    bad = settings.photos[0] / "bad.jpg"
    bad.write_bytes(b"half a pic")
    stat = bad.stat()
    for _ in (1, 2):
        await stack.done("scan")
        assert "bad.jpg" in (await stack.client.get("/jobs")).text
        bad.rename(settings.data / "away")
        await stack.done("scan")
        assert "bad.jpg" not in (await stack.client.get("/jobs")).text
        (settings.data / "away").rename(bad)
        assert bad.stat().st_mtime_ns == stat.st_mtime_ns


async def test_a_broken_file_is_looked_at_again_only_when_it_changes(
    stack: Stack, settings: Settings
) -> None:
    bad = settings.photos[0] / "bad.jpg"
    bad.write_bytes(b"half a pic")
    await stack.done("scan")
    await stack.done("scan")
    assert len(await stack.events(FileRejected)) == 1
    photos.write(bad, 7)
    await stack.done("scan")
    assert (await stack.get("/api/images"))["total"] == 4
    assert "bad.jpg" not in (await stack.client.get("/jobs", headers={"Accept": "text/html"})).text


async def test_a_photo_that_may_be_innocent_is_tried_by_the_next_scan(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker was ended from outside; nothing about the file has changed since."""
    photos.write(settings.photos[0] / "new.jpg", 7)

    async def ended(_self: WorkerPool, root: Path, path: str) -> Rejected:
        seen = (root / path).stat()
        return Rejected(reason=ENDED_FROM_OUTSIDE, size=seen.st_size, mtime_ns=seen.st_mtime_ns)

    with monkeypatch.context() as patch:
        patch.setattr(WorkerPool, "read", ended)
        await stack.done("scan")
    assert (await stack.get("/api/images"))["total"] == 0
    await stack.done("scan")
    assert (await stack.get("/api/images"))["total"] == 4
    assert ENDED_FROM_OUTSIDE not in (await stack.client.get("/jobs", headers={"Accept": "text/html"})).text


@pytest.mark.parametrize("kind", ["empty", "half", "another", "zeros inside", "another program's"])
async def test_damaged_previews_are_made_again_when_they_are_shown(
    stack: Stack, settings: Settings, kind: str
) -> None:
    """What a power cut, a full disk or another program leaves; the same for the larger picture."""
    await stack.done("scan")
    first, other = [item["id"] for item in (await stack.get("/api/images"))["items"]][:2]
    for size, folder in (("preview", settings.previews), ("large", settings.data / "large")):
        whole = (await stack.client.get(f"/images/{first}/{size}")).content
        another = (await stack.client.get(f"/images/{other}/{size}")).content
        damaged = {
            "empty": b"",
            "half": whole[: len(whole) // 2],
            "another": another,
            "zeros inside": whole[:2000] + bytes(1000) + whole[3000:],
            "another program's": photos.encoded(photos.picture(9)),
        }[kind]
        preview_path(folder, first).write_bytes(damaged)
        assert (await stack.client.get(f"/images/{first}/{size}")).content == whole
        assert preview_path(folder, first).read_bytes() == whole


async def test_lost_previews_are_made_again(stack: Stack, settings: Settings) -> None:
    await stack.done("scan")
    shutil.rmtree(settings.previews)
    await stack.done("scan")
    assert len(list(settings.previews.rglob("*.jpg"))) == 3
    assert len(await stack.events(ImageImported)) == len(await stack.events(FileAdded)) == 3


async def test_names_that_would_harm_a_page_are_text(stack: Stack, settings: Settings) -> None:
    name = "<img src=x onerror=alert(1)>.jpg"
    photos.write(settings.photos[0] / name, 9)
    await stack.done("scan")
    (item,) = [one for one in (await stack.get("/api/images"))["items"] if name in one["files"][0]]
    page = (await stack.client.get(f"/images/{item['id']}", headers={"Accept": "text/html"})).text
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


async def test_a_scan_that_was_cut_off_goes_on_at_the_next_start(settings: Settings) -> None:
    """Stopped midway and restarted: the same job ends, and each photo is there once."""
    for number in range(300):
        photos.write(settings.photos[0] / f"more/{number}.jpg", 100 + number)
    async with running_stack(settings) as stack:
        answer = await stack.post("scan")
        await eventually(lambda: _some(stack), "a few photos are in the log")
    async with running_stack(settings) as stack:

        async def done() -> bool:
            return bool((await stack.get(answer.json()["status_url"]))["status"] == "done")

        await eventually(done, "the scan has ended")
        await stack.caught_up()
        imported = await stack.events(ImageImported)
        assert (
            len(imported)
            == len({event.image_id for event in imported if isinstance(event, ImageImported)})
            == 303
        )
        assert len(await stack.events(ScanFinished)) == 1
        assert (await stack.get("/api/images"))["total"] == 303


async def _some(stack: Stack) -> bool:
    return len(await stack.events(ImageImported)) >= 3


async def test_a_cancelled_scan_stops(settings: Settings) -> None:
    for number in range(600):
        photos.write(settings.photos[0] / f"more/{number}.jpg", 100 + number)
    async with running_stack(settings) as stack:
        answer = await stack.post("scan")
        await eventually(lambda: _some(stack), "a few photos are in the log")
        await stack.post("cancel-job", {"job_id": answer.json()["command_id"]})

        async def over() -> bool:
            return stack.gateway.scanning.current is None

        await eventually(over, "the scan has stopped")
        stopped = await stack.get(answer.json()["status_url"])
        assert stopped["status"] == "cancelled"
        assert 0 < stopped["done"] < stopped["total"] <= 603
        assert len(await stack.events(ImageImported)) < 603
        await stack.done("scan")
        assert (await stack.get("/api/images"))["total"] == 603


async def test_a_paused_scan_waits_and_goes_on(settings: Settings) -> None:
    """Even across a restart; nothing is imported twice."""
    for number in range(600):
        photos.write(settings.photos[0] / f"more/{number}.jpg", 100 + number)
    async with running_stack(settings) as stack:
        answer = await stack.post("scan")
        job = {"job_id": answer.json()["command_id"]}
        await eventually(lambda: _some(stack), "a few photos are in the log")
        await stack.post("pause-job", job)

        async def waits() -> bool:
            return stack.gateway.scanning.current is None

        await eventually(waits, "the scan has stopped")
        assert (await stack.get(answer.json()["status_url"]))["status"] == "paused"
    async with running_stack(settings, Automatic(scan=True)) as stack:
        assert (await stack.get(answer.json()["status_url"]))["status"] == "paused"
        taken_in = len(await stack.events(ImageImported))
        assert taken_in < 603
        await stack.post("resume-job", job)
        await eventually(lambda: _ended(stack, 1), "the scan has ended")
        await stack.caught_up()
        assert (await stack.get(answer.json()["status_url"]))["status"] == "done"
        assert len(await stack.events(ImageImported)) == 603


async def test_it_scans_by_itself_when_it_should(settings: Settings) -> None:
    async with running_stack(settings, Automatic(scan=True)) as stack:
        await eventually(lambda: _ended(stack, 1), "the first scan has ended")
    async with running_stack(settings, Automatic(scan=True)) as stack:
        await eventually(lambda: _ended(stack, 2), "the second scan has ended")
        assert len(await stack.events(ImageImported)) == 3


async def _ended(stack: Stack, count: int) -> bool:
    return len(await stack.events(ScanFinished)) == count


async def test_without_folders_there_is_nothing_to_scan(tmp_path: Path) -> None:
    async with running_stack(Settings(data=tmp_path, previews=tmp_path / "previews")) as stack:
        answer = await stack.post("scan")
        assert answer.status_code == 422
        assert "No folder" in answer.json()["detail"]


async def test_the_folders_of_the_last_time_are_remembered(settings: Settings) -> None:
    async with running_stack(settings) as stack:
        await stack.done("scan")
    forgot = Settings(data=settings.data, previews=settings.previews, workers=1)
    async with running_stack(forgot) as stack:
        assert stack.gateway.roots == [str(settings.photos[0])]
        await stack.done("scan")
        assert finished(await stack.events(ScanFinished)).unchanged == 3


async def test_pages_answer_while_a_scan_runs(settings: Settings) -> None:
    for number in range(20):
        photos.write(settings.photos[0] / f"more/{number}.jpg", 100 + number)
    async with running_stack(settings, Automatic(scan=True)) as stack:
        await eventually(lambda: _some(stack), "a few photos are in the log")
        answers = await asyncio.gather(
            *(stack.client.get("/", headers={"Accept": "text/html"}) for _ in range(5))
        )
        assert {answer.status_code for answer in answers} == {200}


async def test_a_file_that_moved_is_the_same_photo(stack: Stack, settings: Settings) -> None:
    """Renamed into another folder: nothing is missing, nothing is new, and it is still in its album."""
    root = settings.photos[0]
    await stack.done("scan")
    image = (await stack.get("/api/images"))["items"][0]["id"]
    file = Path((await stack.get(f"/api/images/{image}"))["files"][0])
    await stack.done("create-album", {"name": "Lake", "images": [image]})
    (root / "elsewhere").mkdir()
    shutil.move(file, root / "elsewhere" / "new name.jpg")
    status = await stack.done("scan")
    (moved,) = await stack.events(FileMoved)
    assert isinstance(moved, FileMoved)
    assert (moved.from_path, moved.path) == (file.name, "elsewhere/new name.jpg")
    assert await stack.events(FileMissing) == []
    assert (status["total"], status["done"]) == (3, 3)
    (item,) = [i for i in (await stack.get("/api/images"))["items"] if i["id"] == image]
    assert item["files"] == [str(root / "elsewhere" / "new name.jpg")]
    assert len((await stack.get(f"/api/images/{image}"))["albums"]) == 1


async def test_a_second_copy_is_no_move(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    await stack.done("scan")
    shutil.copy(root / "0.jpg", root / "copy.jpg")
    await stack.done("scan")
    assert await stack.events(FileMoved) == []
    assert len(await stack.events(FileAdded)) == 4


async def test_everything_in_a_new_folder_is_a_move_and_no_lost_disk(
    stack: Stack, settings: Settings
) -> None:
    root = settings.photos[0]
    await stack.done("scan")
    (root / "all").mkdir()
    for file in list(root.glob("*.jpg")):
        file.rename(root / "all" / file.name)
    await stack.done("scan")
    assert len(await stack.events(FileMoved)) == 3
    assert await stack.events(SourceUnavailable) == []


TAKEOUT = {
    "title": "0.jpg",
    "description": "At the <lake>",
    "photoTakenTime": {"timestamp": "1502438993"},
    "geoData": {"latitude": 48.5, "longitude": 11.5, "altitude": 500.0},
    "favorited": True,
    "people": [{"name": "Ann"}],
}


async def test_a_sidecar_says_more_and_is_read_once(stack: Stack, settings: Settings) -> None:
    """New beside a known photo: only the sidecar is opened; unchanged: not even that."""
    root = settings.photos[0]
    photos.write(root / "plain.jpg", 50)
    await stack.done("scan")
    (root / "plain.jpg.json").write_text(json.dumps(TAKEOUT))
    await stack.done("scan")
    await stack.done("scan")
    assert len(await stack.events(SidecarRead)) == 1
    assert len(await stack.events(ImageImported)) == 4
    (item,) = [i for i in (await stack.get("/api/images"))["items"] if "plain.jpg" in i["files"][0]]
    assert (item["taken_at_utc"], item["taken_at_source"]) == ("2017-08-11T08:09:53Z", "takeout")
    facts = (await stack.get(f"/api/images/{item['id']}"))["metadata"]
    assert (facts["description"], facts["latitude"], facts["favorite"]) == ("At the <lake>", 48.5, True)
    assert facts["people"] == ["Ann"]
    (root / "plain.jpg.json").write_text(json.dumps(TAKEOUT | {"favorited": False, "description": ""}))
    await stack.done("scan")
    facts = (await stack.get(f"/api/images/{item['id']}"))["metadata"]
    assert (facts["description"], facts["favorite"]) == (None, False)


@pytest.mark.parametrize("content", ['{"title": ', '{"title":' * 100_000, "{}" + " " * 5_000_000])
async def test_a_sidecar_that_can_t_be_read_costs_its_photo_nothing(
    stack: Stack, settings: Settings, content: str
) -> None:
    (settings.photos[0] / "0.jpg.json").write_text(content)
    status = await stack.done("scan")
    assert (status["done"], status["failed"]) == (3, 1)
    await stack.done("scan")
    assert len(await stack.events(FileRejected)) == 1
    assert (await stack.get("/api/images"))["total"] == 3


async def test_an_exports_folder_becomes_an_album(stack: Stack, settings: Settings) -> None:
    """With its title; what the person removes from it, or its deletion, is not reverted by the next scan."""
    folder = settings.photos[0] / "Takeout/Google Photos/Lake"
    first, second = photos.write(folder / "a.jpg", 60), photos.write(folder / "b.jpg", 61)
    (folder / "metadata.json").write_text(json.dumps({"title": "Our lake", "access": "protected"}))
    shutil.copytree(folder, folder.with_name("Photos from 2017"))
    await stack.done("scan")
    (album,) = await stack.get("/api/albums")
    assert (album["name"], album["count"]) == ("Our lake", 2)
    items = (await stack.get(f"/api/images?album={album['id']}"))["items"]
    assert all(len(item["files"]) == 2 for item in items)
    (out,) = [item["id"] for item in items if str(first) in item["files"]]
    await stack.done("remove-from-album", {"album_id": album["id"], "images": [out]})
    photos.write(folder / "c.jpg", 62)
    await stack.done("scan")
    items = (await stack.get(f"/api/images?album={album['id']}"))["items"]
    assert out not in [item["id"] for item in items]
    assert len(items) == 2
    assert str(second) in [file for item in items for file in item["files"]]
    await stack.done("delete-album", {"album_id": album["id"]})
    await stack.done("scan")
    assert await stack.get("/api/albums") == []


async def test_a_root_that_is_exchanged_while_it_is_read_deletes_nothing(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unmounted midway: the folder of the same name is now a different one."""
    root = settings.photos[0]
    await stack.done("scan")
    listed = Lister.items

    async def exchanged(*arguments: Any) -> AsyncGenerator[Listed, None]:
        async for item in listed(*arguments):
            yield item
        root.rename(root.with_name("away"))
        root.mkdir()

    monkeypatch.setattr(Lister, "items", exchanged)
    await stack.done("scan")
    (away,) = await stack.events(SourceUnavailable)
    assert isinstance(away, SourceUnavailable)
    assert "exchanged" in away.reason
    assert await stack.events(FileMissing) == []


async def test_changes_are_noticed_while_it_runs(settings: Settings) -> None:
    async with running_stack(settings, Automatic(scan=True)) as stack:
        await eventually(lambda: _ended(stack, 1), "the first scan has ended")
        photos.write(settings.photos[0] / "later" / "new.jpg", 70)

        async def seen() -> bool:
            return bool((await stack.get("/api/images"))["total"] == 4)

        await eventually(seen, "the new photo is shown")


async def test_a_lost_preview_is_made_when_it_is_asked_for(stack: Stack, settings: Settings) -> None:
    await stack.done("scan")
    item = (await stack.get("/api/images"))["items"][0]
    before = (await stack.client.get(item["preview_url"])).content
    shutil.rmtree(settings.previews)
    answer = await stack.client.get(item["preview_url"])
    assert (answer.status_code, answer.content) == (200, before)


async def test_a_larger_picture_is_made_once_and_kept(stack: Stack, settings: Settings) -> None:
    photos.write(settings.photos[0] / "large.jpg", 80, size=(3000, 1500))
    await stack.done("scan")
    (item,) = [i for i in (await stack.get("/api/images"))["items"] if i["width"] == 3000]
    url = f"/images/{item['id']}/large"
    answer = await stack.client.get(url)
    assert answer.headers["Content-Type"] == "image/jpeg"
    (settings.photos[0] / "large.jpg").unlink()
    again = await stack.client.get(url)
    assert (again.status_code, again.content) == (200, answer.content)
    items = (await stack.get("/api/images"))["items"]
    (other,) = [one["id"] for one in items if one["files"] == [str(settings.photos[0] / "0.jpg")]]
    (settings.photos[0] / "0.jpg").unlink()
    assert (await stack.client.get(f"/images/{other}/large")).status_code == 404
    assert (await stack.client.get(f"/images/{'0' * 32}/large")).status_code == 404


async def test_a_medium_picture_is_made_once_and_kept_but_never_of_a_small_photo(
    stack: Stack, settings: Settings
) -> None:
    photos.write(settings.photos[0] / "wide.jpg", 80, size=(3000, 1500))
    photos.write(settings.photos[0] / "small.jpg", 81, size=(500, 400))
    await stack.done("scan")
    ids = {item["width"]: item["id"] for item in (await stack.get("/api/images"))["items"]}
    kept = settings.data / "large"
    answer = await stack.client.get(f"/images/{ids[3000]}/medium")
    assert (answer.headers["Content-Type"], answer.headers["ETag"]) == ("image/jpeg", f'"{ids[3000]}-m"')
    assert Image.open(io.BytesIO(answer.content)).size == (1024, 512)
    assert [one.name for one in large_paths(kept, ids[3000]) if one.exists()] == [f"{ids[3000]}.medium1.jpg"]
    (settings.photos[0] / "wide.jpg").unlink()
    assert (await stack.client.get(f"/images/{ids[3000]}/medium")).content == answer.content
    small = await stack.client.get(f"/images/{ids[500]}/medium")
    assert small.content == (await stack.client.get(f"/images/{ids[500]}/preview")).content
    assert not any(one.exists() for one in large_paths(kept, ids[500]))
    await stack.done("rotate", {"images": [ids[3000]], "by": "left"})
    (settings.data / "large" / ids[3000][:2] / f"{ids[3000]}.medium1.jpg").unlink()
    assert (await stack.client.get(f"/images/{ids[3000]}/medium")).status_code == 404
    assert (await stack.client.get(f"/images/{'0' * 32}/medium")).status_code == 404


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmp:CreateDate="2003-04-05T06:07:08" xmp:Rating="{stars}"><dc:subject><rdf:Bag><rdf:li>{word}</rdf:li></rdf:Bag>
</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"""


async def _photo(stack: Stack, name: str) -> dict[str, Any]:
    """All that is known of the photo whose first file has this name."""
    items = (await stack.get("/api/images"))["items"]
    (image,) = [i["id"] for i in items if Path(i["files"][0]).name == name]
    found: dict[str, Any] = await stack.get(f"/api/images/{image}")
    return found


async def test_what_a_sidecar_no_longer_says_is_no_longer_believed(stack: Stack, settings: Settings) -> None:
    """Words and stars follow its text; removed, it takes everything with it; back again, it counts again, although it
    is the same file as before."""
    root = settings.photos[0]
    photos.write(root / "plain.jpg", 50)
    beside = root / "plain.xmp"
    beside.write_text(XMP.format(stars=5, word="Harbour"))
    await stack.done("scan")
    own = await _photo(stack, "plain.jpg")
    assert (own["taken_at"], own["metadata"]["keywords"]) == ("2003-04-05T06:07:08", ["Harbour"])
    assert "Favourite" in [category["name"] for category in own["categories"]]
    beside.write_text(XMP.format(stars=3, word="Ferry boat"))
    await stack.done("scan")
    now = await _photo(stack, "plain.jpg")
    assert now["metadata"]["keywords"] == ["Ferry boat"]
    assert now["categories"] == []
    assert (await stack.get("/api/images?q=harbour"))["total"] == 0
    kept = beside.rename(root.parent / "kept.xmp")
    await stack.done("scan")
    await stack.done("scan")
    without = await _photo(stack, "plain.jpg")
    assert (without["taken_at_source"], without["metadata"]["keywords"]) == ("mtime", [])
    assert (await stack.get("/api/images?q=ferry"))["total"] == 0
    assert len(await stack.events(SidecarGone)) == 1
    kept.rename(beside)
    await stack.done("scan")
    assert (await _photo(stack, "plain.jpg"))["taken_at"] == "2003-04-05T06:07:08"


async def test_a_broken_sidecar_says_nothing_until_it_is_mended(stack: Stack, settings: Settings) -> None:
    root = settings.photos[0]
    (root / "0.jpg.json").write_text(json.dumps(TAKEOUT))
    await stack.done("scan")
    (root / "0.jpg.json").write_text(json.dumps(TAKEOUT)[:-40])
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["metadata"]["people"] == []
    (root / "0.jpg.json").write_text(json.dumps(TAKEOUT))
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["metadata"]["people"] == ["Ann"]
    page = (await stack.client.get("/jobs", headers={"Accept": "text/html"})).text
    assert "0.jpg.json" not in page


async def test_a_photo_that_moves_away_from_its_sidecar_leaves_its_words_behind(
    stack: Stack, settings: Settings
) -> None:
    """With its sidecar it takes them along."""
    root = settings.photos[0]
    (root / "0.jpg.xmp").write_text(XMP.format(stars=1, word="Harbour"))
    await stack.done("scan")
    (root / "ships").mkdir()
    for name in ("0.jpg", "0.jpg.xmp"):
        (root / name).rename(root / "ships" / name)
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["metadata"]["keywords"] == ["Harbour"]
    (root / "ships/0.jpg").rename(root / "0.jpg")
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["metadata"]["keywords"] == []


async def test_a_name_put_right_puts_date_and_kind_right(stack: Stack, settings: Settings) -> None:
    """Names and folders are believed while they are on the disk."""
    root = settings.photos[0]
    (root / "1999 WhatsApp").mkdir()
    file = root / "1999 WhatsApp" / "IMG-20050607-WA0001.jpg"
    photos.write(file, 50)
    await stack.done("scan")
    before = await _photo(stack, file.name)
    assert before["taken_at"].startswith("2005-06-07")
    assert [category["name"] for category in before["categories"]] == ["From a messenger"]
    file.rename(root / "20150607_101112.jpg")
    await stack.done("scan")
    after = await _photo(stack, "20150607_101112.jpg")
    assert (after["id"], after["taken_at"], after["categories"]) == (before["id"], "2015-06-07T10:11:12", [])
    assert (await stack.get("/api/images?q=whatsapp"))["total"] == 0


async def test_a_file_that_came_and_went_and_came_is_known(stack: Stack, settings: Settings) -> None:
    """Moved away and copied back with its time kept: the second copy is listed, and read once."""
    root = settings.photos[0]
    await stack.done("scan")
    (root / "0.jpg").rename(root / "zero.jpg")
    await stack.done("scan")
    shutil.copy2(root / "zero.jpg", root / "0.jpg")
    await stack.done("scan")
    await stack.done("scan")
    assert finished(await stack.events(ScanFinished)).unchanged == 4
    assert len((await _photo(stack, "0.jpg"))["files"]) == 2


def rewrite(file: Path, content: bytes) -> None:
    """As `exiftool -P` and digiKam do: a new file takes the place of the old one and gets its time."""
    times = file.stat()
    new = file.with_name("new")
    new.write_bytes(content)
    os.utime(new, ns=(times.st_atime_ns, times.st_mtime_ns))
    new.replace(file)


def commented(picture: bytes, comment: bytes) -> bytes:
    """The JPEG with a comment of 40 bytes: two of them have the same size."""
    return picture[:2] + b"\xff\xfe\x00\x2a" + comment.ljust(40) + picture[2:]


async def test_an_edit_that_keeps_size_and_time_is_noticed(stack: Stack, settings: Settings) -> None:
    """In a photo, a sidecar, and a broken file that was restored; a second scan reads nothing."""
    root = settings.photos[0]
    photo, beside, broken = root / "0.jpg", root / "0.xmp", root / "broken.jpg"
    content = photo.read_bytes()
    photo.write_bytes(commented(content, b"Harbour"))
    beside.write_text(XMP.format(stars=1, word="Lake"))
    whole = commented(content, b"whole")
    broken.write_bytes(b"x" * len(whole))
    await stack.done("scan")
    before = await _photo(stack, "0.jpg")
    rewrite(photo, commented(content, b"Ferry"))
    rewrite(beside, XMP.format(stars=1, word="Wood").encode())
    rewrite(broken, whole)
    await stack.done("scan")
    after = await _photo(stack, "0.jpg")
    assert after["id"] != before["id"]
    assert after["metadata"]["keywords"] == ["Wood"]
    assert (await stack.get("/api/images"))["total"] == 4
    position = len(await stack.log())
    await stack.done("scan")
    types = [row.type for row in (await stack.log())[position:]]
    once = "inheritances_checked"  # in the first scan that finds a replacement in the read tables
    assert [one for one in types if one != once] == ["scan_library", "scan_started", "scan_finished"]


async def test_files_that_were_only_touched_are_not_decoded_again(stack: Stack, settings: Settings) -> None:
    """Other permissions: the file is hashed, its new change time recorded for the next scan, and nothing is new."""
    root = settings.photos[0]
    await stack.done("scan")
    for file in root.iterdir():
        file.chmod(0o600)
    await stack.done("scan")
    (checked,) = await stack.events(FilesChecked)
    assert isinstance(checked, FilesChecked)
    assert sorted(one.path for one in checked.files) == ["0.jpg", "1.jpg", "2.jpg"]
    last = finished(await stack.events(ScanFinished))
    assert (last.unchanged, last.added, len(await stack.events(FileAdded))) == (3, 0, 3)
    position = len(await stack.log())
    await stack.done("scan")
    assert len(await stack.log()) == position + 3


async def test_a_library_of_an_early_version_learns_change_times_without_reading(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log has none: the first scan takes them down, from then on edits that keep the time are noticed."""
    root = settings.photos[0]
    (root / "0.xmp").write_text(XMP.format(stars=1, word="Lake"))
    (root / "0.jpg").write_bytes(commented((root / "0.jpg").read_bytes(), b"Harbour"))
    with monkeypatch.context() as early:
        list_here(early)
        early.setattr(walk_module, "Found", lambda path, size, mtime_ns, _: Found(path, size, mtime_ns))
        await stack.done("scan")
    with monkeypatch.context() as closed:
        closed.setattr(WorkerPool, "read", None)
        closed.setattr(WorkerPool, "sidecar", None)
        await stack.done("scan")
    (checked,) = await stack.events(FilesChecked)
    assert isinstance(checked, FilesChecked)
    assert ([one.path for one in checked.files], [one.path for one in checked.sidecars]) == (
        ["0.jpg", "1.jpg", "2.jpg"],
        ["0.xmp"],
    )
    before = await _photo(stack, "0.jpg")
    rewrite(root / "0.xmp", XMP.format(stars=1, word="Wood").encode())
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["metadata"]["keywords"] == ["Wood"]
    rewrite(root / "0.jpg", (root / "0.jpg").read_bytes().replace(b"Harbour", b"Seaside"))
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["id"] != before["id"]


async def test_a_scan_can_read_everything_again(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged photos, sidecars and names too; only what they say differently is appended, and the facts replace the
    earlier ones. Here the first scan is one of a version that read less."""
    root = settings.photos[0]
    (root / "0.xmp").write_text(XMP.format(stars=1, word="Lake"))
    photos.write(root / "20150607_101112.jpg", 50)
    read, sidecar = WorkerPool.read, WorkerPool.sidecar

    async def worse(pool: WorkerPool, root: Path, path: str) -> Photo | Rejected:
        photo = await read(pool, root, path)
        assert isinstance(photo, Photo)
        facts, place = photo.facts, photo.place_at
        if path == "1.jpg":
            facts = msgspec.structs.replace(facts, camera_model="None")
        return msgspec.structs.replace(photo, facts=facts, place_at=place and "2001-01-01T00:00:00")

    async def deaf(pool: WorkerPool, root: Path, path: str) -> Said | Rejected:
        said = await sidecar(pool, root, path)
        assert isinstance(said, Said)
        return msgspec.structs.replace(said, keywords=[])

    with monkeypatch.context() as early:
        early.setattr(WorkerPool, "read", worse)
        early.setattr(WorkerPool, "sidecar", deaf)
        await stack.done("scan")
    await stack.done("scan")
    assert (await _photo(stack, "0.jpg"))["metadata"]["keywords"] == []
    assert (await _photo(stack, "20150607_101112.jpg"))["taken_at"] == "2001-01-01T00:00:00"
    await stack.done("scan", {"again": True})
    assert (await _photo(stack, "0.jpg"))["metadata"]["keywords"] == ["Lake"]
    assert (await _photo(stack, "20150607_101112.jpg"))["taken_at"] == "2015-06-07T10:11:12"
    imported = [event for event in await stack.events(ImageImported) if isinstance(event, ImageImported)]
    assert [event.again for event in imported] == [False] * 4 + [True]
    assert imported[-1].camera_model != "None"
    await stack.done("scan", {"again": True})
    assert (len(await stack.events(ImageImported)), len(await stack.events(SidecarRead))) == (5, 2)
    last = finished(await stack.events(ScanFinished))
    assert (last.found, last.unchanged, last.added, last.missing) == (4, 4, 0, 0)


async def test_words_inside_a_picture_are_shown_and_found(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of photos that a version without them imported: after a scan that reads everything again."""
    words = XMP.format(stars=5, word="Heron").encode()
    photos.write(settings.photos[0] / "4.jpg", 51, xmp=words)
    read = WorkerPool.read

    async def worse(pool: WorkerPool, root: Path, path: str) -> Photo | Rejected:
        photo = await read(pool, root, path)
        assert isinstance(photo, Photo)
        facts = msgspec.structs.replace(photo.facts, keywords=[], stars=None)
        return msgspec.structs.replace(photo, facts=facts)

    with monkeypatch.context() as early:
        early.setattr(WorkerPool, "read", worse)
        await stack.done("scan")
    assert (await _photo(stack, "4.jpg"))["metadata"]["keywords"] == []
    await stack.done("scan", {"again": True})
    metadata = (await _photo(stack, "4.jpg"))["metadata"]
    assert (metadata["keywords"], metadata["favorite"]) == (["Heron"], True)
    for search in ("heron", "keyword:heron", "has:keywords", "is:favorite"):
        assert (await stack.get(f"/api/images?q={search}"))["total"] == 1
    (settings.photos[0] / "4.xmp").write_text(XMP.format(stars=2, word="Egret"))
    await stack.done("scan")
    metadata = (await _photo(stack, "4.jpg"))["metadata"]
    assert (metadata["keywords"], metadata["favorite"]) == (["Egret"], False)


BESIDE = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<lr:hierarchicalSubject><rdf:Bag><rdf:li>Tiere|Vögel|Reiher</rdf:li></rdf:Bag></lr:hierarchicalSubject>
<Iptc4xmpExt:PersonInImage><rdf:Bag><rdf:li>Jörn Muster</rdf:li></rdf:Bag></Iptc4xmpExt:PersonInImage>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


async def test_people_and_keywords_in_hierarchies_beside_a_picture(stack: Stack, settings: Settings) -> None:
    """A keyword is found by what it stands below, which is no keyword of the photo."""
    (settings.photos[0] / "0.xmp").write_text(BESIDE, encoding="utf-8")
    await stack.done("scan")
    metadata = (await _photo(stack, "0.jpg"))["metadata"]
    assert (metadata["keywords"], metadata["people"]) == (["Reiher"], ["Jörn Muster"])
    for search in ("reiher", "vögel", "keyword:tiere", "jörn", "person:muster", "has:people"):
        assert (await stack.get(f"/api/images?q={search}"))["total"] == 1
    assert (await stack.get("/api/images?q=keyword:fische"))["total"] == 0
