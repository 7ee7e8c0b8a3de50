"""Whatever a folder contains, a real scan ends: each bad file is survived or rejected with a reason, and the photos
beside it are shown."""

import asyncio
import json
import os
import shutil
import socket
import struct
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from services.domain.files.events import FileAdded, FileReplaced, ImageImported, ScanFinished, SidecarRead
from services.domain.files.rejections import FileRejected
from services.gateway.i18n.wording import path_name
from services.gateway.listing.lister import Lister
from services.gateway.listing.messages import Listed
from services.kernel.settings import Settings
from tests.support import broken, names, photos
from tests.support.shared import shared_folders
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.workers

GOOD = {"0.jpg", "1.jpg", "2.jpg"}
HTML = {"Accept": "text/html"}


async def told(stack: Stack) -> tuple[set[str], dict[str, str]]:
    """Scan; returns (paths of new photos, path -> reason for rejection)."""
    await stack.done("scan")
    added = {event.path for event in await stack.events(FileAdded) if isinstance(event, FileAdded)}
    rejected = [event for event in await stack.events(FileRejected) if isinstance(event, FileRejected)]
    assert len({event.path for event in rejected}) == len(rejected)
    return added, {event.path: event.reason for event in rejected}


@pytest.fixture
def root(settings: Settings) -> Path:
    return settings.photos[0]


async def test_what_is_no_file_is_passed_over(stack: Stack, root: Path) -> None:
    """Pipes would block, devices never end, link loops be walked for ever."""
    for name in ("pipe.jpg", "pipe", "0.jpg.json", "pipe.mp4", ".albumenignore"):
        os.mkfifo(root / name)
    for name in ("zero.jpg", "zero"):
        try:
            os.mknod(root / name, 0o600 | 0o020000, os.makedev(1, 5))
        except PermissionError:  # only root can make devices, but the link leads to one too
            (root / name).symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        try:
            os.chdir(root)  # a socket's path is limited to 108 bytes
            listening.bind("socket.jpg")
        finally:
            os.chdir(here)
    (root / "loop").symlink_to(root)
    (root / "self").symlink_to(root / "self")
    (root / "folder.jpg").mkdir()
    (root / "nothing.jpg").symlink_to("gone")
    assert await told(stack) == (GOOD, {})


async def test_what_is_too_large_is_not_read(stack: Stack, root: Path) -> None:
    for name in ("huge.jpg", "huge.mp4", "huge.psd", "huge", "huge.dng"):
        sparse(root / name, 4 << 30)
    sparse(root / "0.jpg.json", 200 << 20)
    sparse(root / "1.jpg.xmp", 200 << 20)
    sparse(root / "metadata.json", 200 << 20)
    (root / "2.jpg.json").write_text('{"a":' * 100_000)
    added, reasons = await told(stack)
    assert added == GOOD
    assert "film is damaged" in reasons.pop("huge.mp4")
    assert reasons == dict.fromkeys(
        ("huge.jpg", "huge.psd", "huge.dng"), "The file is larger than 500 MB."
    ) | dict.fromkeys(("0.jpg.json", "1.jpg.xmp", "metadata.json"), "The file is larger than 4 MB.") | {
        "2.jpg.json": "This JSON file is nested too deeply to be read."
    }


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


ODD = [
    b"line\nbreak.jpg",
    b"tab\tand\rreturn.jpg",
    b"caf\xe9.jpg",
    b"\xff\xfe\xfd.jpg",
    b"bell\x07\x1b[31m.jpg",
    b"nobreak",
    b"in\nside/caf\xe9/x.jpg",
]


async def test_any_name_is_shown_as_text_and_served_by_id(stack: Stack, root: Path) -> None:
    """A line break, invalid UTF-8, control characters: in files, folders and sidecars."""
    wanted = {oddly(root, name, 100 + number) for number, name in enumerate(ODD)}
    await stack.done("scan")
    items = (await stack.get("/api/images"))["items"]
    assert len(items) == len(ODD) + len(GOOD)
    for item in items:
        page = await stack.client.get(f"/images/{item['id']}", headers=HTML)
        assert page.status_code == 200
        assert f"{escape(path_name(item['files'][0]))!s}</code>" in page.text
        original = await stack.client.get(item["original_url"])
        assert original.status_code == 200
        wanted.discard(original.content)
    assert wanted == set()
    assert len(await stack.events(SidecarRead)) == len(ODD)
    jobs = await stack.client.get("/jobs", headers=HTML)
    assert jobs.status_code == 200
    assert jobs.text.count("This is not a picture") >= 1
    for name in (
        r"line\nbreak.jpg",
        r"tab\tand\rreturn.jpg",
        r"caf\xe9.jpg",
        r"\xff\xfe\xfd.jpg",
        r"bell\x07\x1b[31m.jpg",
    ):
        assert f"{name}.png</code>" in jobs.text


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("a\u202egpj.exe", r"a\u202egpj.exe"),
        ("a\u2028b\x7f\x85", r"a\u2028b\x7f\x85"),
        ("\uf7e9\uf780", r"\xe9\x80"),
        ("👨‍👩‍👧 日本語 été.jpg", "👨‍👩‍👧 日本語 été.jpg"),
    ],
)
def test_what_can_t_be_seen_in_a_name_is_written_out(path: str, shown: str) -> None:
    """Emoji are joined by invisible characters too: those stay."""
    assert path_name(path) == shown


def oddly(root: Path, name: bytes, seed: int) -> bytes:
    """A photo with a sidecar, and a bad file, with this name; returns the photo's bytes."""
    path = Path(os.fsdecode(os.fsencode(root) + b"/" + name))
    content = photos.write(path, seed).read_bytes()
    Path(f"{path}.json").write_text(json.dumps({"title": "x", "photoTakenTime": {"timestamp": "1500000000"}}))
    Path(f"{path}.png").write_bytes(b"no picture")
    return content


@pytest.fixture
def unprivileged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that respect file permissions, even if the tests run as root."""
    if os.geteuid() != 0:
        return
    setpriv = shutil.which("setpriv")
    if not setpriv:
        pytest.skip("root reads every file, and there is no setpriv to give that up")
    program = tmp_path / "python"
    drop = "--bounding-set=-dac_override,-dac_read_search"
    program.write_text(f'#!/bin/sh\nexec {setpriv} {drop} -- {sys.executable} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.usefixtures("unprivileged")
async def test_what_may_not_be_read_is_told_until_it_may(stack: Stack, root: Path) -> None:
    for name in ("closed.jpg", "closed.mp4"):
        photos.write(root / name, 50).chmod(0)
    photos.write(root / "known", 51)
    (root / "1.jpg.json").write_text("{}")
    (root / "1.jpg.json").chmod(0)
    added, reasons = await told(stack)
    assert added == GOOD | {"known"}
    denied = "The file can't be read: Permission denied."
    assert reasons == dict.fromkeys(("closed.jpg", "closed.mp4", "1.jpg.json"), denied)
    (root / "closed.jpg").chmod(0o600)
    os.utime(root / "closed.jpg")
    assert "closed.jpg" in (await told(stack))[0]


def meanwhile(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Run `change` once, after a folder was listed and before any of its files is opened."""
    changes, listed = [change], Lister.items

    async def changing(*arguments: Any) -> AsyncGenerator[Listed, None]:
        async for item in listed(*arguments):
            while changes:
                changes.pop()()
            yield item

    monkeypatch.setattr(Lister, "items", changing)


async def test_a_file_that_vanishes_meanwhile_is_nobodys_fault(
    stack: Stack, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos.write(root / "gone.jpg", 50)
    photos.write(root / "stays", 51)
    (root / "stays.json").write_text("{}")

    def vanish() -> None:
        (root / "gone.jpg").unlink()
        (root / "stays.json").unlink()

    meanwhile(monkeypatch, vanish)
    assert await told(stack) == (GOOD | {"stays"}, {})
    last = (await stack.events(ScanFinished))[-1]
    assert isinstance(last, ScanFinished)
    assert (last.found, last.added, last.rejected) == (4, 4, 0)


async def test_a_file_that_becomes_something_else_meanwhile_is_not_followed(
    stack: Stack, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = photos.write(tmp_path / "secret.jpg", 60)
    for name in ("link.jpg", "pipe.jpg", "folder.jpg"):
        photos.write(root / name, 61)

    def exchange() -> None:
        for name in ("link.jpg", "pipe.jpg", "folder.jpg"):
            (root / name).unlink()
        (root / "link.jpg").symlink_to(secret)
        os.mkfifo(root / "pipe.jpg")
        (root / "folder.jpg").mkdir()

    meanwhile(monkeypatch, exchange)
    assert await told(stack) == (GOOD, {})


async def test_a_file_that_is_still_written_is_whole_after_the_next_scan(
    stack: Stack, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a photo first, shown as far as it goes, then all of it; and one replaced by another between listing and
    reading."""
    content = photos.encoded(photos.picture(70, (640, 480)))
    (root / "half.jpg").write_bytes(content[:3000])
    photos.write(root / "other.jpg", 71)
    meanwhile(monkeypatch, lambda: photos.write(root / "other.jpg", 72, size=(640, 480)))
    added, reasons = await told(stack)
    assert (added, reasons) == (GOOD | {"half.jpg", "other.jpg"}, {})
    (half,) = (await stack.get("/api/images?q=is:damaged"))["items"]
    assert half["files"] == [str(root / "half.jpg")]
    assert "the end is missing" in (await stack.client.get(f"/images/{half['id']}", headers=HTML)).text
    (root / "half.jpg").write_bytes(content)
    assert (await told(stack))[0] == GOOD | {"half.jpg", "other.jpg"}
    replaced = [event for event in await stack.events(FileReplaced) if isinstance(event, FileReplaced)]
    sizes = {name: (root / name).stat().st_size for name in ("half.jpg", "other.jpg")}
    assert {event.path: event.size for event in replaced} == sizes
    assert (await stack.get("/api/images?q=is:damaged"))["items"] == []
    items = (await stack.get("/api/images"))["items"]
    assert sorted(item["width"] for item in items) == [320, 320, 320, 640, 640]


async def test_an_original_is_sent_only_while_it_is_a_file_of_its_folder(
    stack: Stack, root: Path, tmp_path: Path
) -> None:
    """A pipe in its place would block a thread for ever; a link would expose files outside the library."""
    await stack.done("scan")
    urls = {Path(i["files"][0]).name: i["original_url"] for i in (await stack.get("/api/images"))["items"]}
    (tmp_path / "secret.jpg").write_bytes((root / "0.jpg").read_bytes())
    for name in ("0.jpg", "1.jpg"):
        (root / name).unlink()
    (root / "0.jpg").symlink_to(tmp_path / "secret.jpg")
    os.mkfifo(root / "1.jpg")
    async with asyncio.timeout(PATIENCE_S):
        codes = {name: (await stack.client.get(url)).status_code for name, url in urls.items()}
    assert codes == {"0.jpg": 404, "1.jpg": 404, "2.jpg": 200}


def tiff(entries: list[bytes], gps: list[bytes], tail: bytes = b"") -> bytes:
    """Hand-made EXIF: a first directory with a pointer to a GPS directory after it, then `tail`."""
    pointer = struct.pack(">HHII", 0x8825, 4, 1, 8 + 2 + 12 * (len(entries) + 1) + 4)
    first = struct.pack(">H", len(entries) + 1) + b"".join(entries) + pointer + bytes(4)
    second = struct.pack(">H", len(gps)) + b"".join(gps) + bytes(4)
    return b"MM\0*\0\0\0\x08" + first + second + tail


RATIONAL, SRATIONAL = 5, 10
PLACES = {
    "negative degrees": (SRATIONAL, [(48, -1), (30, 1), (0, 1)]),
    "negative minutes": (SRATIONAL, [(48, 1), (30, -1), (0, 1)]),
    "both negative": (SRATIONAL, [(-48, -1), (-30, -1), (0, -1)]),
    "negative read as positive": (RATIONAL, [(48, 0xFFFFFFFF), (30, 0xFFFFFFFF), (0, 0xFFFFFFFF)]),
    "nothing": (RATIONAL, [(48, 0), (30, 0), (0, 0)]),
    "beyond the pole": (RATIONAL, [(0xFFFFFFFF, 1), (0, 1), (0, 1)]),
}


def gps_exif(kind: int, parts: list[tuple[int, int]]) -> bytes:
    count, at = 4, 8 + 2 + 12 + 4 + 2 + 12 * 4 + 4
    code = ">iI" if kind == SRATIONAL else ">II"
    values = b"".join(
        struct.pack(">ii" if kind == SRATIONAL else code, numerator, denominator)
        for numerator, denominator in parts
    )
    east = struct.pack(">6I", 11, 1, 30, 1, 0, 1)
    tags = [
        struct.pack(">HHI4s", 1, 2, 2, b"N\0\0\0"),
        struct.pack(">HHII", 2, kind, 3, at),
        struct.pack(">HHI4s", 3, 2, 2, b"E\0\0\0"),
        struct.pack(">HHII", 4, RATIONAL, 3, at + len(values)),
    ]
    assert len(tags) == count
    return b"Exif\0\0" + tiff([], tags, values + east)


async def test_a_place_without_sense_is_no_place(stack: Stack, root: Path) -> None:
    """Negative and zero denominators, which no degree has; the photo is shown anyway."""
    for number, (name, (kind, parts)) in enumerate(PLACES.items()):
        photos.write(root / f"{name}.jpg", 80 + number, exif=gps_exif(kind, parts))
    photos.write(root / "good.jpg", 90, exif=gps_exif(RATIONAL, [(48, 1), (30, 1), (0, 1)]))
    added, reasons = await told(stack)
    assert added == GOOD | {"good.jpg"} | {f"{name}.jpg" for name in PLACES}
    assert reasons == {}
    found = {}
    for item in (await stack.get("/api/images"))["items"]:
        metadata = (await stack.get(f"/api/images/{item['id']}"))["metadata"]
        found[Path(item["files"][0]).stem] = (metadata["latitude"], metadata["longitude"])
    nowhere = (None, None)
    assert found.pop("good") == found.pop("both negative") == (48.5, 11.5)
    assert set(found.values()) == {nowhere}


async def test_photos_without_a_suffix_are_photos(stack: Stack, root: Path) -> None:
    """Shown, recognised, moved, described by sidecars; an overwritten one is reported; notes never are."""
    photos.write(root / "holiday", 50)
    (root / "holiday.json").write_text(json.dumps({"title": "holiday", "description": "At the lake"}))
    (root / "notes").write_text("milk, bread")
    added, reasons = await told(stack)
    assert (added, reasons) == (GOOD | {"holiday"}, {})
    (item,) = [i for i in (await stack.get("/api/images"))["items"] if i["files"][0].endswith("holiday")]
    assert (await stack.get(f"/api/images/{item['id']}"))["metadata"]["description"] == "At the lake"
    for url in (item["preview_url"], item["original_url"], f"/images/{item['id']}/large"):
        assert (await stack.client.get(url)).headers["Content-Type"] == "image/jpeg"
    before = len(await stack.log())
    await stack.done("scan")
    assert len(await stack.log()) == before + 3  # the command, the start and the end
    (root / "holiday").write_text("overwritten")
    assert (await told(stack))[1] == {"holiday": "This is not a picture, whatever its name says."}


async def test_what_can_t_be_shown_yet_is_listed_and_companions_are_not(stack: Stack, root: Path) -> None:
    """Apple's edit lists are ignored silently, like sidecars; documents and program icons are no photos."""
    (root / "new.jxr").write_bytes(b"II\xbc\x01" + bytes(40))
    (root / "drawing.SVG").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (root / "layers.xcf").write_bytes(b"gimp xcf v011" + bytes(40))
    (root / "0.AAE").write_text("<?xml version='1.0'?><plist/>")
    (root / "0.xmp").write_text(XMP)
    (root / "letter.pdf").write_bytes(b"%PDF-1.4")
    (root / "favicon.ico").write_bytes(b"\0\0\1\0")
    added, reasons = await told(stack)
    assert added == GOOD
    assert reasons == {
        "new.jxr": "Albumen can't show JPEG XR pictures yet.",
        "drawing.SVG": "Albumen can't show drawings (SVG) yet.",
        "layers.xcf": "Albumen can't show GIMP files yet.",
    }
    page = (await stack.client.get("/jobs", headers=HTML)).text
    assert "new.jxr" in page
    assert ".AAE" not in page


XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description/></rdf:RDF></x:xmpmeta>"""


async def test_a_hundred_thousand_other_files_in_a_folder(stack: Stack, root: Path) -> None:
    """For example a browser's cache; hard links take no space. Nothing is reported, at the first scan or the next."""
    for part in range(4):
        (root / f"{part}").write_text("cached")
        for number in range(24_999):
            os.link(root / f"{part}", root / f"{part}-{number}")
    assert await told(stack) == (GOOD, {})
    before = len(await stack.log())
    await stack.done("scan")
    assert len(await stack.log()) == before + 3


REASONS = {
    **dict.fromkeys(("bomb-50000x50000.png", "bomb.bmp", "decompression_bomb.gif"), "more than can be real"),
    **dict.fromkeys(("65536-uint32-limit.png", "huge-dimensions.jpg"), "more than can be real"),
    **dict.fromkeys(("broken_image.JPG", "zeros.heic"), "nothing but zeros"),
    **dict.fromkeys(("error-page.jpg", "text.jpg"), "not a picture"),
    **dict.fromkeys(("138d3b9e0d9fbf641b8135981e597c3a.jpg",), "not a picture"),
    **dict.fromkeys(("21ad703b38e2c350215bb92a849486f3.jpg",), "not a picture"),
    "empty.jpg": "empty",
    **dict.fromkeys(
        (
            *("0b7d50ac449fd59eb3de00647636d0c9.png", "2183d39878e734cf79b62428b02fafb5.jpg"),
            *("28968137f4fc75fbf56f16d7a7a8551a.jpg", "4aae896ba900c48c63cffc0cc9f8c4dc.png"),
            *("71dd006377602359ebd2cbe7b9eaab09.png", "7ce702ec69b7af26b3218d1278520bce.png"),
            *("17000x17000.avif", "bomb-header.png", "broken.png"),
            *("corrupt-header.jpg", "corrupted.heic", "header-only.jpg"),
            "crash-0e16d3bfb83be87356d026d66919deaefca44dac.tif",
            "crash-63b1dffefc8c075ddc606c0a2f5fdc15ece78863.tif",
            "oom-225817ca0f8c663be7ab4b9e717b02c661e66834.tif",
        ),
        "damaged",
    ),
}
"""From `shared/photos/broken`: all others are shown, as its README expects."""
QUIET = {"README.md", "decompression_bomb.ico", "folder.jpg", ".hidden.jpg"}


async def scanned(settings: Settings, folder: Path) -> tuple[set[str], dict[str, str]]:
    async with running_stack(with_photos(settings, folder)) as stack:
        return await told(stack)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def made_broken(folder: Path) -> tuple[Path, dict[str, str]]:
    return folder, broken.write(folder)


BROKEN = [made_broken, *(lambda _, place=place: (place, REASONS) for place in shared_folders("broken"))]


@pytest.mark.parametrize("source", BROKEN, ids=["made", "real"][: len(BROKEN)])
async def test_every_broken_file_is_shown_or_told_why_not(
    settings: Settings, tmp_path: Path, source: Callable[[Path], tuple[Path, dict[str, str]]]
) -> None:
    folder, expected = source(tmp_path / "broken")
    added, reasons = await scanned(settings, folder)
    assert reasons.keys() == expected.keys()
    assert {name: reasons[name] for name, part in expected.items() if part not in reasons[name]} == {}
    paths = {name for name in files(folder) if name.partition("/")[0] not in QUIET}
    assert added == paths - expected.keys()


@pytest.mark.parametrize(
    "folder", [None, *shared_folders("names")], ids=lambda folder: (folder and "real") or "made"
)
async def test_every_name_is_shown_and_its_photo_served(
    settings: Settings, tmp_path: Path, folder: Path | None
) -> None:
    folder = folder or names.write(tmp_path / "names")
    async with running_stack(with_photos(settings, folder)) as stack:
        added, reasons = await told(stack)
        assert (added, reasons) == (files(folder) - QUIET, {})
        assert len(await stack.events(ImageImported)) == len(added)
        for item in (await stack.get("/api/images"))["items"]:
            original = await stack.client.get(item["original_url"])
            assert original.content == content(item["files"][0])
            page = (await stack.client.get(f"/images/{item['id']}", headers=HTML)).text
            assert str(escape(item["files"][0])) in page
            assert "<img src=x" not in page


def content(path: str) -> bytes:
    return Path(path).read_bytes()
