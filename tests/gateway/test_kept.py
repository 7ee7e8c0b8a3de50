"""Pages that have not changed are given again, or not at all; and never after anything has changed."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.gateway.health.condition import Condition
from services.gateway.pages import first_days, timeline
from services.gateway.tables.pool import Views
from services.gateway.unchanged import answers
from services.gateway.web.answer import Req
from services.kernel import clock
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings
from tests.support import photos
from tests.support.reading_here import read_here
from tests.support.stack import Stack
from tests.support.stack import stack as running_stack

Above = Callable[[Req, Views], Awaitable[dict[str, Any]]]
PATHS = (
    *("/", "/?at=2020-01", "/recent", "/favorites", "/hidden", "/albums", "/categories", "/categories/dog"),
    *(
        "/search?q=2020",
        "/months",
        "/years",
        "/people",
        "/cameras",
        "/keywords",
        "/places",
        "/outline",
        "/outline/ids",
    ),
)


@pytest.fixture
async def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stack]:
    read_here(monkeypatch)
    for number in range(3):
        exif = photos.exif(f"2020:01:0{number + 1} 10:00:00")
        photos.write(tmp_path / "photos" / f"{number}.jpg", number, exif=exif)
    settings = Settings(
        data=tmp_path / "data", previews=tmp_path / "previews", photos=(tmp_path / "photos",), workers=1
    )
    async with running_stack(settings) as running:
        await running.done("scan")
        await quiet(running)
        yield running


async def quiet(stack: Stack) -> None:
    """The figures of the rail, which are counted each second, are up to date."""
    await stack.gateway.rail.look(stack.gateway.jobs)


async def etag(stack: Stack, path: str, **headers: str) -> str:
    answer = await stack.client.get(path, headers={"Accept": "text/html", **headers})
    assert answer.status_code == 200, answer.text
    return str(answer.headers["ETag"])


@pytest.mark.parametrize("path", PATHS)
async def test_an_unchanged_page_is_not_sent_again(stack: Stack, path: str) -> None:
    first = await stack.client.get(path, headers={"Accept": "text/html"})
    second = await stack.client.get(path, headers={"Accept": "text/html"})
    assert first.content == second.content
    assert first.headers == second.headers
    has_it = {"Accept": "text/html", "If-None-Match": first.headers["ETag"]}
    third = await stack.client.get(path, headers=has_it)
    assert (third.status_code, third.content) == (304, b"")
    ours = {
        name: value for name, value in first.headers.items() if name not in ("content-length", "content-type")
    }
    assert {name: third.headers.get(name) for name in ours} == ours, "what guards the page guards it still"
    other = await stack.client.get(path, headers=has_it | {"If-None-Match": '"another"'})
    assert other.content == first.content


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("create-album", {"name": "Rome"}),
        ("create-category", {"name": "Boats"}),
        ("set-favorite", {"images": ..., "favorite": True}),
        ("hide-images", {"images": ...}),
        ("set-seasons", {"hemisphere": "south"}),
    ],
)
async def test_after_any_change_it_is_made_anew(
    stack: Stack, name: str, body: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(timeline, "above_timeline", _counting(made))
    await etag(stack, "/")
    await etag(stack, "/")
    assert len(made) == 1
    ids = [one["id"] for one in (await stack.get("/api/images"))["items"]]
    await stack.done(name, {key: ids[:1] if value is ... else value for key, value in body.items()})
    await etag(stack, "/")
    assert len(made) == 2


def _counting(made: list[str]) -> Above:
    above = first_days.above_timeline

    async def counting(request: Req, views: Views) -> dict[str, Any]:
        made.append(str(request.url))
        return await above(request, views)

    return counting


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "de"},
        {"Cookie": "theme=dark"},
        {"Cookie": "language=fr"},
        {"HX-Request": "true"},
        {"X-Anything-Else": "1"},
    ],
)
async def test_whoever_asks_otherwise_gets_an_answer_of_his_own(
    stack: Stack, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(timeline, "above_timeline", _counting(made))
    for _ in range(2):
        await etag(stack, "/")
        await etag(stack, "/", **headers)
    assert len(made) == 2


async def test_what_is_in_no_table_counts_as_well(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong, the day, the rail's figures."""
    before = await etag(stack, "/")
    problem = Condition(code="disk_low", problem=Sentence("Low."), remedy=Sentence("Tidy up."), grave=False)
    stack.gateway.health.report(problem)
    assert await etag(stack, "/") != before
    stack.gateway.health.clear("disk_low")
    assert await etag(stack, "/") == before
    monkeypatch.setattr(clock, "today", lambda: date(2024, 1, 2))
    on_this_day = await etag(stack, "/")
    assert on_this_day != before


async def test_answers_are_not_kept_without_an_end(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_KEPT", 3)
    made: list[str] = []
    monkeypatch.setattr(timeline, "above_timeline", _counting(made))
    for number in (0, 1, 2, 0, 3, 0, 1):
        await etag(stack, f"/?x={number}")
    assert [url[-1] for url in made] == ["0", "1", "2", "3", "1"], "the least recently used one has gone"


async def test_errors_are_not_kept(stack: Stack) -> None:
    answer = await stack.client.get("/albums/none", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "ETag" not in answer.headers
