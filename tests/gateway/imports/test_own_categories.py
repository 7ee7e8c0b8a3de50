"""Categories that a person made, with what belongs to them in their words, go from one Albumen to another."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.gateway.exporting.places import CATEGORY_LIST
from services.kernel.settings import Settings
from tests.support.stack import Stack, stack
from tests.support.words_model import register

SENTENCES = ["a birthday cake on a table", "“candles”, lit & blown out"]


@pytest.fixture
async def written(scanned: Stack, tmp_path: Path) -> Path:
    """The list of another library, which has a described category, a plain one and a group of its own."""
    await register(scanned)
    group = await made(scanned, "Feasts", kind="group")
    await made(scanned, "Cakes", sentences=SENTENCES, group=group)
    boats = await made(scanned, "Boats")
    await scanned.done("set-threshold", {"category_id": "dog", "threshold": 0.75})
    await scanned.done("hide-category", {"category_id": boats})
    (tmp_path / "out").mkdir()
    await scanned.done("export-library", {"folder": str(tmp_path / "out")})
    return tmp_path / "out" / CATEGORY_LIST


@pytest.fixture
async def other(settings: Settings, tmp_path: Path) -> AsyncIterator[Stack]:
    data = tmp_path / "other"
    async with stack(msgspec.structs.replace(settings, data=data, previews=data / "previews")) as running:
        yield running


async def made(album: Stack, name: str, group: str | None = None, **fields: Any) -> str:
    """Its id."""
    await album.done("create-category", {"name": name, **fields})
    id_ = str((await named(album))[name]["id"])
    if group:
        await album.done("move-category", {"category_id": id_, "group_id": group})
    return id_


async def named(album: Stack) -> dict[str, dict[str, Any]]:
    listed = await album.get("/api/categories")
    return {one["name"]: one for one in listed if one["origin"] == "user"}


async def taken(album: Stack, source: Path) -> dict[str, Any]:
    return await album.done("import", {"source": str(source)})


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_all_categories_are_in_the_list(written: Path, scanned: Stack) -> None:
    lines = lines_of(written)
    of = {line["name"]: line for line in lines}
    assert all(next(iter(line)) == "albumen" for line in lines)
    assert {name for name, line in of.items() if line["own"]} == {"Feasts", "Cakes", "Boats"}
    assert (of["Cakes"]["sentences"], of["Cakes"]["group"]) == (SENTENCES, of["Feasts"]["id"])
    assert [name for name, line in of.items() if line["hidden"]] == ["Boats"]
    assert {name: line["threshold"] for name, line in of.items() if line["threshold"]} == {"Dog": 0.75}
    listed = {one["id"] for one in await scanned.get("/api/categories")}
    assert listed | {of["Boats"]["id"]} == {line["id"] for line in lines}


async def test_they_are_there_after_the_import_and_gone_after_undo(written: Path, other: Stack) -> None:
    await register(other)
    for _ in range(2):
        status = await taken(other, written)
        assert status["failures"] == []
        there = await named(other)
        assert {name: one["sentences"] for name, one in there.items()} == {"Cakes": SENTENCES, "Boats": []}
        await other.done("undo", {"command_id": status["command_id"]})
        assert await named(other) == {}


async def test_once_is_enough(written: Path, other: Stack) -> None:
    await register(other)
    await taken(other, written)
    before = await other.gateway.events.head()
    await taken(other, written)
    kinds = [row.type for row in await other.gateway.events.read(before, 100)]
    assert kinds == ["import_metadata", "import_started", "import_finished"]


async def test_what_a_person_said_there_stays(written: Path, other: Stack) -> None:
    """Also that it is no longer described, and that there is no such category any more."""
    await register(other)
    own = await made(other, "Cakes", sentences=["a cheesecake"])
    await taken(other, written)
    assert (await named(other))["Cakes"]["sentences"] == ["a cheesecake"]
    await other.done("describe-category", {"category_id": own, "sentences": []})
    boats = (await named(other))["Boats"]["id"]
    await other.done("delete-category", {"category_id": boats})
    status = await taken(other, written)
    assert status["failures"] == []
    assert {name: one["sentences"] for name, one in (await named(other)).items()} == {"Cakes": []}


async def test_without_a_words_model_they_are_made_and_the_import_says_what_is_missing(
    written: Path, other: Stack
) -> None:
    status = await taken(other, written)
    (failure,) = status["failures"]
    assert "Cakes" in failure["path"]
    assert "Only a words model can read sentences" in failure["reason"]
    assert set(await named(other)) == {"Cakes", "Boats"}


@pytest.mark.parametrize(
    ("line", "made_of_it"),
    [
        ({"sentences": "no list"}, {"Odd": []}),
        ({"sentences": [1, None, "  ", "a\nb"]}, {"Odd": ["a b"]}),
        ({"sentences": ["x" * 501]}, {"Odd": []}),
        ({"sentences": [f"sentence {number}" for number in range(11)]}, {"Odd": []}),
        ({"name": None}, {}),
        ({"name": "n" * 1000}, {}),
        ({"own": "yes"}, {}),
        ({"kind": "group"}, {}),
    ],
    ids=str,
)
async def test_odd_lines_harm_nothing(
    other: Stack, tmp_path: Path, line: dict[str, Any], made_of_it: dict[str, list[str]]
) -> None:
    await register(other)
    odd = {"albumen": 1, "id": "0123456789ab", "name": "Odd", "kind": "category", "own": True} | line
    source = tmp_path / CATEGORY_LIST
    source.write_text(json.dumps(odd) + "\n{cut")
    status = await taken(other, source)
    assert {name: one["sentences"] for name, one in (await named(other)).items()} == made_of_it
    assert "This line is damaged or cut off." in {one["reason"] for one in status["failures"]}
