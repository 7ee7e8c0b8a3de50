"""The category tree: created, renamed, moved, merged, hidden, deleted, each undone; refusals give the reason."""

from typing import Any

import pytest

from services.domain.categories.commands import RenameCategory
from services.domain.categories.event import evolve
from services.domain.categories.events import CategoriesMerged, CategoryCreated, CategoryRenamed
from services.domain.subject import Refused
from tests.support.given import given, in_stream
from tests.support.stack import Stack

HTML = {"Accept": "text/html"}


async def done(stack: Stack, name: str, body: dict[str, Any]) -> str:
    answer = await stack.post(name, body)
    assert answer.status_code == 202, answer.text
    await stack.caught_up()
    return str(answer.json()["command_id"])


async def made(stack: Stack, name: str, **fields: Any) -> str:
    await done(stack, "create-category", {"name": name, **fields})
    event = (await stack.events(CategoryCreated))[-1]
    assert isinstance(event, CategoryCreated)
    return event.category_id


async def tree(stack: Stack) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for one in await stack.get("/api/categories")}


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    await stack.done("scan")
    return [item["id"] for item in (await stack.get("/api/images?sort=taken_at"))["items"]]


async def under(stack: Stack, category: str) -> list[str]:
    return [
        item["id"] for item in (await stack.get(f"/api/images?sort=taken_at&category={category}"))["items"]
    ]


async def test_each_change_is_undone_and_done_again(stack: Stack) -> None:
    """With Undo, and by undoing that: built-in categories, own ones and groups alike."""
    group = await made(stack, "Pets", kind="group")
    rex = await made(stack, "Rex", group_id=group)
    changes: list[tuple[str, dict[str, Any]]] = [
        ("rename-category", {"category_id": "dog", "name": "Hound"}),
        ("rename-category", {"category_id": "animals", "name": "Beasts"}),
        ("move-category", {"category_id": "dog", "group_id": group}),
        ("move-category", {"category_id": rex, "group_id": None}),
        ("merge-categories", {"category_id": "dog", "into": rex}),
        ("merge-categories", {"category_id": "animals", "into": group}),
        ("hide-category", {"category_id": "dog"}),
        ("hide-category", {"category_id": group}),
        ("delete-category", {"category_id": "dog"}),
        ("delete-category", {"category_id": group}),
        ("set-threshold", {"category_id": "dog", "threshold": 0.6}),
    ]
    whole = "SELECT category_id, name, group_id, hidden, chosen FROM shown_category ORDER BY 1"
    for name, body in changes:
        before = await stack.gateway.views.fetch(whole)
        command = await done(stack, name, body)
        after = await stack.gateway.views.fetch(whole)
        assert after != before, name
        back = await done(stack, "undo", {"command_id": command})
        assert await stack.gateway.views.fetch(whole) == before, name
        again = await done(stack, "undo", {"command_id": back})
        assert await stack.gateway.views.fetch(whole) == after, name
        await done(stack, "undo", {"command_id": again})


async def test_a_new_category_is_taken_back(stack: Stack) -> None:
    command = await done(stack, "create-category", {"name": "Rex"})
    await done(stack, "undo", {"command_id": command})
    assert "Rex" not in {one["name"] for one in (await tree(stack)).values()}


async def test_merged_photos_are_under_the_other_and_come_back(stack: Stack, ids: list[str]) -> None:
    await done(stack, "assign-category", {"category_id": "cat", "images": ids[:1]})
    await done(stack, "assign-category", {"category_id": "dog", "images": ids[1:2]})
    command = await done(stack, "merge-categories", {"category_id": "cat", "into": "dog"})
    assert await under(stack, "dog") == ids[:2]
    assert "cat" not in await tree(stack)
    assert (await stack.client.get("/api/images?category=cat")).status_code == 404
    old = await stack.client.get("/categories/cat", headers=HTML)
    assert (old.status_code, old.headers["Location"]) == (302, "/categories/dog")
    await done(stack, "undo", {"command_id": command})
    assert (await under(stack, "cat"), await under(stack, "dog")) == (ids[:1], ids[1:2])


async def test_a_hidden_category_is_on_no_list_and_no_photo(stack: Stack, ids: list[str]) -> None:
    await done(stack, "assign-category", {"category_id": "cat", "images": ids[:1]})
    await done(stack, "hide-category", {"category_id": "cat"})
    assert "cat" not in await tree(stack)
    assert (await stack.get(f"/api/images/{ids[0]}"))["categories"] == []
    for path in ("/", f"/images/{ids[0]}"):
        assert 'value="cat"' not in (await stack.client.get(path, headers=HTML)).text, path
    assert await under(stack, "cat") == ids[:1], "nothing is lost"
    listed = (await stack.client.get("/categories", headers=HTML)).text
    assert listed.count("/categories/cat") == 1, "only where it can be shown again"
    await done(stack, "unhide-category", {"category_id": "cat"})
    assert [label["id"] for label in (await stack.get(f"/api/images/{ids[0]}"))["categories"]] == ["cat"]


async def test_categories_of_a_deleted_group_stand_by_themselves(stack: Stack, ids: list[str]) -> None:
    group = await made(stack, "Pets", kind="group")
    rex = await made(stack, "Rex", group_id=group)
    await done(stack, "assign-category", {"category_id": rex, "images": ids[:1]})
    assert await under(stack, group) == ids[:1]
    command = await done(stack, "delete-category", {"category_id": group})
    assert (await tree(stack))[rex]["group_id"] is None
    assert await under(stack, rex) == ids[:1]
    await done(stack, "undo", {"command_id": command})
    assert await under(stack, group) == ids[:1]


async def test_a_deleted_category_is_restored_by_name_or_by_undo(stack: Stack, ids: list[str]) -> None:
    await done(stack, "assign-category", {"category_id": "cat", "images": ids[:1]})
    await done(stack, "delete-category", {"category_id": "cat"})
    await done(stack, "restore-category", {"category_id": "cat"})
    assert await under(stack, "cat") == ids[:1]


LONG = "x" * 10_000
REFUSED = [
    ("create-category", {"name": ""}, "name"),
    ("create-category", {"name": " \n\t "}, "name"),
    ("create-category", {"name": "\u200b\u200b"}, "name"),
    ("create-category", {"name": LONG}, "name"),
    ("create-category", {"name": "DOG"}, "name"),
    ("create-category", {"name": "ｄｏｇ"}, "name"),
    ("create-category", {"name": "Food  &\ndrink"}, "name"),
    ("create-category", {"name": "New", "kind": "album"}, "kind"),
    ("create-category", {"name": "New", "group_id": "gone"}, "group_id"),
    ("create-category", {"name": "New", "group_id": "dog"}, "group_id"),
    ("create-category", {"name": "New", "kind": "group", "group_id": "animals"}, "group_id"),
    ("rename-category", {"category_id": "dog", "name": LONG}, "name"),
    ("rename-category", {"category_id": "dog", "name": "cat"}, "name"),
    ("rename-category", {"category_id": "gone", "name": "New"}, "category_id"),
    ("move-category", {"category_id": "dog"}, "group_id"),
    ("move-category", {"category_id": "gone", "group_id": None}, "category_id"),
    ("move-category", {"category_id": "dog", "group_id": "gone"}, "group_id"),
    ("move-category", {"category_id": "dog", "group_id": "cat"}, "group_id"),
    ("move-category", {"category_id": "dog", "group_id": "dog"}, "group_id"),
    ("move-category", {"category_id": "food", "group_id": "animals"}, "group_id"),
    ("merge-categories", {"category_id": "dog", "into": "dog"}, "into"),
    ("merge-categories", {"category_id": "dog", "into": "gone"}, "into"),
    ("merge-categories", {"category_id": "gone", "into": "dog"}, "category_id"),
    ("merge-categories", {"category_id": "dog", "into": "animals"}, "into"),
    ("merge-categories", {"category_id": "animals", "into": "dog"}, "into"),
    ("hide-category", {"category_id": "gone"}, "category_id"),
    ("unhide-category", {"category_id": "gone"}, "category_id"),
    ("delete-category", {"category_id": "<b>"}, "category_id"),
    ("restore-category", {"category_id": "gone"}, "category_id"),
    ("set-threshold", {"category_id": "dog"}, "threshold"),
    ("set-threshold", {"category_id": "gone", "threshold": 0.5}, "category_id"),
    ("set-threshold", {"category_id": "dog", "threshold": 0.09}, "threshold"),
    ("set-threshold", {"category_id": "dog", "threshold": 1.1}, "threshold"),
    ("set-threshold", {"category_id": "dog", "threshold": "high"}, "threshold"),
]


@pytest.mark.parametrize(
    ("name", "body", "field"), REFUSED, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(REFUSED)]
)
async def test_what_makes_no_sense_is_refused_and_leaves_no_trace(
    untouched: Stack, name: str, body: dict[str, Any], field: str
) -> None:
    answer = await untouched.post(name, body)
    assert answer.status_code in (404, 422), answer.text
    refusal = answer.json()
    assert refusal["extra"][0]["key"] == field
    assert refusal["detail"].endswith(".")
    assert len(refusal["detail"]) < 300


async def test_no_circle_by_merging_nor_by_undoing(stack: Stack) -> None:
    first = await done(stack, "merge-categories", {"category_id": "cat", "into": "dog"})
    for category, into in (("dog", "cat"), ("bird", "cat"), ("cat", "bird")):
        answer = await stack.post("merge-categories", {"category_id": category, "into": into})
        assert answer.status_code == 422, answer.text
        assert "merged" in answer.json()["detail"]
    undone = await done(stack, "undo", {"command_id": first})
    await done(stack, "merge-categories", {"category_id": "dog", "into": "bird"})
    await done(stack, "merge-categories", {"category_id": "bird", "into": "cat"})
    answer = await stack.post("undo", {"command_id": undone})
    assert (answer.status_code, "undo that first" in answer.json()["detail"]) == (422, True)


async def test_no_two_of_one_name_by_undoing(stack: Stack) -> None:
    """Not even for a moment: a name just given is taken, whatever the pages still show."""
    renamed = await done(stack, "rename-category", {"category_id": "dog", "name": "Hound"})
    assert (await stack.post("create-category", {"name": "dog"})).status_code == 202
    assert (await stack.post("create-category", {"name": "Dog"})).status_code == 422
    await stack.caught_up()
    answer = await stack.post("undo", {"command_id": renamed})
    assert (answer.status_code, "another category" in answer.json()["detail"]) == (422, True)


async def test_a_name_is_text(stack: Stack) -> None:
    """Markup in it is shown as written, wherever the name occurs."""
    name = '<script>alert("1")</script> & co'
    category = await made(stack, f"  {name}  ")
    group = await made(stack, "<b>Bold</b>", kind="group")
    await done(stack, "move-category", {"category_id": category, "group_id": group})
    assert (await tree(stack))[category]["name"] == name
    for path in ("/categories", f"/categories/{category}", f"/categories/{group}", "/history"):
        text = (await stack.client.get(path, headers=HTML)).text
        assert "<script>alert" not in text
        assert "<b>Bold" not in text
        assert "&lt;" in text


async def test_forms_say_no_group_by_an_empty_field(stack: Stack) -> None:
    answer = await stack.client.post("/commands/move-category", data={"category_id": "dog", "group_id": ""})
    assert answer.status_code == 303, answer.text
    await stack.caught_up()
    assert (await tree(stack))["dog"]["group_id"] is None


async def test_the_history_tells_it_and_offers_to_undo_it(stack: Stack) -> None:
    command = await done(stack, "merge-categories", {"category_id": "cat", "into": "dog"})
    await done(stack, "hide-category", {"category_id": "bird"})
    await done(stack, "set-threshold", {"category_id": "dog", "threshold": 0.6})
    page = (await stack.client.get("/history", headers=HTML)).text
    assert "“Cat” merged into “Dog”" in page
    assert "“Bird” hidden" in page
    assert "Set the sensitivity of “Dog” to 60%" in page
    assert f'value="{command}"' in page


def test_a_later_word_about_the_same_stays() -> None:
    """Undoing the first rename after a second one changes nothing."""
    first = CategoryRenamed(category_id="dog", name="Hound")
    second = CategoryRenamed(category_id="dog", name="Rex")
    assert first.undo(in_stream(first, [], [second])) == []
    assert second.undo(in_stream(second, [first], [])) == [first]
    assert first.undo(in_stream(first, [], [])) == [CategoryRenamed(category_id="dog", name="Dog")]


def test_a_merged_category_takes_no_more_commands() -> None:
    command = RenameCategory(category_id="cat", name="Tom")
    merged = CategoriesMerged(category_id="cat", into_id="dog")
    given(CategoryCreated(category_id="cat", name="Cat"), merged).when(
        evolve, lambda state: command.named(state, set())
    ).refused(Refused, "merged into another")
