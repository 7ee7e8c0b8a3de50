"""Archives in a photo folder, or given as one: their photos are seen, served, missed and found again where they lie."""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from services.domain.files.events import (
    FileMissing,
    FileMoved,
    ScanFinished,
    SidecarGone,
    SourceUnavailable,
)
from services.domain.files.rejections import FileRejected
from services.gateway.archives import opening
from services.gateway.i18n.wording import path_name
from services.gateway.queries import problems
from services.kernel.settings import Settings
from tests.support import archives, photos
from tests.support.stack import Stack, with_photos
from tests.support.stack import stack as running_stack

pytestmark = pytest.mark.workers

FORMATS = ("photos.zip", "photos.tar", "photos.tgz", "photos.tar.gz")


def jpeg(number: int) -> bytes:
    return photos.encoded(photos.picture(number), exif=photos.exif(f"2020:01:{number + 1:02} 10:00:00"))


def some(count: int, folder: str = "Rome") -> dict[str, bytes]:
    return {f"{folder}/{number}.jpg": jpeg(number) for number in range(count)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    return tmp_path / "photos"


@pytest.fixture
def settings(tmp_path: Path, root: Path) -> Settings:
    return Settings(data=tmp_path / "data", previews=tmp_path / "previews", photos=(root,), workers=1)


async def files(stack: Stack) -> dict[str, str]:
    """Path of each copy that is shown -> image id."""
    items = (await stack.get("/api/images?limit=500"))["items"]
    return {file: item["id"] for item in items for file in item["files"]}


async def scanned(stack: Stack) -> ScanFinished:
    await stack.done("scan")
    return (await stack.events(ScanFinished))[-1]


async def rejections(stack: Stack) -> dict[str, str]:
    return {event.path: event.reason for event in await stack.events(FileRejected)}


@pytest.mark.parametrize("name", FORMATS)
async def test_members_are_photos_with_a_place(settings: Settings, root: Path, name: str) -> None:
    """Shown with their own dates, previewed, served whole and in parts, and put into a zip."""
    members = some(3)
    archives.packed(root / name, members)
    async with running_stack(settings) as stack:
        counts = await scanned(stack)
        assert counts.added == 3
        places = await files(stack)
        assert set(places) == {str(root / name / member) for member in members}
        for member, content in members.items():
            image = places[str(root / name / member)]
            details = await stack.get(f"/api/images/{image}")
            assert details["taken_at"][:10] == f"2020-01-{int(member[5]) + 1:02}"
            await serves(stack, image, content)
        page = (await stack.browser().get(f"/images/{image}")).text
        assert f"{root / name} › Rome/2.jpg" in page
        answer = await stack.client.post("/download", json={"images": list(places.values())})
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            assert sorted(map(archive.read, archive.namelist())) == sorted(members.values())


async def serves(stack: Stack, image: str, content: bytes) -> None:
    for size in ("preview", "large"):
        rendition = await stack.client.get(f"/images/{image}/{size}")
        assert Image.open(io.BytesIO(rendition.content)).size == (320, 240)
    whole = await stack.client.get(f"/images/{image}/original")
    assert whole.content == content
    part = await stack.client.get(f"/images/{image}/original", headers={"Range": "bytes=1000-1099"})
    assert (part.status_code, part.content) == (206, content[1000:1100])


@pytest.mark.parametrize("name", FORMATS)
async def test_what_is_unchanged_is_not_read_again(
    settings: Settings, root: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither while Albumen runs nor after a restart."""
    archives.packed(root / name, some(3))
    async with running_stack(settings) as stack:
        await stack.done("scan")
    shelf = settings.previews / "archives"
    (kept,) = shelf.iterdir()
    before = kept.stat().st_ino
    async with running_stack(settings) as stack:
        log = len(await stack.log())
        counts = await scanned(stack)
        assert (counts.added, counts.unchanged) == (0, 3)
        kinds = [row.type for row in (await stack.log())[log:] if row.kind == "E"]
        assert kinds == ["scan_started", "scan_finished"]
    assert kept.stat().st_ino == before


async def test_a_sidecar_in_the_archive_speaks_for_its_picture(settings: Settings, root: Path) -> None:
    text = json.dumps(
        {"title": "0.jpg", "description": "At the fountain", "photoTakenTime": {"timestamp": "1"}}
    )
    archives.packed(root / "takeout-001.zip", some(1) | {"Rome/0.jpg.json": text.encode()})
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (image,) = (await files(stack)).values()
        details = await stack.get(f"/api/images/{image}")
        assert details["metadata"]["description"] == "At the fountain"


async def test_an_archive_can_be_given_instead_of_a_folder(settings: Settings, root: Path) -> None:
    archive = archives.packed(root / "iCloud Photos.zip", some(3))
    async with running_stack(with_photos(settings, archive)) as stack:
        await stack.done("scan")
        assert set(await files(stack)) == {f"{archive}/Rome/{number}.jpg" for number in range(3)}
        assert await stack.events(SourceUnavailable) == []
        archive.unlink()
        await stack.done("scan")
        (away,) = await stack.events(SourceUnavailable)
        assert (away.missing, await stack.events(FileMissing)) == (3, [])


async def test_parts_that_were_given_one_by_one_belong_together(settings: Settings, root: Path) -> None:
    """What a part says of another's photos holds while that part is away."""
    text = json.dumps(
        {"title": "0.jpg", "description": "At the fountain", "photoTakenTime": {"timestamp": "1"}}
    )
    first = archives.packed(root / "takeout-001.zip", some(1, "Takeout/Google Photos/Rome"))
    second = archives.packed(
        root / "takeout-002.zip", {"Takeout/Google Photos/Rome/0.jpg.json": text.encode()}
    )
    async with running_stack(with_photos(settings, first, second)) as stack:
        for there in (True, False, True):
            if not there:
                second.rename(root / "aside")
            elif not second.exists():
                (root / "aside").rename(second)
            await stack.done("scan")
            (image,) = (await files(stack)).values()
            assert (await stack.get(f"/api/images/{image}"))["metadata"]["description"] == "At the fountain"
        assert await stack.events(SidecarGone) == []
        archives.packed(second, {"Takeout/Google Photos/Rome/notes.json": b"{}"})
        await stack.done("scan")
        assert (await stack.get(f"/api/images/{image}"))["metadata"]["description"] is None


async def test_what_an_archive_said_holds_while_it_is_away(settings: Settings, root: Path) -> None:
    text = json.dumps(
        {"title": "0.jpg", "description": "At the fountain", "photoTakenTime": {"timestamp": "1"}}
    )
    archives.packed(root / "takeout-001.zip", some(1, "Takeout/Google Photos/Rome"))
    second = archives.packed(
        root / "takeout-002.zip", {"Takeout/Google Photos/Rome/0.jpg.json": text.encode()}
    )
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (image,) = (await files(stack)).values()
        second.rename(root / "aside")
        await stack.done("scan")
        assert (await stack.get(f"/api/images/{image}"))["metadata"]["description"] == "At the fountain"
        (root / "aside").rename(root / "takeout-003.zip")
        await stack.done("scan")
        assert [event.path[:15] for event in await stack.events(SidecarGone)] == ["takeout-002.zip"]
        assert (await stack.get(f"/api/images/{image}"))["metadata"]["description"] == "At the fountain"


async def test_an_archive_that_is_gone_is_a_disk_that_is_away(settings: Settings, root: Path) -> None:
    """However few of the folder's photos it held; a person may say that they are gone."""
    for number in range(10, 30):
        photos.write(root / f"{number}.jpg", number)
    archive = archives.packed(root / "photos.zip", some(2))
    aside = root.parent / "aside.zip"
    async with running_stack(settings) as stack:
        await stack.done("scan")
        archive.rename(aside)
        await stack.done("scan")
        (away,) = await stack.events(SourceUnavailable)
        assert (away.missing, away.below) == (2, "photos.zip/Rome")
        assert len(await files(stack)) == 22
        aside.rename(archive)
        await stack.done("scan")
        assert await stack.events(FileMissing) == []
        archive.unlink()
        await stack.done("scan")
        *_, away = await stack.events(SourceUnavailable)
        await stack.done("confirm-missing", {"question": away.question})
        assert sorted(event.path for event in await stack.events(FileMissing)) == [
            "photos.zip/Rome/0.jpg",
            "photos.zip/Rome/1.jpg",
        ]


async def test_a_renamed_archive_and_one_that_was_unpacked_have_moved(settings: Settings, root: Path) -> None:
    archive = archives.packed(root / "photos.zip", some(3))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        renamed = archive.rename(root / "holiday.zip")
        await stack.done("scan")
        assert set(await files(stack)) == {f"{renamed}/Rome/{number}.jpg" for number in range(3)}
        shutil.unpack_archive(renamed, root / "holiday")
        renamed.unlink()
        await stack.done("scan")
        assert set(await files(stack)) == {f"{root}/holiday/Rome/{number}.jpg" for number in range(3)}
        assert len(await stack.events(FileMoved)) == 6
        assert await stack.events(FileMissing, SourceUnavailable) == []


async def test_a_folder_of_archives_that_is_mounted_elsewhere_is_recognised(
    settings: Settings, root: Path, tmp_path: Path
) -> None:
    archives.packed(root / "photos.zip", some(12))
    async with running_stack(settings) as stack:
        await stack.done("scan")
    elsewhere = tmp_path / "elsewhere"
    os.rename(root, elsewhere)  # noqa: PTH104
    async with running_stack(with_photos(settings, elsewhere)) as stack:
        counts = await scanned(stack)
        assert (counts.added, counts.unchanged) == (0, 12)
        assert set(await files(stack)) == {
            f"{elsewhere}/photos.zip/Rome/{number}.jpg" for number in range(12)
        }


async def test_a_copy_outside_is_a_copy_and_only_that_may_be_removed(settings: Settings, root: Path) -> None:
    archives.packed(root / "photos.zip", some(1))
    for name in ("a.jpg", "longer name.jpg"):
        (root / name).write_bytes(jpeg(0))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (exact,) = (await stack.get("/api/duplicates"))["exact"]
        assert exact["files"][0] == str(root / "a.jpg")
        assert set(exact["files"][1:]) == {str(root / "longer name.jpg"), str(root / "photos.zip/Rome/0.jpg")}
        assert exact["wasted"] == len(jpeg(0))
        script = (await stack.client.get("/duplicates/removable.sh")).text
        assert "rm -- '" in script
        assert "photos.zip" not in script
        table = (await stack.client.get("/duplicates/removable.csv")).text
        assert len(table.splitlines()) == 2
        (root / "longer name.jpg").unlink()
        await stack.done("scan")
        assert "archives stay as they are" in (await stack.browser().get("/duplicates")).text
        assert "rm -- '" not in (await stack.client.get("/duplicates/removable.sh")).text


async def test_a_changed_member_replaces_the_former_and_a_removed_one_is_missing(
    settings: Settings, root: Path
) -> None:
    members = some(3)
    archives.packed(root / "photos.zip", members)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        del members["Rome/0.jpg"]
        archives.packed(root / "photos.zip", members | {"Rome/1.jpg": jpeg(7)})
        counts = await scanned(stack)
        assert (counts.added, counts.unchanged) == (1, 1)
        assert [event.path for event in await stack.events(FileMissing)] == ["photos.zip/Rome/0.jpg"]


async def test_a_copy_of_a_member_that_is_still_there_has_not_moved(settings: Settings, root: Path) -> None:
    archives.packed(root / "photos.tgz", some(1))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (root / "copy.jpg").write_bytes(jpeg(0))
        await stack.done("scan")
        assert await stack.events(FileMoved) == []
        assert len(await files(stack)) == 2


async def test_originals_are_served_after_the_lists_were_deleted(settings: Settings, root: Path) -> None:
    archive = archives.packed(root / "photos.zip", some(1))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (image,) = (await files(stack)).values()
        shutil.rmtree(settings.previews / "archives")
        archive.touch()
        await serves(stack, image, jpeg(0))
    async with running_stack(settings) as stack:
        await serves(stack, image, jpeg(0))


async def test_what_folders_leave_out_is_left_out_of_archives(settings: Settings, root: Path) -> None:
    others = {
        "__MACOSX/Rome/._0.jpg": b"x",
        ".hidden/0.jpg": jpeg(1),
        "Quiet/.nomedia": b"",
        "Quiet/below/0.jpg": jpeg(2),
        "ignored/0.jpg": jpeg(3),
        "inner.zip": b"PK",
        "notes.txt": b"",
    }
    archives.packed(root / "photos.zip", some(1) | others | {"no suffix": jpeg(5)})
    (root / ".albumenignore").write_text("ignored/\n")
    async with running_stack(settings) as stack:
        await stack.done("scan")
        assert {path.removeprefix(f"{root}/photos.zip/") for path in await files(stack)} == {
            "Rome/0.jpg",
            "no suffix",
        }
        (group,) = await stack.get("/api/passed-over")
        assert group["examples"] == [f"{root}/photos.zip/inner.zip"]


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


async def told(settings: Settings, root: Path, contents: Mapping[str, bytes]) -> dict[str, str]:
    """Path -> reason, for archives beside a sound one."""
    archives.packed(root / "sound.zip", some(1))
    for name, content in contents.items():
        (root / name).write_bytes(content)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        assert f"{root}/sound.zip/Rome/0.jpg" in await files(stack)
        reasons = await rejections(stack)
        again = await scanned(stack)
        assert again.rejected == 0
        german = (await stack.browser().get("/jobs", headers={"Accept-Language": "de"})).text
        assert ("Archiv" in german) == bool(reasons)
        return reasons


def written(tmp_path: Path, name: str, members: Mapping[str, bytes]) -> bytes:
    return archives.packed(tmp_path / "made" / name, members).read_bytes()


async def test_archives_that_cannot_be_read_are_told(settings: Settings, root: Path, tmp_path: Path) -> None:
    whole = {name: written(tmp_path, name, some(4)) for name in ("a.zip", "a.tar", "a.tgz")}
    reasons = await told(
        settings,
        root,
        {name: cut(content) for name, content in whole.items()}
        | {"empty.zip": b"", "text.zip": b"not a zip", "text.tgz": b"not a tar", "text.tar": b"x" * 2000},
    )
    assert {name: reason[:24] for name, reason in reasons.items() if "/" not in name} == {
        "a.zip": "The archive is damaged o",
        "a.tar": "The archive is damaged o",
        "a.tgz": "The archive is damaged o",
        "empty.zip": "This is not an archive, ",
        "text.zip": "This is not an archive, ",
        "text.tgz": "The archive is damaged o",
        "text.tar": "This is not an archive, ",
    }


async def test_a_tar_that_is_cut_shows_what_it_still_has(
    settings: Settings, root: Path, tmp_path: Path
) -> None:
    """And once the rest is copied, nothing is wrong any more."""
    whole = written(tmp_path, "a.tgz", some(4))
    (root / "a.tgz").write_bytes(whole[: len(whole) * 3 // 4])
    async with running_stack(settings) as stack:
        await stack.done("scan")
        assert 1 <= len(await files(stack)) < 4
        (root / "a.tgz").write_bytes(whole)
        await stack.done("scan")
        assert len(await files(stack)) == 4
        assert await problems.counted(stack.gateway.views) == (0, 0)


async def test_an_archive_that_was_given_and_is_damaged(settings: Settings, root: Path) -> None:
    archive = archives.packed(root / "a.zip", some(3))
    whole = archive.read_bytes()
    archive.write_bytes(cut(whole))
    async with running_stack(with_photos(settings, archive)) as stack:
        for content in (cut(whole), whole, cut(whole)):
            archive.write_bytes(content)
            await stack.done("scan")
            (group,) = await problems.groups(stack.gateway.views) if content != whole else [None]
            assert group is None or (group.count, group.first[0].path) == (1, f"{archive}/")
        assert len(await files(stack)) == 3
        assert await stack.events(FileMissing, SourceUnavailable) == []


async def test_a_folder_that_is_named_like_an_archive_is_a_folder(settings: Settings, root: Path) -> None:
    for number in range(2):
        photos.write(root / f"old.zip/Rome/{number}.jpg", number)
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (root / "old.zip/Rome/0.jpg").unlink()
        await stack.done("scan")
        assert [event.path for event in await stack.events(FileMissing)] == ["old.zip/Rome/0.jpg"]
        assert await stack.events(SourceUnavailable) == []


async def test_an_archive_that_is_cut_meanwhile_loses_nothing(settings: Settings, root: Path) -> None:
    archive = archives.packed(root / "a.zip", some(4))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        whole = archive.read_bytes()
        archive.write_bytes(cut(whole))
        await stack.done("scan")
        assert await stack.events(FileMissing, SourceUnavailable) == []
        assert len(await files(stack)) == 4
        archive.write_bytes(whole)
        await stack.done("scan")
        assert len(await files(stack)) == 4
        assert await problems.counted(stack.gateway.views) == (0, 0)


async def test_hostile_names_are_told_and_the_rest_is_shown(
    settings: Settings, root: Path, tmp_path: Path
) -> None:
    odd = {"../../x.jpg": jpeg(1), "/etc/x.jpg": jpeg(2), "C:\\x.jpg": jpeg(3), "a//b.jpg": jpeg(4)}
    reasons = await told(settings, root, {"odd.zip": written(tmp_path, "odd.zip", odd | some(1))})
    assert list(reasons) == ["odd.zip"]
    assert "../../x.jpg" in reasons["odd.zip"]


async def test_damaged_and_encrypted_members_are_told(settings: Settings, root: Path, tmp_path: Path) -> None:
    content = bytearray(written(tmp_path, "a.zip", {"a.jpg": jpeg(1), "b.jpg": jpeg(2)}))
    central = content.index(b"PK\1\2")
    content[central + 8] |= 1  # the first one's flag
    damaged = bytearray(written(tmp_path, "b.zip", {"a.jpg": jpeg(3)}))
    damaged[200] ^= 0xFF
    lzma = io.BytesIO()
    with zipfile.ZipFile(lzma, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.jpg", jpeg(4))
    aes = archives.encrypted("a.jpg", jpeg(5))
    with zipfile.ZipFile(io.BytesIO(aes)) as archive, pytest.raises(RuntimeError, match="encrypted"):
        archive.read("a.jpg")
    reasons = await told(
        settings,
        root,
        {"a.zip": bytes(content), "b.zip": bytes(damaged), "c.zip": lzma.getvalue(), "d.zip": aes},
    )
    assert reasons == {
        "a.zip/a.jpg": "It is encrypted in its archive: unpack it to see it here.",
        "b.zip/a.jpg": "It is damaged in its archive, or the archive is cut off.",
        "c.zip/a.jpg": "It is packed in its archive in a way that can't be read (14): unpack it to see it here.",
        "d.zip/a.jpg": "It is encrypted in its archive: unpack it to see it here.",
    }


async def test_bombs_are_not_unpacked(settings: Settings, root: Path, tmp_path: Path) -> None:
    """Neither one that claims what it has, nor one whose members share their bytes."""
    zeros = bytes(40 << 20)
    honest = {f"{number}.jpg": zeros for number in range(2)}
    big = bytearray(written(tmp_path, "a.zip", {"a.jpg": zeros}))
    at = big.index(b"PK\1\2")
    big[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    shared = bytearray(written(tmp_path, "b.zip", {f"{number}.jpg": jpeg(number) for number in range(2)}))
    first = shared.index(b"PK\1\2")
    second = shared.index(b"PK\1\2", first + 1)
    size = len(shared)
    shared[first + 20 : first + 24] = shared[second + 20 : second + 24] = (size // 2 + 1).to_bytes(
        4, "little"
    )
    reasons = await told(
        settings,
        root,
        {
            "big.zip": bytes(big),
            "shared.zip": bytes(shared),
            "honest.zip": written(tmp_path, "c.zip", honest),
        },
    )
    assert (
        reasons["big.zip"] == reasons["shared.zip"] == "The archive claims to hold far more than can be real."
    )
    assert {name: text for name, text in reasons.items() if name.startswith("honest.zip")} == {
        f"honest.zip/{number}.jpg": "The file holds nothing but zeros." for number in range(2)
    }


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/x/a.zip/Rome/1.jpg", "/x/a.zip › Rome/1.jpg"),
        ("/x/a.zip/", "/x/a.zip"),
        ("/x/a.zip", "/x/a.zip"),
        ("/x/.zip/1.jpg", "/x/.zip/1.jpg"),
        ("/x/a.zip.d/1.jpg", "/x/a.zip.d/1.jpg"),
    ],
)
def test_pages_show_where_a_path_leads_into_an_archive(path: str, shown: str) -> None:
    assert path_name(path) == shown


def test_a_member_is_found_only_below_its_root(tmp_path: Path) -> None:
    archives.packed(tmp_path / "a.zip", {"x.jpg": b"1"})
    (tmp_path / "root").mkdir()
    (tmp_path / "root/link.zip").symlink_to(tmp_path / "a.zip")
    root = str(tmp_path / "root")
    assert opening.inside(root, "../a.zip/x.jpg") is None
    assert opening.inside(root, "link.zip/x.jpg") is None
    assert opening.inside(str(tmp_path), "a.zip/x.jpg") is not None


async def test_previews_of_members_are_made_again(settings: Settings, root: Path) -> None:
    archives.packed(root / "photos.tar", some(1))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        (image,) = (await files(stack)).values()
        (settings.previews / image[:2] / f"{image}.jpg").unlink()
        await serves(stack, image, jpeg(0))
