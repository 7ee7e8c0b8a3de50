"""The outline of a list agrees with its pages on every photo."""

import re

import httpx
import pytest

TILE = re.compile(r'<li class="tile r(\d{3})" id="p-([0-9a-f]{32})">|<li class="month"><h2>(.*?) <span>')


async def paged(client: httpx.AsyncClient, chunks: str, after: list[str]) -> list[tuple[str, str]]:
    """(heading or shape, id) of each photo shown in the chunks."""
    seen = []
    for cursor in ["", *(f"&after={word}" for word in after)]:
        text = (await client.get(chunks + cursor, headers={"HX-Request": "true"})).text
        seen += [(month or shape, key) for shape, key, month in TILE.findall(text)]
    return seen


@pytest.mark.parametrize("path", ["/", "/?sort=taken_at", "/albums/lake", "/categories/dog", "/search?q=img"])
async def test_the_outline_is_what_the_pages_show(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path)).text.replace("&amp;", "&")
    outline, chunks = re.findall(r'data-(?:outline|chunks)="([^"]+)"', page)
    found = (await client.get(outline)).json()
    seen = await paged(client, chunks, found["after"])
    photos = [(shape, key) for shape, key in seen if key]
    assert [int(shape) for shape, _ in photos] == found["shapes"]
    assert len({key for _, key in photos}) == len(photos) > 20
    assert [name for _, name, _ in found["months"] if name] == [name for name, key in seen if not key]
    counts, run = list[int](), 0
    for place, (_, key) in enumerate(seen):
        run = run + 1 if key else run
        if place + 1 == len(seen) or not seen[place + 1][1]:
            counts, run = ([*counts, run], 0) if run else (counts, 0)
    assert counts == [count for _, _, count in found["months"]]


async def test_what_there_is_no_outline_of(client: httpx.AsyncClient) -> None:
    assert (await client.get("/outline?sort=size")).status_code == 422
    assert (await client.get("/outline?album=gone")).json()["shapes"] == []
