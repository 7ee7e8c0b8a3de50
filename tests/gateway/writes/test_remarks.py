"""Hearts, stars, titles, captions, keywords and names: said over HTTP, found, undone, inherited, and above the file."""

from typing import Any

import pytest

from services.domain.files.events import SidecarRead
from services.domain.photos.keywords import KeywordsSet
from services.gateway.queries.inherited import estate
from tests.support.imported import imported
from tests.support.stack import Stack


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    """Three photos; the first has a sidecar that says something."""
    ids = await imported(stack, 3)
    words: dict[str, Any] = {"keywords": ["Rome"], "people": ["Ada"], "description": "Home", "favorite": True}
    said = SidecarRead(
        image_id=ids[0], root="/p", path="0.xmp", size=1, mtime_ns=1, kind="xmp", stars=5, **words
    )
    await stack.tell(said)
    return ids


async def metadata(stack: Stack, image: str, *names: str) -> list[Any]:
    shown = (await stack.get(f"/api/images/{image}"))["metadata"]
    return [shown[name] for name in names]


async def search(stack: Stack, q: str) -> set[str]:
    return {item["id"] for item in (await stack.get(f"/api/images?q={q}"))["items"]}


SAID: list[tuple[str, dict[str, Any], str, Any, Any, str]] = [
    ("set-favorite", {}, "favorite", True, True, "is:favorite"),
    ("set-favorite", {"favorite": False}, "favorite", False, True, "-is:favorite"),
    ("set-rating", {"rating": 3}, "rating", 3, 5, "rating:3..4"),
    ("set-rating", {"rating": 0}, "rating", 0, 5, "-is:rated"),
    ("set-title", {"title": "Weir"}, "title", "Weir", None, "weir"),
    ("set-caption", {"caption": "In the rain"}, "description", "In the rain", "Home", "rain"),
    ("set-caption", {"caption": ""}, "description", None, "Home", "-has:description"),
    ("add-keywords", {"keywords": ["Lake"]}, "keywords", ["Rome", "Lake"], ["Rome"], "keyword:lake"),
    ("remove-keywords", {"keywords": ["Rome"]}, "keywords", [], ["Rome"], "-keyword:rome"),
    ("add-people", {"people": ["Bob"]}, "people", ["Ada", "Bob"], ["Ada"], "person:bob"),
    ("remove-people", {"people": ["Ada"]}, "people", [], ["Ada"], "-person:ada"),
]


@pytest.mark.parametrize(("command", "fields", "name", "value", "files", "term"), SAID)
async def test_a_persons_word_outranks_the_file_until_it_is_taken_back(
    stack: Stack,
    ids: list[str],
    command: str,
    fields: dict[str, Any],
    name: str,
    value: Any,
    files: Any,
    term: str,
) -> None:
    given = await stack.done(command, {"images": ids[:1], **fields})
    assert await metadata(stack, ids[0], name) == [value]
    assert ids[0] in await search(stack, term)
    page = (await stack.client.get(f"/images/{ids[0]}", headers={"Accept": "text/html"})).text
    assert f"/commands/{command}" in page or "/commands/edit-photos" in page
    await stack.done("undo", {"command_id": given["command_id"]})
    assert await metadata(stack, ids[0], name) == [files]
    assert (ids[0] in await search(stack, term)) is (value == files)


async def test_words_that_were_taken_away_find_the_photo_no_more(stack: Stack, ids: list[str]) -> None:
    assert await search(stack, "home ada rome") == {ids[0]}
    await stack.done("edit-photos", {"images": ids, "caption": "Away", "remove_people": ["Ada"]})
    assert await search(stack, "home") == await search(stack, "ada") == set()
    assert await search(stack, "away") == set(ids)


async def test_a_form_changes_only_what_was_touched(stack: Stack, ids: list[str]) -> None:
    """A second field says what it held; an emptied one removes. Several names are separated by commas."""
    form = {"images": ",".join(ids), "next": "/", "title": "", "title_was": ""}
    form |= {"caption": "", "caption_was": "Home", "add_keywords": "a, b ,", "rating": ""}
    answer = await stack.client.post("/commands/edit-photos", data=form, headers={"HX-Request": "true"})
    assert "Changed 3 photos" in answer.headers["HX-Trigger"]
    names = ("title", "description", "keywords", "rating")
    assert await metadata(stack, ids[0], *names) == [None, None, ["Rome", "a", "b"], 5]
    assert await metadata(stack, ids[1], *names) == [None, None, ["a", "b"], 0]
    form |= {"caption": "One\r\nTwo", "caption_was": "One\nTwo", "add_keywords": ""}
    answer = await stack.client.post("/commands/edit-photos", data=form, headers={"HX-Request": "true"})
    assert "Nothing changed" in answer.headers["HX-Trigger"]


@pytest.mark.parametrize(
    ("command", "fields", "field"),
    [
        ("set-rating", {"rating": 6}, "rating"),
        ("set-rating", {"rating": -1}, "rating"),
        ("set-rating", {}, "rating"),
        ("set-title", {"title": "a\nb"}, "title"),
        ("set-title", {"title": "a\u0000b"}, "title"),
        ("set-title", {"title": "a" * 501}, "title"),
        ("set-caption", {"caption": "a" * 10_001}, "caption"),
        ("add-keywords", {"keywords": []}, "keywords"),
        ("add-keywords", {"keywords": [" "]}, "keywords"),
        ("add-keywords", {"keywords": ["a" * 201]}, "keywords"),
        ("add-keywords", {"keywords": ["a"] * 101}, "keywords"),
        ("add-people", {"people": "Ada"}, "people"),
        ("edit-photos", {"add_people": ["\u0007"]}, "add_people"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    untouched: Stack, command: str, fields: dict[str, Any], field: str
) -> None:
    ids = [item["id"] for item in (await untouched.get("/api/images"))["items"]]
    answer = await untouched.post(command, {"images": ids, **fields})
    assert (answer.status_code, answer.json()["extra"][0]["key"].partition("[")[0]) == (422, field)


async def test_names_are_offered_while_one_types(stack: Stack, ids: list[str]) -> None:
    """After the ones before the last comma."""
    await stack.done("add-keywords", {"images": ids, "keywords": ["Roman Road", "<b>"]})
    for typed, offered in (
        ("ro", ["Roman Road", "Rome"]),
        ("x, ro", ["x, Roman Road", "x, Rome"]),
        ("zz", []),
    ):
        answer = await stack.client.get("/search/names", params={"add_keywords": typed})
        assert [f'value="{one}"' in answer.text for one in offered] == [True] * len(offered)
        assert answer.text.count("<option") == len(offered)
    assert "&lt;b&gt;" in (await stack.client.get("/search/names", params={"add_keywords": ""})).text
    assert "<option" not in (await stack.client.get("/search/names", params={"other": "r"})).text


async def test_what_was_said_shows_on_the_tile(stack: Stack, ids: list[str]) -> None:
    await stack.done("set-rating", {"images": ids[1:2], "rating": 2})
    page = (await stack.client.get("/", headers={"Accept": "text/html"})).text
    assert page.count('class="loved"') == 1
    assert 'title="2 stars"' in page
    around = await stack.get(f"/images/{ids[1]}/around")
    assert [one.get("favorite", False) for one in [*around["before"], *around["after"]]].count(True) == 1


async def test_the_history_says_it_in_one_line_for_many(stack: Stack, ids: list[str]) -> None:
    await stack.done("add-keywords", {"images": ids, "keywords": ["Lake"]})
    assert len(await stack.events(KeywordsSet)) == 1
    page = (await stack.client.get("/history?about=photos", headers={"Accept": "text/html"})).text
    assert "Added keyword Lake to 3 photos" in page
    history = (await stack.get(f"/api/images/{ids[2]}"))["history"]
    assert history[0]["text"] == "Added keyword Lake to 3 photos"


async def test_everything_said_is_part_of_what_an_edit_inherits(stack: Stack, ids: list[str]) -> None:
    await stack.done("edit-photos", {"images": ids[1:2], "title": "A", "rating": 4, "add_people": ["Bob"]})
    assert (await estate(stack.gateway.views, ids[1])).remarks == [
        ("people", "Bob", 1),
        ("rating", "", 4),
        ("title", "", "A"),
    ]


async def test_a_keyword_with_what_it_stands_below_is_as_those_of_files(stack: Stack, ids: list[str]) -> None:
    """In the API, the search, the words, the tree and the page; and it goes by its own name."""
    given = await stack.done("add-keywords", {"images": ids[1:], "keywords": ["Places| Italy |Rome"]})
    names = ("keywords", "keyword_paths")
    assert await metadata(stack, ids[1], *names) == [["Rome"], ["Places|Italy|Rome"]]
    for q in (
        "keyword:italy",
        "keyword:places",
        "italy",
        'keyword:"Places|Italy"',
        'keyword:"places|italy|rome"',
    ):
        assert await search(stack, q) == set(ids[1:]), q
    assert await search(stack, "keyword:rome") == set(ids)
    tree = (await stack.client.get("/keywords", headers={"Accept": "text/html"})).text
    assert "Places%7CItaly%7CRome" in tree
    assert tree.index(">Places<") < tree.index(">Italy<") < tree.index(">Rome<")
    page = (await stack.client.get(f"/images/{ids[1]}", headers={"Accept": "text/html"})).text
    assert '<input type="hidden" name="keywords" value="Rome">' in page
    await stack.done("remove-keywords", {"images": ids[1:2], "keywords": ["Rome"]})
    assert await metadata(stack, ids[1], *names) == [[], []]
    assert await search(stack, "keyword:italy") == {ids[2]}
    await stack.done("add-keywords", {"images": ids[1:2], "keywords": ["Places|Italy|Rome"]})
    assert await metadata(stack, ids[1], *names) == [["Rome"], ["Places|Italy|Rome"]]
    await stack.done("undo", {"command_id": given["command_id"]})
    assert await search(stack, "keyword:italy") == set()
    quote = 'Say "a"|b\\'
    await stack.done("add-keywords", {"images": ids[2:], "keywords": [quote]})
    assert await metadata(stack, ids[2], *names) == [["b\\"], [quote]]
