"""The outline of a list agrees with its pages on every photo."""

import re

import httpx
import pytest

from tests.support import selects

TILE = re.compile(
    r'<li class="tile r(\d{3})" id="p-([0-9a-f]{32})">|<(?:li|div) class="month"><h2>(.*?) <span>'
)
DAY = re.compile(r'<(?:li|div) class="date"><h3>(.*?)</h3>|class="day">(.*?)<')


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


@pytest.mark.parametrize("sort", ["", "?sort=taken_at"])
async def test_days_are_headings_in_the_timeline_and_marks_elsewhere(
    client: httpx.AsyncClient, sort: str
) -> None:
    """And marks in months of few photos, which share rows."""
    days, marks = [], []
    more: str | None = f"/{sort}"
    while more:
        text = (await client.get(more, headers={"HX-Request": "true"})).text
        found = DAY.findall(text)
        days += [heading for heading, _ in found if heading]
        marks += [mark for _, mark in found if mark]
        further = re.search(r'hx-get="([^"]*after[^"]*)"', text)
        more = further and further[1].replace("&amp;", "&")
    page = (await client.get(f"/{sort}")).text.replace("&amp;", "&")
    [outline] = re.findall(r'data-outline="([^"]+)"', page)
    whole = (await client.get(outline)).json()
    few = {month for month, _, count in whole["months"] if count <= whole["few"]}
    assert days == [name for key, name, _ in whole["days"] if key[:7] not in few]
    assert marks == [name for key, name, _ in whole["days"] if key[:7] in few]
    assert sum(count for _, _, count in whole["days"]) == len(whole["shapes"])
    for key, _, count in whole["days"][:3]:
        ids = (await client.get(f"{outline.replace('/outline', '/outline/ids')}&day={key}")).json()
        assert len(ids) == count
    assert "days" not in (await client.get("/outline")).json()
    assert "<h3>" not in (await client.get("/search?q=img")).text


@pytest.mark.parametrize("query", ["?timeline=1", "?sort=taken_at", "?sort=-added", "?album=lake&sort=album"])
async def test_where_in_the_list_a_photo_is(client: httpx.AsyncClient, query: str) -> None:
    ids = (await client.get(f"/outline/ids{query}")).json()
    assert len(ids) == len((await client.get(f"/outline{query}")).json()["shapes"]) > 20
    for place in (0, 1, len(ids) // 2, len(ids) - 1):
        assert (await client.get(f"/outline{query}&image={ids[place]}")).json() == {"at": place}
        near = ",".join(["f" * 32, ids[place], ids[0]])
        found = (await client.get(f"/outline{query}&near={near}")).json()["near"]
        assert found == {"id": ids[place], "place": place}
        for ends in (ids[2], ids[place]), (ids[place], ids[2]):
            between = (await client.get(f"/outline/ids{query}&from={ends[0]}&to={ends[1]}")).json()
            assert between == ids[min(2, place) : max(2, place) + 1]
    assert (await client.get(f"/outline{query}&image={'f' * 32}")).json() == {"at": -1}
    assert (await client.get(f"/outline{query}&near={'f' * 32}")).json()["near"] is None
    assert (await client.get(f"/outline/ids{query}&from={ids[0]}&to={'f' * 32}")).status_code == 404


@pytest.mark.parametrize("query", ["timeline=1&days=1", "sort=taken_at", "album=lake&sort=album"])
async def test_shapes_and_days_are_of_the_same_moment(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    """While photos come in, two statements would see different ones, and the page could not be laid out."""
    statements = selects.of_requests(monkeypatch)
    found = (await client.get(f"/outline?{query}&q=img")).json()  # a list that nobody has asked for
    assert len(found["shapes"]) == sum(count for _, _, count in found["months"]) > 20
    assert len([sql for sql in statements if "month" in sql or "width" in sql]) == 1


async def test_what_there_is_no_outline_of(client: httpx.AsyncClient) -> None:
    assert (await client.get("/outline?sort=size")).status_code == 422
    assert (await client.get("/outline?album=gone")).json()["shapes"] == []
