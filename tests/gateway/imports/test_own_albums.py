"""Albums go from one Albumen to another as they are: with their description, order and cover, and smart ones too."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.gateway.exporting.places import ALBUMS
from services.gateway.queries.exported import exported_albums
from services.kernel.settings import Settings
from tests.support.stack import Stack, stack

DESCRIBED = "By the lake,\nin “June”"


@pytest.fixture
async def out(scanned: Stack, tmp_path: Path) -> Path:
    """The export of a library with four photos and three albums."""
    ids = await photos(scanned)
    lake = await made(scanned, "Lake", images=ids)
    await scanned.done("describe-album", {"album_id": lake, "description": DESCRIBED})
    await scanned.done("reorder-album", {"album_id": lake, "images": [ids[2]], "before": "start"})
    await scanned.done("set-cover", {"album_id": lake, "image": ids[1]})
    await made(scanned, "Plain", images=ids[1:3])
    await scanned.done("create-category", {"name": "Boats"})
    await scanned.done("assign-category", {"category_id": "cat", "images": ids[:1]})
    smart = await made(scanned, "All cats", q="category:Cat OR category:Boats")
    await scanned.done("set-album-order", {"album_id": smart, "order": "taken_at"})
    (tmp_path / "out").mkdir()
    await scanned.done("export-library", {"folder": str(tmp_path / "out")})
    return tmp_path / "out"


@pytest.fixture
async def other(settings: Settings, tmp_path: Path) -> AsyncIterator[Stack]:
    """Another library with the same photos."""
    data = tmp_path / "other"
    async with stack(msgspec.structs.replace(settings, data=data, previews=data / "previews")) as running:
        await running.done("scan")
        yield running


async def photos(album: Stack) -> list[str]:
    return [one["id"] for one in (await album.get("/api/images?sort=taken_at"))["items"]]


async def made(album: Stack, name: str, **fields: Any) -> str:
    """Its id."""
    await album.done("create-album", {"name": name, **fields})
    return str((await albums(album))[name]["id"])


async def albums(album: Stack) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in await album.get("/api/albums")}


async def known(album: Stack) -> dict[str, Any]:
    """All that one sees of the albums."""
    seen = {}
    for one in await exported_albums(album.gateway.views):
        page = await album.get(f"/api/images?album={one.id}" + ("&sort=album" * (one.query is None)))
        members = [photo["id"] for photo in page["items"]]
        seen[one.name] = (
            {"text": one.description, "q": one.query, "sort": one.sort, "cover": one.cover},
            members,
        )
    return seen


async def taken(album: Stack, source: Path) -> dict[str, Any]:
    return await album.done("import", {"source": str(source)})


@pytest.mark.parametrize("part", ["", ALBUMS], ids=["the whole export", "the list of albums alone"])
async def test_they_are_the_same_there_and_gone_after_undo(
    out: Path, scanned: Stack, other: Stack, part: str
) -> None:
    wanted = await known(scanned)
    assert wanted["Lake"][1] != await photos(scanned)
    if part:  # its search names a category, which is in another list
        await other.done("create-category", {"name": "Boats"})
        await other.done("assign-category", {"category_id": "cat", "images": (await photos(other))[:1]})
    for _ in range(2):
        status = await taken(other, out / part)
        assert status["failures"] == []
        assert await known(other) == wanted
        await other.done("undo", {"command_id": status["command_id"]})
        assert await known(other) == {}


async def test_once_is_enough(out: Path, other: Stack) -> None:
    await taken(other, out)
    before = await other.gateway.events.head()
    await taken(other, out)
    kinds = [row.type for row in await other.gateway.events.read(before, 100)]
    assert kinds == ["import_metadata", "import_started", "import_finished"]


async def test_what_a_person_said_there_stays(out: Path, other: Stack) -> None:
    """Of albums that an import made, and of one that they have made themselves."""
    ids = await photos(other)
    own = await made(other, "Plain", images=ids[:1])
    await other.done("describe-album", {"album_id": own, "description": "Mine"})
    await taken(other, out)
    lake = (await albums(other))["Lake"]["id"]
    await other.done("describe-album", {"album_id": lake, "description": ""})
    await other.done("set-cover", {"album_id": lake, "image": None})
    await other.done("reorder-album", {"album_id": lake, "images": ids[:1], "before": "start"})
    await other.done("delete-album", {"album_id": (await albums(other))["All cats"]["id"]})
    wanted = await known(other)
    assert wanted["Plain"][0]["text"] == "Mine"
    assert set(wanted["Plain"][1]) == set(ids[:3])
    await taken(other, out)
    assert await known(other) == wanted


async def test_photos_that_are_not_there_are_told(out: Path, other: Stack, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in lines_of(out / ALBUMS)]
    here = [line | {"photos": ["f" * 32, *line["photos"][:2]], "cover": "f" * 32} for line in lines[:1]]
    source = written(tmp_path / "some" / ALBUMS, here)
    status = await taken(other, source)
    assert [one["path"] for one in status["failures"]] == ["Lake"]
    assert (await known(other))["Lake"][1] == lines[0]["photos"][:2]


@pytest.mark.parametrize(
    ("line", "albums_of_it"),
    [
        ({"photos": "none", "description": 5, "sort": [], "cover": {}}, {"Odd"}),
        ({"sort": "by size"}, {"Odd"}),
        ({"query": "x" * 20_000}, set()),
        ({"query": " "}, set()),
        ({"name": None}, set()),
        ({"name": "n" * 1000}, set()),
    ],
    ids=str,
)
async def test_odd_lines_harm_nothing(
    other: Stack, tmp_path: Path, line: dict[str, Any], albums_of_it: set[str]
) -> None:
    odd = {"albumen": 1, "id": "0123456789ab", "name": "Odd", "query": None, "photos": []} | line
    source = written(
        tmp_path / "odd" / ALBUMS, [odd, {"albumen": 1, "id": "a", "query": None, "name": "Good"}]
    )
    await taken(other, source)
    assert set(await albums(other)) == albums_of_it | {"Good"}


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


def written(file: Path, lines: list[Any]) -> Path:
    file.parent.mkdir()
    file.write_text("\n".join(map(json.dumps, lines)))
    return file
