"""What Undo of an import leaves: whatever a person has said, or built upon, since."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.domain.history.undo import CommandUndone
from tests.support.stack import Stack

Body = dict[str, Any]


@pytest.fixture
async def ids(scanned: Stack) -> list[str]:
    """Of four photos, oldest first."""
    return [item["id"] for item in (await scanned.get("/api/images?sort=taken_at"))["items"]]


class Imported:
    """An import that says everything of two photos."""

    def __init__(self, stack: Stack, ids: list[str], source: Path) -> None:
        self.stack, self.ids, self.source = stack, ids, source

    async def begin(self) -> str:
        user = {
            "date": {"taken_at": "2001-01-01T10:00:00", "source": "user"},
            "categories": [{"id": "0123456789ab", "name": "Sailing", "assigned": True}],
        }
        lines = [
            {
                "albumen": 1,
                "id": id_,
                "taken_at": "2001-01-01T10:00:00",
                "rating": 4,
                "title": "Lake",
                "keywords": ["Rome"],
                "people": ["Ada"],
                "albums": [{"name": "Lake"}],
                "hidden": True,
                "user": user,
            }
            for id_ in self.ids[:2]
        ]
        self.source.write_text("\n".join(map(json.dumps, lines)))
        status = await self.stack.done("import", {"source": str(self.source)})
        assert status["failures"] == []
        return str(status["command_id"])

    async def album(self, name: str = "Lake") -> str:
        return str(next(one["id"] for one in await self.stack.get("/api/albums") if one["name"] == name))

    async def category(self, name: str = "Sailing") -> str:
        return str(next(one["id"] for one in await self.stack.get("/api/categories") if one["name"] == name))

    async def members(self, album: str) -> list[str]:
        return [one["id"] for one in (await self.stack.get(f"/api/images?album={album}"))["items"]]

    async def names(self, kind: str) -> list[str]:
        return [one["name"] for one in await self.stack.get(f"/api/{kind}")]

    async def of(self, photo: str) -> Body:
        answer = await self.stack.get(f"/api/images/{photo}")
        metadata = answer["metadata"]
        said = {name: metadata[name] for name in ("rating", "title", "keywords", "people")}
        sailing = [one["name"] for one in answer["categories"] if one["name"] == "Sailing"]
        return {**said, "date": answer["taken_at_source"], "categories": sailing}


NOTHING: Body = {
    "rating": 0,
    "title": None,
    "keywords": [],
    "people": [],
    "date": "exif",
    "categories": [],
}
ALL: Body = {
    "rating": 4,
    "title": "Lake",
    "keywords": ["Rome"],
    "people": ["Ada"],
    "date": "user",
    "categories": ["Sailing"],
}


@pytest.fixture
def imported(scanned: Stack, ids: list[str], tmp_path: Path) -> Imported:
    return Imported(scanned, ids, tmp_path / "albumen.jsonl")


async def undone(stack: Stack, command: str) -> CommandUndone:
    await stack.done("undo", {"command_id": command})
    return (await stack.events(CommandUndone))[-1]


async def test_what_nobody_touched_goes(scanned: Stack, imported: Imported) -> None:
    command = await imported.begin()
    assert await imported.of(imported.ids[0]) == ALL
    undo = await undone(scanned, command)
    assert [await imported.of(one) for one in imported.ids] == [NOTHING] * 4
    assert ("Lake" in await imported.names("albums"), "Sailing" in await imported.names("categories")) == (
        False,
        False,
    )
    assert (undo.kept, undo.kept_photos) == ([], 0)


@pytest.mark.parametrize(
    ("name", "body", "left"),
    [
        ("add-to-album", {"images": [2]}, [2]),
        ("rename-album", {"name": "Sea"}, []),
        ("describe-album", {"description": "By the lake"}, []),
        ("set-album-order", {"order": "-taken_at"}, []),
        ("set-cover", {"image": 1}, [1]),
        ("reorder-album", {"images": [1], "before": "start"}, [1]),
        ("share-album", {"secret_hash": "0" * 64}, []),
    ],
)
async def test_an_album_that_a_person_built_upon_stays(
    scanned: Stack, imported: Imported, name: str, body: Body, left: list[int]
) -> None:
    """With what the person put or moved in it; the import's own photos go."""
    command = await imported.begin()
    album, ids = await imported.album(), imported.ids
    filled = {
        field: [ids[one] for one in value] if field == "images" else ids[value] if field == "image" else value
        for field, value in body.items()
    }
    await scanned.done(name, {"album_id": album, **filled})
    undo = await undone(scanned, command)
    called = body.get("name", "Lake")
    assert undo.kept == [called]
    assert await imported.album(called) == album
    assert await imported.members(album) == [ids[one] for one in left]
    assert [await imported.of(one) for one in ids] == [NOTHING] * 4


async def test_an_album_that_a_person_only_emptied_or_changed_back_goes(
    scanned: Stack, imported: Imported
) -> None:
    command = await imported.begin()
    album = await imported.album()
    await scanned.done("remove-from-album", {"album_id": album, "images": imported.ids[:1]})
    added = await scanned.done("add-to-album", {"album_id": album, "images": imported.ids[2:3]})
    await scanned.done("undo", {"command_id": added["command_id"]})
    undo = await undone(scanned, command)
    assert "Lake" not in await imported.names("albums")
    assert undo.kept == []


async def test_an_album_that_a_person_deleted_and_restored_stays(scanned: Stack, imported: Imported) -> None:
    command = await imported.begin()
    album = await imported.album()
    await scanned.done("delete-album", {"album_id": album})
    await scanned.done("restore-album", {"album_id": album})
    assert (await undone(scanned, command)).kept == ["Lake"]
    assert await imported.members(album) == []


async def test_a_photo_that_a_person_put_in_again_stays(scanned: Stack, imported: Imported) -> None:
    command = await imported.begin()
    album, photo = await imported.album(), imported.ids[0]
    await scanned.done("remove-from-album", {"album_id": album, "images": [photo]})
    await scanned.done("add-to-album", {"album_id": album, "images": [photo]})
    await undone(scanned, command)
    assert await imported.members(album) == [photo]


async def test_what_a_person_said_again_stays(scanned: Stack, imported: Imported) -> None:
    """Even the very same: it is their word now."""
    command = await imported.begin()
    photos = imported.ids[:1]
    await scanned.done("set-rating", {"images": photos, "rating": 4})
    await scanned.done("set-title", {"images": photos, "title": "Lake"})
    await scanned.done("add-keywords", {"images": photos, "keywords": ["Rome"]})
    await scanned.done("add-people", {"images": photos, "people": ["Ada"]})
    category = await imported.category()
    await scanned.done("assign-category", {"images": photos, "category_id": category})
    await scanned.done("correct-date", {"images": photos, "taken_at": "2001-01"})
    await scanned.done("hide-images", {"images": photos})
    undo = await undone(scanned, command)
    assert [await imported.of(one) for one in imported.ids[:2]] == [ALL | {"date": "user-month"}, NOTHING]
    assert (undo.kept, undo.kept_photos) == (["Sailing"], 1)
    hidden = (await scanned.get("/api/images?q=is:hidden"))["items"]
    assert [one["id"] for one in hidden] == photos


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("assign-category", {"images": [2]}),
        ("reject-category", {"images": [2]}),
        ("rename-category", {"name": "Boats"}),
        ("set-threshold", {"threshold": 0.5}),
        ("hide-category", {}),
    ],
)
async def test_a_category_that_a_person_built_upon_stays(
    scanned: Stack, imported: Imported, name: str, body: Body
) -> None:
    command = await imported.begin()
    category = await imported.category()
    images = {"images": [imported.ids[one] for one in body["images"]]} if "images" in body else {}
    await scanned.done(name, {"category_id": category, **body, **images})
    assert (await undone(scanned, command)).kept == [body.get("name", "Sailing")]
    assert [await imported.of(one) for one in imported.ids[:2]] == [NOTHING] * 2
    await scanned.done("unhide-category", {"category_id": category})
    assert category in [one["id"] for one in await scanned.get("/api/categories")]


async def test_one_that_another_was_merged_into_stays(scanned: Stack, imported: Imported) -> None:
    command = await imported.begin()
    category = await imported.category()
    await scanned.done("create-category", {"name": "Boats"})
    boats = await imported.category("Boats")
    await scanned.done("merge-categories", {"category_id": boats, "into": category})
    assert (await undone(scanned, command)).kept == ["Sailing"]


async def test_an_import_with_categories_can_be_taken_back_and_repeated(
    scanned: Stack, imported: Imported
) -> None:
    """And the redo, and its undo, leave what a person built upon, too."""
    first = await imported.begin()
    category, album = await imported.category(), await imported.album()
    await undone(scanned, first)
    second = await imported.begin()
    assert (await imported.category(), await imported.album()) == (category, album)
    assert await imported.of(imported.ids[0]) == ALL
    undo = await undone(scanned, second)
    assert [await imported.of(one) for one in imported.ids] == [NOTHING] * 4
    assert "Lake" not in await imported.names("albums")
    [command] = [row.causation_id for row in await scanned.log() if row.kind == "E" and row.event() == undo][
        -1:
    ]
    redo = await scanned.done("undo", {"command_id": str(command)})
    assert await imported.of(imported.ids[0]) == ALL
    await scanned.done("add-to-album", {"album_id": album, "images": imported.ids[2:3]})
    await scanned.done("assign-category", {"images": imported.ids[2:3], "category_id": category})
    assert (await undone(scanned, redo["command_id"])).kept == ["Sailing", "Lake"]
    assert imported.ids[2] in await imported.members(album)


async def test_a_category_that_a_person_deleted_is_not_made_again(scanned: Stack, imported: Imported) -> None:
    await imported.begin()
    await scanned.done("delete-category", {"category_id": await imported.category()})
    status = await scanned.done("import", {"source": str(imported.source)})
    assert "Sailing" not in await imported.names("categories")
    assert {one["reason"] for one in status["failures"]} == {
        "There is no such category. It may have been deleted."
    }


async def test_of_two_imports_each_is_taken_back_by_itself(
    scanned: Stack, imported: Imported, tmp_path: Path
) -> None:
    """The second put another photo into the first one's album."""
    first = await imported.begin()
    album = await imported.album()
    line = {"albumen": 1, "id": imported.ids[2], "taken_at": "", "albums": [{"name": "Lake"}]}
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "albumen.jsonl").write_text(json.dumps(line))
    await scanned.done("import", {"source": str(tmp_path / "more")})
    assert (await undone(scanned, first)).kept == ["Lake"]
    assert await imported.members(album) == imported.ids[2:3]


async def test_it_says_what_it_left(scanned: Stack, imported: Imported) -> None:
    command = await imported.begin()
    await scanned.done("add-to-album", {"album_id": await imported.album(), "images": imported.ids[2:3]})
    await scanned.done("set-rating", {"images": imported.ids[:1], "rating": 1})
    answer = await scanned.post("undo", {"command_id": command})
    assert answer.json()["message"] == "Undone, except for what was changed since: “Lake”, 1 photo"
