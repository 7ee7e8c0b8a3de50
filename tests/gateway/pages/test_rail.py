"""The rail leads everywhere, shows where one is, and has a few figures."""

import json
import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from services.domain.categories.decisions import CategoryAssigned
from services.domain.photos.hiding import ImagesHidden
from services.gateway.presentation.rail import Figures, Rail
from services.gateway.running.job_status import JobStatus
from services.gateway.tables.pool import Views
from tests.gateway.pages.seeded import image_id
from tests.support.stack import Stack

WAYS = {
    "Photos": "/",
    "Search": "/search",
    "Albums": "/albums",
    "Categories": "/categories",
    "Places": "/places",
    "Favourites": "/favorites",
    "Activity": "/jobs",
    "Duplicates": "/duplicates",
    "Hidden and bin": "/hidden",
    "Settings": "/settings",
}
WITHIN = {
    "Photos": ("/months", "/years", f"/images/{image_id(4)}"),
    "Search": ("/search?q=dog", "/cameras", "/people", "/keywords"),
    "Albums": ("/albums/lake",),
    "Categories": ("/categories/dog", "/categories/own/teach"),
    "Activity": ("/models", "/history", "/models/compare", "/jobs/problems"),
    "Hidden and bin": ("/bin",),
    "Settings": ("/access",),
}
"""Further pages of each entry."""


def rail(page: str) -> str:
    match = re.search(r'<nav class="rail".*?</nav>', page, re.DOTALL)
    assert match
    return match[0]


def entries(page: str) -> list[tuple[str, str, bool]]:
    """(name, address, whether it is the current one)"""
    links = re.findall(r'<a href="([^"]*)"([^>]*)>.*?<span>(.*?)</span>', rail(page), re.DOTALL)
    return [(unescape(name), href, "aria-current" in rest) for href, rest, name in links]


def figure(page: str, name: str) -> str | None:
    """None: not shown."""
    match = re.search(rf'data-figure="{name}"( hidden)?>(.*?)</small>', rail(page))
    assert match
    return None if match[1] else match[2]


async def test_what_one_looks_at_comes_first(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert [(name, href) for name, href, _ in entries(page)] == list(WAYS.items())


@pytest.mark.parametrize(
    ("name", "path"),
    [*WAYS.items(), *((name, path) for name, paths in WITHIN.items() for path in paths)],
)
async def test_every_page_belongs_to_one_entry(client: httpx.AsyncClient, name: str, path: str) -> None:
    page = (await client.get(path)).text
    assert [entry for entry, _, current in entries(page) if current] == [name]


@pytest.mark.parametrize("path", ["/jobs", "/models", "/history", "/hidden", "/bin"])
async def test_pages_of_one_entry_lead_to_each_other(client: httpx.AsyncClient, path: str) -> None:
    page = (await client.get(path)).text
    ways = re.search(r'<nav class="distance".*?</nav>', page, re.DOTALL)
    assert ways
    same = ("/hidden", "/bin") if path in ("/hidden", "/bin") else ("/jobs", "/models", "/history")
    assert tuple(re.findall(r'href="([^"]*)"', ways[0])) == same
    assert re.findall(r'href="([^"]*)" aria-current', ways[0]) == [path]


async def test_figures_are_those_of_the_pages(album: Stack) -> None:
    await album.tell(
        *(CategoryAssigned(image_id=image_id(n), category_id="kind-favorite") for n in range(3)),
        CategoryAssigned(image_id=image_id(7), category_id="kind-trash"),
        ImagesHidden(image_ids=[image_id(8), image_id(9)]),
    )
    await album.gateway.rail.look(album.gateway.jobs)
    page = (await album.client.get("/")).text
    shown = {name: figure(page, name) for name in ("albums", "favorites", "problems", "put-away", "running")}
    assert shown == {"albums": "2", "favorites": "3", "problems": "2", "put-away": "3", "running": None}
    assert '<span class="count">3</span>' in (await album.client.get("/favorites")).text


async def test_a_figure_of_nothing_is_not_shown(album: Stack) -> None:
    await album.gateway.rail.look(album.gateway.jobs)
    assert figure((await album.client.get("/")).text, "favorites") is None


@pytest.mark.parametrize(
    ("status", "total", "text"),
    [("running", 200, "25%"), ("running", 0, "…"), ("paused", 200, None)],
    ids=["running", "without a total", "paused"],
)
async def test_a_job_that_runs_shows_in_the_rail_in_place_of_the_problems(
    album: Stack, monkeypatch: pytest.MonkeyPatch, status: str, total: int, text: str | None
) -> None:
    job = JobStatus(command_id="1", type="scan_library", status=status, total=total, done=40, failed=10)

    async def running() -> list[JobStatus]:
        return [job]

    monkeypatch.setattr(album.gateway.jobs, "running", running)
    await album.gateway.rail.look(album.gateway.jobs)
    page = (await album.client.get("/settings")).text
    assert (figure(page, "running"), figure(page, "problems")) == (text, None if text else "2")


async def test_before_there_are_tables_nothing_is_counted(tmp_path: Path, album: Stack) -> None:
    views = Views(tmp_path)
    try:
        early = Rail(views)
        await early.look(album.gateway.jobs)
        assert early.figures == Figures()
    finally:
        await views.close()


async def test_the_line_brings_the_figures(album: Stack) -> None:
    await album.tell(CategoryAssigned(image_id=image_id(1), category_id="kind-favorite"))
    await album.gateway.rail.look(album.gateway.jobs)
    page = (await album.client.get("/")).text
    match = re.search(r"data-figures='(.*?)'", await album.streamed("/jobs/progress", "data-figures="))
    assert match
    told = json.loads(unescape(match[1]))
    assert told["favorites"] == "1"
    assert all(f'data-figure="{name}"' in rail(page) for name in told), "rail.js finds no place for it"


async def test_a_moment_in_the_past_has_no_figures_of_now(album: Stack) -> None:
    await album.gateway.rail.look(album.gateway.jobs)
    album.client.cookies.set("as_of", "0")
    pages = [await album.client.get("/settings") for _ in range(2)]
    assert figure(pages[-1].text, "albums") is None


async def test_favourites_lead_back_to_their_page(album: Stack) -> None:
    await album.tell(CategoryAssigned(image_id=image_id(1), category_id="kind-favorite"))
    page = (await album.client.get("/favorites")).text
    photo = re.search(r'href="(/images/[^"]*)"', page)
    assert photo
    opened = (await album.client.get(unescape(photo[1]))).text
    assert 'href="/favorites?at=' in opened and "Back to “Favourites”" in opened
