"""A scan that is shared with a scanner is the same scan."""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.domain.files.events import FileAdded, ImageImported, ScanFinished
from services.domain.files.rejections import FileRejected
from services.gateway.scanners import scanner
from services.gateway.scanners.mounts import Mounts
from services.gateway.scanners.sharing import IN_VAIN
from services.kernel import previews
from services.kernel.settings import Settings
from tests.gateway.scanners.conftest import COUNT, scanning
from tests.support import films, photos
from tests.support.archives import zipped
from tests.support.stack import Stack, stack

XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta>"""


def some_of_each(folder: Path) -> None:
    """Everything that a scan may come across, among the photos."""
    photos.write(folder / "copy/0.jpg", 0)
    photos.write(folder / "upright.jpg", 50, exif=photos.exif("2020:01:02 03:04:05", Orientation=6))
    (folder / "drawing.png").write_bytes(photos.encoded(photos.picture(51), "PNG"))
    (folder / "film.mp4").write_bytes(films.film("mp4", "mpeg4"))
    (folder / "broken.jpg").write_bytes(b"broken")
    (folder / "empty.jpg").touch()
    (folder / "1.jpg.xmp").write_text(XMP)
    zipped(folder / "more.zip", {"in/archive.jpg": photos.encoded(photos.picture(52))})
    zone = 1_580_000_000
    for number, path in enumerate(sorted(folder.rglob("*.*"))):
        os.utime(path, (zone, zone + number))


async def facts(album: Stack) -> list[tuple[str, str]]:
    """What the log says, whatever the jobs' ids and the order."""
    return sorted(
        (row.type, row.data if isinstance(row.data, str) else json.dumps(row.data))
        for row in await album.log()
        if row.kind == "E"
    )


async def test_the_log_is_the_same_as_of_a_scan_without(
    album: Stack, elsewhere: Settings, settings: Settings, tmp_path: Path
) -> None:
    """Photos, films, copies, broken files, sidecars and archives: each event, the ids of those that are derived from
    the content, and every preview."""
    some_of_each(settings.photos[0])
    alone = msgspec.structs.replace(settings, data=tmp_path / "alone", previews=tmp_path / "alone/previews")
    async with stack(alone) as other:
        await other.done("scan")
        expected = await facts(other)
        ids = {row.event_id for row in await other.log() if row.type == ImageImported.TYPE}
    async with scanning(album.broker, elsewhere, Mounts(settings.photos, {})):
        await album.done("scan")
    assert await facts(album) == expected
    assert {row.event_id for row in await album.log() if row.type == ImageImported.TYPE} == ids
    assert album.gateway.scanners.photos > 3
    images = {event.image_id for event in await album.events(ImageImported)}
    assert all(previews.load(settings.previews, image) for image in images)


async def test_without_a_scanner_nothing_is_sent(album: Stack) -> None:
    await album.done("scan")
    assert album.gateway.scanners.photos == 0
    assert len(await album.events(FileAdded)) == COUNT


async def test_photos_that_are_mounted_elsewhere(album: Stack, elsewhere: Settings, tmp_path: Path) -> None:
    """The log names the places as the gateway knows them."""
    mount = tmp_path / "mnt"
    mount.symlink_to(tmp_path / "photos")
    async with scanning(album.broker, elsewhere, Mounts((), {tmp_path / "photos": mount})):
        await album.done("scan")
    assert album.gateway.scanners.photos > 0
    assert {event.root for event in await album.events(FileAdded)} == {str(tmp_path / "photos")}


async def test_a_scanner_without_the_mount_makes_no_facts(
    album: Stack, elsewhere: Settings, settings: Settings, tmp_path: Path
) -> None:
    """An empty mount point: it says so of some files, and is asked no more; nothing is missing, moved or rejected."""
    (tmp_path / "empty").mkdir()
    folders = Mounts((), {settings.photos[0]: tmp_path / "empty"})
    async with scanning(album.broker, elsewhere, folders):
        await album.done("scan")
    assert album.gateway.scanners.photos == 0
    assert len(await album.events(FileAdded)) == COUNT
    assert (await album.events(ScanFinished))[-1].rejected == 0


@pytest.mark.parametrize("change", ["content", "time"])
async def test_a_scanner_that_sees_other_files_makes_no_facts(
    album: Stack, elsewhere: Settings, settings: Settings, tmp_path: Path, change: str
) -> None:
    """An older copy of the folder, for instance."""
    for number in range(COUNT):
        other, path = settings.photos[0] / f"{number}.jpg", tmp_path / f"other/{number}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(other.read_bytes() + (b"more" if change == "content" else b""))
        seen = other.stat()
        later = 10_000_000 if change == "time" else 0
        os.utime(path, ns=(seen.st_mtime_ns, seen.st_mtime_ns + later))
    async with scanning(album.broker, elsewhere, Mounts((), {settings.photos[0]: tmp_path / "other"})):
        await album.done("scan")
    assert album.gateway.scanners.photos == 0
    assert len(await album.events(FileAdded)) == COUNT


async def test_a_folder_that_scanners_do_not_have_is_soon_left_alone(
    album: Stack, elsewhere: Settings, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    outcome = scanner.Scanner._outcome

    async def counted(self: scanner.Scanner, job: Any, *rest: Any) -> object:
        asked.append(job)
        return await outcome(self, job, *rest)

    monkeypatch.setattr(scanner.Scanner, "_outcome", counted)
    (tmp_path / "other").mkdir()
    async with scanning(album.broker, elsewhere, Mounts((tmp_path / "other",), {})):
        await album.done("scan")
    assert IN_VAIN <= len(asked) < COUNT - 1
    assert len(await album.events(FileAdded)) == COUNT


async def test_what_a_scanner_can_not_read_the_gateway_tries_itself(
    album: Stack, elsewhere: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How much memory and time there is for a photo is a matter of the gateway's computer."""
    monkeypatch.setattr(scanner, "is_believable", lambda photo, size: False)
    (settings.photos[0] / "broken.jpg").write_bytes(b"broken")
    async with scanning(album.broker, elsewhere, Mounts(settings.photos, {})):
        await album.done("scan")
    assert album.gateway.scanners.photos == 0
    assert len(await album.events(FileAdded)) == COUNT
    assert [event.path for event in await album.events(FileRejected)] == ["broken.jpg"]


async def test_a_scanner_that_shares_the_folder_of_previews_needs_no_gateway(
    album: Stack, elsewhere: Settings, settings: Settings
) -> None:
    near = msgspec.structs.replace(elsewhere, gateway=None, previews=settings.previews)
    async with scanning(album.broker, near, Mounts(settings.photos, {})):
        await album.done("scan")
    assert album.gateway.scanners.photos > 0


async def test_a_scanner_whose_previews_nobody_gets_makes_no_facts(
    album: Stack, elsewhere: Settings, settings: Settings
) -> None:
    """`ALBUMEN_GATEWAY` was forgotten, and the folder of previews is its own."""
    alone = msgspec.structs.replace(elsewhere, gateway=None)
    async with scanning(album.broker, alone, Mounts(settings.photos, {})):
        await album.done("scan")
    assert album.gateway.scanners.photos == 0
    assert len(await album.events(FileAdded)) == COUNT


async def test_photos_are_read_in_the_gateways_time_zone(
    album: Stack, elsewhere: Settings, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setattr("services.gateway.scanners.sharing.local_zone", lambda: iter(["Europe/Vienna"]))
    async with scanning(album.broker, elsewhere, Mounts(settings.photos, {})):
        await album.done("scan")
    assert os.environ["TZ"] == "Europe/Vienna"
    assert len(await album.events(FileAdded)) == COUNT
