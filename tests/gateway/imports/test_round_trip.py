"""What one Albumen exports, another with the same photos takes in."""

import json
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.stack import Stack, stack

NAMES: Final = ("rating", "title", "description", "keywords", "people", "favorite", "latitude", "longitude")


async def state(stack: Stack) -> dict[str, Any]:
    """Of every photo, and the albums' contents."""
    result: dict[str, Any] = {}
    for item in (await stack.get("/api/images?limit=100"))["items"]:
        metadata = (await stack.get(f"/api/images/{item['id']}"))["metadata"]
        result[item["id"]] = [item["taken_at"], item["preview_url"], *(metadata[name] for name in NAMES)]
    for album in await stack.get("/api/albums"):
        members = (await stack.get(f"/api/images?album={album['id']}"))["items"]
        result[album["name"]] = sorted(one["id"] for one in members)
    return result


async def everything_said(stack: Stack) -> list[str]:
    ids = [item["id"] for item in (await stack.get("/api/images"))["items"]]
    edit: dict[str, Any] = {"title": "Lunch", "caption": "With Ada\nand Bob", "rating": 3}
    await stack.done(
        "edit-photos", {"images": ids[:2], **edit, "add_keywords": ["Rome"], "add_people": ["Ada"]}
    )
    await stack.done("set-favorite", {"images": ids[1:3]})
    await stack.done("set-place", {"images": ids[:1], "latitude": 41.9, "longitude": 12.5})
    await stack.done("correct-date", {"images": ids[2:3], "taken_at": "1975-06"})
    await stack.done("correct-date", {"images": ids[1:2], "taken_at": "1999-06-12T14:03:00+02:00"})
    await stack.done("rotate", {"images": ids[:2], "by": "left"})
    await stack.done("rotate", {"images": ids[1:2], "by": "mirror"})
    await stack.done("create-album", {"name": "Best", "images": ids[1:]})
    await stack.done("assign-category", {"category_id": "cat", "images": ids[:1]})
    await stack.done("reject-category", {"category_id": "dog", "images": ids[:1]})
    return ids


@pytest.mark.parametrize("part", ["all", "albumen.jsonl", "photos"])
async def test_a_round_trip_loses_nothing(settings: Settings, tmp_path: Path, part: str) -> None:
    """By the lists, by the XMP files, and by both; and Undo takes it back."""
    async with stack(settings) as running:
        await running.done("scan")
        await everything_said(running)
        wanted = await state(running)
        assert len(wanted) == 5
        await running.done("export-library", {"folder": str(settings.data / "out")})
    other = msgspec.structs.replace(settings, data=tmp_path / "other", previews=tmp_path / "other previews")
    async with stack(other) as running:
        await running.done("scan")
        empty = await state(running)
        source = settings.data / "out" if part == "all" else settings.data / "out" / part
        status = await running.done("import", {"source": str(source)})
        assert status["failures"] == []
        assert await state(running) == wanted
        decisions = [
            (type(one), one.category_id) for one in await running.events(CategoryAssigned, CategoryRejected)
        ]
        lists = [(CategoryAssigned, "cat"), (CategoryRejected, "dog")]
        assert decisions == ([] if part == "photos" else lists)
        await running.done("undo", {"command_id": status["command_id"]})
        assert await state(running) == empty


async def test_lines_that_cannot_be_read_are_told_and_the_rest_is_taken_in(
    scanned: Stack, tmp_path: Path
) -> None:
    photo = (await scanned.get("/api/images"))["items"][0]
    line = {"albumen": 1, "id": photo["id"], "taken_at": photo["taken_at"], "title": "Lunch", "files": [7]}
    unknown = line | {"id": "0" * 32, "files": [{"root": "/x", "path": "y.jpg"}]}
    lines = ["{", json.dumps(line), "[]", json.dumps(unknown)]
    (tmp_path / "albumen.jsonl").write_text("\n".join(lines))
    status = await scanned.done("import", {"source": str(tmp_path / "albumen.jsonl")})
    assert [(one["path"], one["reason"]) for one in status["failures"]] == [
        ("1", "This line is damaged or cut off."),
        ("3", "This line is damaged or cut off."),
        ("/x/y.jpg", "No photo in the library has this name."),
    ]
    assert (await scanned.get(f"/api/images/{photo['id']}"))["metadata"]["title"] == "Lunch"
    (tmp_path / "albumen.jsonl").write_text(json.dumps(line | {"albumen": 2}))
    status = await scanned.done("import", {"source": str(tmp_path / "albumen.jsonl")})
    assert "newer Albumen" in status["failures"][0]["reason"]


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("turn", [None, "left"])
async def test_faces_stay_where_they_are(
    settings: Settings, tmp_path: Path, orientation: int, turn: str | None
) -> None:
    """However the file lies, whatever a person has turned, and in whichever picture each face was drawn."""
    root = settings.photos[0]
    photos.write(
        root / "face.jpg",
        50,
        size=(120, 80),
        exif=photos.exif("2020:05:05 10:00:00", Orientation=orientation),
    )
    upright = (120, 80) if orientation < 5 else (80, 120)
    async with stack(settings) as running:
        await running.done("scan")
        [photo] = [one["id"] for one in (await running.get("/api/images?q=date:2020-05-05"))["items"]]
        for name, applied in (("Ada", upright), ("Bob", (0, 0))):
            await running.done("add-people", {"images": [photo], "people": [name]})
            where = {"x": 0.1, "y": 0.2, "width": 0.25, "height": 0.125}
            size = {"applied_width": applied[0], "applied_height": applied[1]}
            await running.done("set-face", {"images": [photo], "person": name, **where, **size})
        if turn:
            await running.done("rotate", {"images": [photo], "by": turn})
        turned = (await running.get(f"/api/images/{photo}"))["metadata"]["faces"]
        await running.done("export-library", {"folder": str(settings.data / "out")})
    other = msgspec.structs.replace(settings, data=tmp_path / "other", previews=tmp_path / "other previews")
    async with stack(other) as running:
        await running.done("scan")
        status = await running.done("import", {"source": str(settings.data / "out" / root.name)})
        assert await faces(running, photo) == near(turned)
        await running.done("undo", {"command_id": status["command_id"]})
        assert await faces(running, photo) == {}
        await running.done("import", {"source": str(settings.data / "out" / "albumen.jsonl")})
        assert await faces(running, photo) == near(turned)


async def faces(stack: Stack, photo: str) -> dict[str, list[float]]:
    return near((await stack.get(f"/api/images/{photo}"))["metadata"]["faces"])


def near(shown: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Name -> left, upper edge, width and height, to a thousandth."""
    return {one["name"]: [round(one[side], 3) for side in ("x", "y", "width", "height")] for one in shown}
