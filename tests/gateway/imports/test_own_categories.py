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
    """The list of another library. It has made a group with two categories, one of them described, and a hidden one; of
    those that Albumen comes with, it has moved, hidden, taught, renamed, merged or deleted some, or given them
    thresholds."""
    await register(scanned)
    group = await made(scanned, "Feasts", kind="group")
    cakes = await made(scanned, "Cakes", sentences=SENTENCES, group=group)
    await made(scanned, "Boats", group=group)
    toys = await made(scanned, "Toys")
    for id_, threshold in (("dog", 0.75), (cakes, 0.4)):
        await scanned.done("set-threshold", {"category_id": id_, "threshold": threshold})
    for id_ in (toys, "insect", "food"):
        await scanned.done("hide-category", {"category_id": id_})
    for id_, where in (("cat", group), ("car", "animals"), ("bird", None)):
        await scanned.done("move-category", {"category_id": id_, "group_id": where})
    for id_ in (toys, "dog"):
        await scanned.done("teach-category", {"category_id": id_})
    for id_, name in (("horse", "Ponies"), ("nature", "Outdoors")):
        await scanned.done("rename-category", {"category_id": id_, "name": name})
    for id_, into in (("rabbit", toys), ("music", group), ("pig", "cow-sheep")):
        await scanned.done("merge-categories", {"category_id": id_, "into": into})
    await scanned.done("delete-category", {"category_id": "monkey"})
    await made(scanned, "Horse")  # its name is free now
    return await list_of(scanned, tmp_path, "out")


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


async def list_of(album: Stack, tmp_path: Path, name: str) -> Path:
    """What it exports of categories, into a new folder."""
    (tmp_path / name).mkdir()
    await album.done("export-library", {"folder": str(tmp_path / name)})
    return tmp_path / name / CATEGORY_LIST


def settings_of(file: Path) -> dict[str, dict[str, Any]]:
    """Of a list, by the names of categories and groups."""
    lines = {line["id"]: line for line in lines_of(file)}
    return {
        line["name"]: {field: value for field, value in line.items() if field not in ("id", "name")}
        | {field: line[field] and lines[line[field]]["name"] for field in ("group", "merged_into")}
        for line in lines.values()
    }


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
    assert {name for name, line in of.items() if line["own"]} == {"Feasts", "Cakes", "Boats", "Toys", "Horse"}
    assert {name for name, line in of.items() if line["renamed"]} == {"Ponies", "Outdoors"}
    assert {line["id"] for line in lines if line["deleted"]} == {"monkey"}
    assert {line["id"]: line["merged_into"] for line in lines if line["merged_into"]} == {
        "rabbit": of["Toys"]["id"],
        "music": of["Feasts"]["id"],
        "pig": "cow-sheep",
    }
    assert (of["Cakes"]["sentences"], of["Cakes"]["group"]) == (SENTENCES, of["Feasts"]["id"])
    assert {name for name, line in of.items() if line["hidden"]} == {"Toys", "Insect", "Food & drink"}
    thresholds = {name: line["threshold"] for name, line in of.items() if line["threshold"]}
    assert thresholds == {"Dog": 0.75, "Cakes": 0.4}
    listed = {one["id"] for one in await scanned.get("/api/categories")}
    assert listed < {line["id"] for line in lines}


async def test_all_is_there_after_the_import_and_gone_after_undo(
    written: Path, other: Stack, tmp_path: Path
) -> None:
    """Groups, thresholds and what is hidden, also of what Albumen comes with; as often as one likes."""
    await register(other)
    before = settings_of(await list_of(other, tmp_path, "before"))
    assert {"Feasts", "Cakes", "Boats"}.isdisjoint(before)
    for time in range(3):
        status = await taken(other, written)
        assert status["failures"] == []
        assert settings_of(await list_of(other, tmp_path, f"after {time}")) == settings_of(written)
        await other.done("undo", {"command_id": status["command_id"]})
        assert settings_of(await list_of(other, tmp_path, f"undone {time}")) == before


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
    there = await named(other)
    assert there["Cakes"]["sentences"] == []
    assert "Boats" not in there


async def test_of_settings_what_a_person_said_stays_one_by_one(
    written: Path, other: Stack, tmp_path: Path
) -> None:
    """Also that something is shown, that a threshold is the usual one, or that a category finds nothing itself, is a
    separate one, or is there. Of its group, who made *Cakes* has said nothing."""
    await register(other)
    sea = await made(other, "Sea", kind="group")
    await made(other, "Cakes")
    await other.done("create-category", {"name": "Boats", "group_id": sea})
    for threshold in (0.6, None):
        await other.done("set-threshold", {"category_id": "dog", "threshold": threshold})
    await other.done("move-category", {"category_id": "cat", "group_id": "nature"})
    for name in ("hide-category", "unhide-category"):
        await other.done(name, {"category_id": "food"})
    for taught in (True, False):
        await other.done("teach-category", {"category_id": "dog", "taught": taught})
    await other.done("rename-category", {"category_id": "nature", "name": "Wilderness"})
    for name in ("delete-category", "restore-category"):
        await other.done(name, {"category_id": "monkey"})
    merged = await other.done("merge-categories", {"category_id": "pig", "into": "cow-sheep"})
    await other.done("undo", {"command_id": merged["command_id"]})
    wanted = settings_of(written)
    assert (await taken(other, written))["failures"] == []
    shown = settings_of(await list_of(other, tmp_path, "after"))
    assert shown.pop("Sea")
    assert shown["Dog"]["threshold"] is None
    assert not shown["Dog"]["taught"]
    assert not shown["Monkey & ape"]["deleted"]
    assert shown["Pig & boar"]["merged_into"] is None
    assert shown["Cat"]["group"] == "Wilderness"
    assert shown.pop("Wilderness")
    del wanted["Outdoors"]
    assert not shown["Food & drink"]["hidden"]
    assert shown["Boats"]["group"] == "Sea"
    for name in ("Dog", "Cat", "Food & drink", "Boats", "Monkey & ape", "Pig & boar"):
        del shown[name], wanted[name]
    for one in wanted.values():
        if one["group"] == "Outdoors":
            one["group"] = "Wilderness"
    assert shown == wanted


async def test_what_a_person_changed_after_an_import_stays(
    written: Path, other: Stack, tmp_path: Path
) -> None:
    await register(other)
    await taken(other, written)
    there = await named(other)
    await other.done("unhide-category", {"category_id": "insect"})
    await other.done("set-threshold", {"category_id": "dog", "threshold": 0.6})
    await other.done("move-category", {"category_id": "cat", "group_id": "animals"})
    await other.done("merge-categories", {"category_id": there["Boats"]["id"], "into": there["Cakes"]["id"]})
    kept = settings_of(await list_of(other, tmp_path, "kept"))
    assert (await taken(other, written))["failures"] == []
    assert settings_of(await list_of(other, tmp_path, "after")) == kept


async def test_a_group_that_a_person_has_used_since_survives_undo(written: Path, other: Stack) -> None:
    """But what the import had put into it is where it was."""
    await register(other)
    status = await taken(other, written)
    group = (await named(other))["Feasts"]["id"]
    await other.done("move-category", {"category_id": "dog", "group_id": group})
    await other.done("undo", {"command_id": status["command_id"]})
    assert set(await named(other)) == {"Feasts"}
    places = {one["id"]: one["group_id"] for one in await other.get("/api/categories")}
    assert (places["dog"], places["cat"]) == (group, "animals")


async def test_a_group_that_a_person_deleted_stays_away(written: Path, other: Stack, tmp_path: Path) -> None:
    await register(other)
    await taken(other, written)
    group = (await named(other))["Feasts"]["id"]
    await other.done("delete-category", {"category_id": group})
    status = await taken(other, written)
    assert status["failures"] == []
    shown = settings_of(await list_of(other, tmp_path, "after"))
    assert "Feasts" not in shown
    assert shown["Cakes"]["group"] is None


async def test_a_group_is_not_the_category_that_an_import_of_the_same_name_had_made(
    other: Stack, tmp_path: Path
) -> None:
    for kind in ("category", "group"):
        source = tmp_path / CATEGORY_LIST
        source.write_text(json.dumps({"albumen": 1, "id": "0123", "name": "Odd", "kind": kind, "own": True}))
        status = await taken(other, source)
        assert [one["kind"] for one in (await named(other)).values()] == [kind]
        await other.done("undo", {"command_id": status["command_id"]})


@pytest.mark.workers
async def test_whoever_took_a_free_name_has_the_photos(scanned: Stack, other: Stack, tmp_path: Path) -> None:
    """As confined decoders read the lists: they can open no other file."""
    await scanned.done("rename-category", {"category_id": "horse", "name": "Ponies"})
    own = await made(scanned, "Horse")
    first, second = [one["id"] for one in (await scanned.get("/api/images"))["items"]][:2]
    for id_, photo in ((own, first), ("horse", second)):
        await scanned.done("assign-category", {"category_id": id_, "images": [photo]})
    exported = (await list_of(scanned, tmp_path, "out")).parent
    await other.done("scan")
    assert (await taken(other, exported))["failures"] == []
    for id_, photo in (((await named(other))["Horse"]["id"], first), ("horse", second)):
        assert [one["id"] for one in (await other.get(f"/api/images?category={id_}"))["items"]] == [photo]


async def test_a_category_is_no_group_of_the_same_name(written: Path, other: Stack, tmp_path: Path) -> None:
    await register(other)
    await made(other, "Feasts")
    status = await taken(other, written)
    (failure,) = status["failures"]
    assert "same name" in failure["reason"]
    shown = settings_of(await list_of(other, tmp_path, "after"))
    assert (shown["Feasts"]["kind"], shown["Feasts"]["hidden"]) == ("category", False)
    assert (shown["Cakes"]["group"], shown["Cat"]["group"]) == (None, "Animals")


async def test_without_a_words_model_they_are_made_and_the_import_says_what_is_missing(
    written: Path, other: Stack
) -> None:
    status = await taken(other, written)
    (failure,) = status["failures"]
    assert "Cakes" in failure["path"]
    assert "Only a words model can read sentences" in failure["reason"]
    assert set(await named(other)) == {"Cakes", "Boats", "Feasts", "Horse"}


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
        ({"kind": "shelf"}, {}),
        ({"group": 7}, {}),
        ({"group": "unknown"}, {"Odd": []}),
        ({"group": "dog"}, {"Odd": []}),
        ({"kind": "group", "group": "animals"}, {"Odd": []}),
        ({"threshold": "high"}, {"Odd": []}),
        ({"threshold": 7}, {"Odd": []}),
        ({"hidden": "yes"}, {"Odd": []}),
        ({"own": False, "threshold": 0.7}, {}),
        ({"taught": 1, "renamed": "yes", "deleted": "no"}, {"Odd": []}),
        ({"deleted": True, "merged_into": "dog"}, {"Odd": []}),
        ({"id": "cat", "own": False, "merged_into": 7}, {}),
        ({"id": "cat", "own": False, "merged_into": "unknown"}, {}),
        ({"id": "cat", "own": False, "merged_into": "cat"}, {}),
        ({"id": "cat", "own": False, "merged_into": "animals"}, {}),
        ({"id": "cat", "own": False, "renamed": True, "name": "Dog"}, {}),
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
