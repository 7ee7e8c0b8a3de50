"""Correcting hundreds of photos at once: one command, one line of history, one Undo."""

import json
import re

import pytest

from tests.support.history_lines import history_lines
from tests.support.imported import imported
from tests.support.stack import Stack

COUNT = 500
HTML = {"Accept": "text/html"}


@pytest.fixture
async def ids(stack: Stack) -> list[str]:
    return await imported(stack, COUNT)


async def lines(stack: Stack) -> list[str]:
    """The whole history, page by page."""
    found: list[str] = []
    path: str | None = "/history"
    while path:
        text = (await stack.client.get(path, headers=HTML)).text
        found += history_lines(text)
        more = re.search(r'href="(/history\?before=\d+)"', text)
        path = more[1] if more else None
    return found


async def given(stack: Stack, name: str, ids: list[str]) -> str:
    """Send it as the selection bar does; returns the command's id, from the toast that offers Undo."""
    fields = {"category_id": "dog", "images": ids, "name": "", "taken_at": "", "shift_s": "", "next": "/"}
    answer = await stack.client.post(f"/commands/{name}", data=fields, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.text
    toast = json.loads(answer.headers["HX-Trigger"])["toast"]
    assert "500 photos" in toast["text"]
    await stack.caught_up()
    return str(toast["undo"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("assign-category", "You marked 500 photos as “Dog”"),
        ("reject-category", "You marked 500 photos as not “Dog”"),
    ],
)
async def test_hundreds_are_one_line_and_one_undo(stack: Stack, ids: list[str], name: str, said: str) -> None:
    assert (await stack.post("create-album", {"name": "Before"})).status_code == 202
    command = await given(stack, name, ids)
    assert (await stack.post("create-album", {"name": "After"})).status_code == 202
    await stack.caught_up()
    assert await lines(stack) == ["Created “After”", said, "Created “Before”"]
    assert (await stack.get("/api/images?category=dog"))["total"] == (COUNT if "assign" in name else 0)
    assert (await stack.post("undo", {"command_id": command})).status_code == 202
    await stack.caught_up()
    assert (await stack.get("/api/images?category=dog"))["total"] == 0
    assert await lines(stack) == [
        "You withdrew “Dog”",
        "Undone",
        "Created “After”",
        said,
        "Created “Before”",
    ]


async def test_a_page_of_history_has_as_many_lines_as_fit(stack: Stack, ids: list[str]) -> None:
    """Pages count lines, not photos; no line is repeated across pages."""
    for number in range(120):
        await stack.post("create-album", {"name": f"A{number}"})
        if number % 40 == 0:
            await given(stack, "assign-category", ids)
    found = await lines(stack)
    assert len(found) == 123
    assert sum("500 photos" in line for line in found) == 3


async def test_one_photo_tells_its_own_part(stack: Stack, ids: list[str]) -> None:
    await given(stack, "assign-category", ids)
    texts = [entry["text"] for entry in (await stack.get(f"/api/images/{ids[0]}"))["history"]]
    assert texts[0] == "You marked this photo as “Dog”"
