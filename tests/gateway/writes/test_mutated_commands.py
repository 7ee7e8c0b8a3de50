"""Every command with its JSON mutated: accepted, or refused with nothing appended; never an error of ours."""

import json
import os
import random
from typing import Any, Final

import msgspec
import pytest

from services.domain.registry import BY_NAME
from tests.support.stack import Stack

CASES: Final = int(os.environ.get("ALBUMEN_FUZZ_CASES") or 6)
"""Of each command. ALBUMEN_FUZZ_SEED repeats a run."""
SEED: Final = int(os.environ.get("ALBUMEN_FUZZ_SEED") or 1)
SLOW: Final = ("look-back",)
"""Builds the tables of a moment; its own tests are enough."""
ODD: Final[list[Any]] = [
    None, True, 0, -1, 1.5, 2**62, 2**63, 10**30, 1e308, "", " ", "\0", "a\nb", "\u202e", "😀" * 150, "a" * 300,
    "..", "%00", "start", "all", "unclassified", "category", "group", "2016-06-12", "9999-12-31T23:59:59",
    "0001-01-01", "/", "/photos", [], ["a"], [None], ["a"] * 300, {}, {"a": 1}, "00000000-0000-7000-8000-000000000000",
    "dog",
    "q:",
    'album:"', "(" * 400,
]  # fmt: skip


@pytest.fixture
async def things(scanned: Stack) -> list[Any]:
    """Ids that exist, so that mutated commands get further than the first check."""
    ids = [item["id"] for item in (await scanned.get("/api/images"))["items"]]
    await scanned.done("create-album", {"name": "A", "images": ids[:2]})
    made = (await scanned.post("create-album", {"name": "Smart", "q": "type:jpeg"})).json()
    await scanned.caught_up()
    albums = [one["id"] for one in await scanned.get("/api/albums")]
    jobs = [one["command_id"] for one in await scanned.get("/api/jobs")]
    return [*ids, ids, ids[::-1], *albums, *jobs, made["command_id"]]


def values(chance: random.Random, things: list[Any]) -> Any:
    return chance.choice(chance.choice([ODD, things, [chance.choice(things), [chance.choice(ODD)]]]))


@pytest.mark.fuzz
async def test_a_mutated_command_is_accepted_or_leaves_no_trace(scanned: Stack, things: list[Any]) -> None:
    for name in sorted(set(BY_NAME) - {*SLOW}):
        chance = random.Random(f"{SEED} {name}")
        for _case in range(CASES):
            await tried(scanned, name, things, chance)
    for path in ("/", "/history", "/albums", "/categories", "/jobs", "/settings", "/api/albums"):
        page = await scanned.client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200, path


async def tried(stack: Stack, name: str, things: list[Any], chance: random.Random) -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(BY_NAME[name])]
    body: Any = {field: values(chance, things) for field in fields if chance.random() < 0.85}
    if chance.random() < 0.1:
        body = values(chance, things)
    elif chance.random() < 0.3:
        body["unknown"] = values(chance, things)
    before = await stack.gateway.events.head()
    if isinstance(body, dict) and chance.random() < 0.2:
        form = {key: value if isinstance(value, list) else str(value) for key, value in body.items()}
        answer = await stack.client.post(f"/commands/{name}", data=form)
    else:
        answer = await stack.client.post(f"/commands/{name}", content=json.dumps(body).encode())
    assert answer.status_code < 500, (name, body, answer.text)
    if answer.status_code >= 400:
        detail = answer.json()["detail"]
        assert "Expected" not in detail and detail.endswith("."), (name, body, detail)
        rows = await stack.gateway.events.read(before, 1000)
        assert not [row for row in rows if row.type == BY_NAME[name].TYPE], (name, body)
