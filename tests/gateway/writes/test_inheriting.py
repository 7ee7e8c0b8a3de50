"""Files that are edited, renumbered, swapped or saved over: what people did stays with its picture."""

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageEnhance

from services.domain.albums.events import ImagesAddedToAlbum
from services.domain.duplicates.distinct import DistinctSet
from services.domain.files.doubts import InheritanceDoubted, InheritancesChecked
from services.domain.files.editing import EditSuspected
from services.domain.files.events import FileReplaced
from services.gateway.queries.distinct import distinct_photos
from services.gateway.running import doubts, heirs
from services.gateway.running.heirs import Heirs
from services.gateway.running.succession import Inheritance
from services.kernel.log.envelope import Record
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack
from tests.support.waiting import PATIENCE_S, eventually

TAKEN = "2020:01:01 10:00:00"
"""When 0.jpg was taken."""
CAMERA = {"Make": "Canon", "Model": "Canon EOS 80D"}


def edit(file: Path, taken: str | None = TAKEN, **tags: Any) -> None:
    """Save a lighter version over the file, with these EXIF tags."""
    with Image.open(file) as picture:
        lighter = ImageEnhance.Brightness(picture.convert("RGB")).enhance(1.15)
    file.write_bytes(photos.encoded(lighter, quality=85, exif=photos.exif(taken, **tags)))


async def at(stack: Stack, file: Path) -> str:
    """The id of the photo there, hidden or not."""
    rows = await stack.gateway.views.fetch(
        "SELECT image_id FROM file WHERE full_path = ? AND missing = 0", (str(file),)
    )
    return str(rows[0][0])


async def give(stack: Stack, image: str) -> None:
    """An album, two decisions, a date; and hide it."""
    await stack.done("create-album", {"name": "Lake", "images": [image]})
    await stack.done("assign-category", {"category_id": "dog", "images": [image]})
    await stack.done("reject-category", {"category_id": "cat", "images": [image]})
    await stack.done("correct-date", {"images": [image], "taken_at": "1999-05-04"})
    await stack.done("hide-images", {"images": [image]})


async def given(stack: Stack, image: str) -> tuple[int, list[str], str, bool]:
    """(number of albums, categories, date, hidden)"""
    details = await stack.get(f"/api/images/{image}")
    categories = [label["id"] for label in details["categories"] if label["source"] == "user"]
    return len(details["albums"]), categories, details["taken_at"], details["metadata"]["hidden"]


EVERYTHING = (1, ["dog"], "1999-05-04T12:00:00", True)


async def test_an_edited_file_inherits_what_the_person_gave(stack: Stack, settings: Settings) -> None:
    """Its albums, decisions, corrected date and hidden state; its camera and moment tell that it is an edit."""
    file = photos.write(settings.photos[0] / "0.jpg", 0, exif=photos.exif(TAKEN, **CAMERA))
    await stack.done("scan")
    old = await at(stack, file)
    await give(stack, old)
    edit(file, **CAMERA)
    await stack.done("scan")
    new = await at(stack, file)
    assert new != old
    assert await given(stack, new) == EVERYTHING
    assert await stack.events(EditSuspected) == []


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("only", [None, 0, 1])
async def test_edits_are_no_duplicates_either(
    stack: Stack, settings: Settings, together: bool, only: int | None
) -> None:
    """Of what their originals were told apart from: whichever of them are edited, in one scan or one after another."""
    root = settings.photos[0]
    files = [
        photos.write(
            root / f"{number}.jpg", number, exif=photos.exif(f"2020:01:0{number + 1} 10:00:00", **CAMERA)
        )
        for number in range(3)
    ]
    await stack.done("scan")
    ids = [await at(stack, file) for file in files]
    sole = {} if only is None else {"image": ids[only]}
    await stack.done("set-distinct", {"images": ids, **sole})
    for number in (0, 1):
        edit(files[number], f"2020:01:0{number + 1} 10:00:00", **CAMERA)
        if number or not together:
            await stack.done("scan")
    new = [await at(stack, file) for file in files]
    assert [one != other for one, other in zip(ids, new, strict=True)] == [True, True, False]
    said = {(tuple(one.image_ids), one.image_id) for one in await distinct_photos(stack.gateway.views)}
    assert (tuple(sorted(new)), None if only is None else new[only]) in said
    events = await stack.events(DistinctSet)
    await stack.done("scan")
    assert await stack.events(DistinctSet) == events


async def test_an_edited_copy_of_a_photo_that_is_kept_elsewhere_is_asked_about(
    stack: Stack, settings: Settings
) -> None:
    """Whichever of the two is read first, and also if the original was moved away by the person who edited it."""
    root = settings.photos[0]
    file = photos.write(root / "0.jpg", 0, exif=photos.exif(TAKEN, **CAMERA))
    await stack.done("scan")
    old = await at(stack, file)
    await give(stack, old)
    content = file.read_bytes()
    (root / "z").mkdir()
    (root / "z/original.jpg").write_bytes(content)
    edit(file, **CAMERA)
    await stack.done("scan")
    assert await given(stack, await at(stack, file)) == (0, [], "2020-01-01T10:00:00", False)
    assert await given(stack, await at(stack, root / "z/original.jpg")) == EVERYTHING
    assert len(await stack.events(EditSuspected)) == 1


@pytest.mark.parametrize("way", ["down", "up", "swapped"])
async def test_renumbered_files_keep_their_work(stack: Stack, settings: Settings, way: str) -> None:
    """The pictures come from one camera in one second: nothing but their being known tells them apart."""
    root = settings.photos[0]
    files = [root / f"{number}.jpg" for number in range(3)]
    for number, file in enumerate(files):
        photos.write(file, 10 + number, exif=photos.exif(TAKEN, **CAMERA))
    await stack.done("scan")
    ids = [await at(stack, file) for file in files]
    await give(stack, ids[1])
    contents = [file.read_bytes() for file in files]
    order = {"down": [1, 2], "up": [2, 0, 1], "swapped": [1, 0, 2]}[way]
    for file in files:
        file.unlink()
    for file, content in zip(files, order, strict=False):
        file.write_bytes(contents[content])
        os.utime(file, (10**9 + content, 10**9 + content))
    await stack.done("scan")
    for file, content in zip(files, order, strict=False):
        assert await at(stack, file) == ids[content]
        expected = EVERYTHING if content == 1 else (0, [], "2020-01-01T10:00:00", False)
        assert await given(stack, ids[content]) == expected
    assert await stack.events(EditSuspected) == []


async def test_another_picture_at_a_path_inherits_nothing(stack: Stack, settings: Settings) -> None:
    """The camera's counter began again, the newest picture is saved over, a folder is restored over this one: it is
    shown, and nobody is asked."""
    root = settings.photos[0]
    counted = photos.write(root / "0.jpg", 0, exif=photos.exif(TAKEN, **CAMERA))
    latest = photos.write(root / "1.jpg", 1)
    await stack.done("scan")
    for file in (counted, latest):
        await give(stack, await at(stack, file))
    before = len(await stack.events(ImagesAddedToAlbum))
    photos.write(counted, 20, exif=photos.exif("2023:08:09 10:00:00", **CAMERA))
    photos.write(latest, 21)
    await stack.done("scan")
    for file in (counted, latest):
        albums, categories, _, hidden = await given(stack, await at(stack, file))
        assert (albums, categories, hidden) == (0, [], False)
    assert len(await stack.events(FileReplaced)) == 2
    assert len(await stack.events(ImagesAddedToAlbum)) == before
    assert await stack.events(EditSuspected) == []


async def test_a_counter_that_begins_again_after_the_first_photo_was_deleted(
    stack: Stack, settings: Settings
) -> None:
    file = photos.write(settings.photos[0] / "0.jpg", 0, exif=photos.exif(TAKEN, **CAMERA))
    await stack.done("scan")
    await give(stack, await at(stack, file))
    file.unlink()
    await stack.done("scan")
    photos.write(file, 20, exif=photos.exif("2023:08:09 10:00:00", **CAMERA))
    await stack.done("scan")
    assert await given(stack, await at(stack, file)) == (0, [], "2023-08-09T10:00:00", False)


async def test_a_person_is_asked_about_what_may_be_an_edit(stack: Stack, settings: Settings) -> None:
    """It looks like the former, but says neither when it was taken nor by what. The history asks until somebody has
    answered, and again after Undo."""
    file = photos.write(settings.photos[0] / "0.jpg", 0)
    await stack.done("scan")
    old = await at(stack, file)
    await give(stack, old)
    edit(file, taken=None)
    await stack.done("scan")
    new = await at(stack, file)
    assert (await given(stack, new))[:2] == (0, [])
    (asked,) = await stack.events(EditSuspected)
    assert isinstance(asked, EditSuspected)
    assert (asked.image_id, asked.previous_image_id, asked.path) == (new, old, "0.jpg")

    async def fields() -> dict[str, str]:
        page = (await stack.browser().get("/history?about=photos")).text
        form = re.search(r'action="/commands/confirm-edit".*?</form>', page, re.DOTALL)
        return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0])) if form else {}

    sent = await fields()
    assert (sent["image"], sent["former"]) == (new, old)
    answer = await stack.done("confirm-edit", {"image": new, "former": old})
    assert await given(stack, new) == EVERYTHING
    assert await fields() == {}
    await stack.done("undo", {"command_id": answer["command_id"]})
    assert (await given(stack, new))[:2] == (0, [])
    assert (await fields())["image"] == new


async def test_nobody_is_asked_about_a_photo_that_was_given_nothing(stack: Stack, settings: Settings) -> None:
    """A webcam writes a picture a minute."""
    file = photos.write(settings.photos[0] / "0.jpg", 0)
    await stack.done("scan")
    edit(file, taken=None)
    await stack.done("scan")
    assert len(await stack.events(FileReplaced)) == 1
    assert await stack.events(EditSuspected) == []


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_scan_that_is_cut_off_before_it_has_judged_is_judged_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    """By the same job at the next start, or by the next scan after it was cancelled; and only once."""
    file = photos.write(settings.photos[0] / "0.jpg", 0, exif=photos.exif(TAKEN, **CAMERA))
    judging, never = asyncio.Event(), asyncio.Event()

    async def waits(self: Heirs) -> list[Record]:
        judging.set()
        await never.wait()
        return []

    async with running_stack(settings) as stack:
        await stack.done("scan")
        await give(stack, await at(stack, file))
        edit(file, **CAMERA)
        with monkeypatch.context() as patched:
            patched.setattr(Heirs, "records", waits)
            job = (await stack.post("scan")).json()["command_id"]
            await asyncio.wait_for(judging.wait(), PATIENCE_S)
            assert await stack.events(FileReplaced)
            if cancelled:
                await stack.post("cancel-job", {"job_id": job})

                async def over() -> bool:
                    return stack.gateway.scanning.current is None

                await eventually(over, "the scan has stopped")
        await stack.caught_up()
        if cancelled:
            await stack.done("scan")
            assert await given(stack, await at(stack, file)) == EVERYTHING
        before = len(await stack.events(ImagesAddedToAlbum))
    async with running_stack(settings) as stack:
        await stack.done("scan")
        assert await given(stack, await at(stack, file)) == EVERYTHING
        await stack.done("scan")
        assert len(await stack.events(ImagesAddedToAlbum)) == before + (not cancelled)


async def smeared(stack: Stack, root: Path, patched: pytest.MonkeyPatch) -> list[str]:
    """Ids of three photos, of which an earlier version, where everything inherited, has given the first what the person
    gave the second, by a swap; the third was edited."""

    async def nothing(*_: object) -> list[Record]:
        return []

    patched.setattr(doubts, "check", nothing)
    patched.setattr(heirs, "inheritance", lambda *_, **__: Inheritance.INHERITS)
    files = [root / f"{number}.jpg" for number in range(3)]
    photos.write(files[2], 2, exif=photos.exif(TAKEN, **CAMERA))
    await stack.done("scan")
    ids = [await at(stack, file) for file in files]
    await give(stack, ids[1])
    await stack.done("assign-category", {"category_id": "cat", "images": [ids[0]]})
    await stack.done("assign-category", {"category_id": "cat", "images": [ids[2]]})
    for place, file in enumerate(files[:2]):
        photos.write(file, 1 - place, exif=photos.exif(f"2020:01:0{2 - place} 10:00:00"))
        os.utime(file, (10**9 + place, 10**9 + place))
    edit(files[2], **CAMERA)
    await stack.done("scan")
    ids[2] = await at(stack, files[2])
    assert await given(stack, ids[0]) == (1, ["cat", "dog"], "1999-05-04T12:00:00", True)
    return ids


@pytest.mark.parametrize("together", [False, True])
async def test_what_an_earlier_version_gave_to_another_photo_is_listed_and_undone(
    stack: Stack, settings: Settings, monkeypatch: pytest.MonkeyPatch, together: bool
) -> None:
    """Once, and not what an edit inherited. Undo leaves each photo what it was given itself; it can be undone, too."""
    with monkeypatch.context() as patched:
        first, second, third = await smeared(stack, settings.photos[0], patched)
    await stack.done("scan")
    (doubt,) = await stack.events(InheritanceDoubted)
    assert isinstance(doubt, InheritanceDoubted)
    assert (doubt.image_id, doubt.previous_image_id, doubt.path) == (first, second, "1.jpg")

    async def offered() -> dict[str, str]:
        page = (await stack.browser().get("/history?about=photos")).text
        forms = re.findall(r'action="/commands/(undo|undo-inheritances)"(.*?)</form>', page, re.DOTALL)
        row = next(row for row in await stack.log() if row.type == InheritanceDoubted.TYPE)
        mine = {name for name, form in forms if str(row.event_id) in form or name != "undo"}
        return {name: str(row.event_id) for name in mine}

    forms = await offered()
    assert set(forms) == {"undo", "undo-inheritances"}
    command = "undo-inheritances" if together else "undo"
    answer = await stack.done(command, {} if together else {"command_id": forms["undo"]})
    assert await given(stack, first) == (0, ["cat"], "2020-01-01T10:00:00", False)
    assert await given(stack, second) == EVERYTHING
    assert (await given(stack, third))[1] == ["cat"]
    assert await offered() == {}
    assert (await stack.post("undo-inheritances")).status_code == 422
    await stack.done("undo", {"command_id": answer["command_id"]})
    assert (await given(stack, first))[0] == 1
    await stack.done("scan")
    assert len(await stack.events(InheritancesChecked)) == 1
    assert len(await stack.events(InheritanceDoubted)) == 1
