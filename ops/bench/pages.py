"""Latency of the timeline with 15,000 photos, 60 per page: first and deepest page, 1 and 16 clients; made anew for each
request, and as it is kept until something changes; of other pages; of some right after a click, when nothing counts any
longer that was worked out before; and of the edit sheet for 500 photos.

The server is `albumen up`. To cost little, the client speaks HTTP over bare persistent sockets. A minimal page over the
same rows (`bare.py`) shows how much ours costs beyond the minimum.
"""

import asyncio
import gc
import itertools
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx

from ops.bench import bare, photos
from ops.bench.measure import Measure, percentile, size
from ops.bench.served import Served, caught_up, served

COUNT: Final = size(15_000, 200)
SECONDS: Final = size(4.0, 0.2)
WARM_UP: Final = size(200, 3)
"""Requests before the measurement."""
OTHERS: Final = (
    *("/search?q=dog", "/categories", "/albums", "/people", "/places", "/months", "/duplicates", "/models"),
    *("/jobs", "/history"),
)
PAGE: Final = 60
MOST: Final = 500
"""Photos per API response."""
EDITED: Final = size(500, 10)
"""Photos on the edit sheet, from the whole library."""
SHEETS: Final = size(30, 2)
CLICKS: Final = size(30, 2)
CLICKED: Final = (f"/images/{photos.image_id(3)}", "/categories/g0", "/categories", "/")
NUMBERS: Final = itertools.count()
CITIES: Final = ("Rome", "Vienna", "Lisbon", "Oslo", "Athens")


@contextmanager
def opened(folder: Path, count: int, classes: photos.Classes = photos.two) -> Iterator[Served]:
    """Serve an album of `count` photos from `folder`, with no work left to do."""
    empty = folder / "photos"
    empty.mkdir()
    asyncio.run(photos.append(folder / "data" / "events.db", photos.library(count, classes)))
    with served(empty, folder / "data") as album:
        yield album


async def _client(port: int, path: str, until: float, least: int, times: list[float], anew: bool) -> None:
    """Repeat a request over one connection, appending the milliseconds of each response to `times`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n"
    try:
        while time.perf_counter() < until or len(times) < least:
            request = f"{head}X-Number: {next(NUMBERS)}\r\n\r\n" if anew else f"{head}\r\n"
            began = time.perf_counter()
            writer.write(request.encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path} answered {answer[:40]!r}")
            length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()


def load(port: int, path: str, clients: int, seconds: float, anew: bool = True) -> list[float]:
    """Milliseconds of every response. `anew`: each request has a header of its own, for which nothing is kept."""

    async def run() -> list[float]:
        await _client(port, path, 0, WARM_UP, [], anew)
        times: list[float] = []
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_client(port, path, until, 1, times, anew) for _ in range(clients)))
        return times

    gc.collect()
    gc.disable()
    try:
        return asyncio.run(run())
    finally:
        gc.enable()


def deepest(client: httpx.Client) -> str:
    """The path of the last full page."""
    after, remaining = "", COUNT - PAGE - 1
    while remaining:
        limit = min(remaining, MOST)
        params = {"limit": str(limit)} | ({"after": after} if after else {})
        after = client.get("/api/images", params=params).raise_for_status().json()["next"]
        remaining -= limit
    return f"/?{urlencode({'after': after})}"


def after_clicks(album: Served) -> Iterator[Measure]:
    """Each page after another photo got a heart, or lost it."""
    for path in CLICKED:
        times = []
        for number in range(CLICKS):
            hearts = {"images": [photos.image_id(7)], "favorite": number % 2 == 0}
            album.client.post("/commands/set-favorite", json=hearts).raise_for_status()
            caught_up(album.client)
            began = time.perf_counter()
            album.client.get(path, headers={"Accept": "text/html"}).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
        yield _p95(f"{path}, after a click", times, 10.0)


def edit_sheet(album: Served) -> Measure:
    """Of photos that differ in everything that it shows."""
    ids = [photos.image_id(number * COUNT // EDITED) for number in range(EDITED)]
    for number, city in enumerate(CITIES):
        for command, field in (
            ("set-title", {"title": f"Days in {city}"}),
            ("set-caption", {"caption": f"What we saw in {city}"}),
            ("set-rating", {"rating": number}),
            ("set-place", {"city": city}),
            ("add-keywords", {"keywords": [f"Places|{city}|Street {street}" for street in range(8)]}),
            ("add-people", {"people": [f"Person {one} of {city}" for one in range(4)]}),
        ):
            of_it = ids[number :: len(CITIES)]
            album.client.post(f"/commands/{command}", json={"images": of_it, **field}).raise_for_status()
    caught_up(album.client)
    times = []
    for _ in range(SHEETS):
        began = time.perf_counter()
        shown = album.client.post("/edit", data={"images": ",".join(ids)}, headers={"Accept": "text/html"})
        times.append((time.perf_counter() - began) * 1000)
        assert f"Person 0 of {CITIES[0]}" in shown.raise_for_status().text
    return _p95(f"edit sheet for {EDITED} of {COUNT} photos", times, 200.0)


def _p95(what: str, times: list[float], target: float, note: str = "") -> Measure:
    """`times`: milliseconds."""
    return Measure(
        what=f"{what}: p95",
        value=percentile(times, 95),
        unit="ms",
        target=target,
        smaller_is_better=True,
        note=f"p50 {percentile(times, 50):.1f}{note}",
    )


def _timed(
    port: int, what: str, path: str, targets: tuple[float, float], anew: bool = True
) -> Iterator[Measure]:
    for clients, target in zip((1, 16), targets, strict=True):
        times = load(port, path, clients, SECONDS, anew)
        rate = f", {len(times) / SECONDS:,.0f}/s"
        yield _p95(f"{what}, {clients} client{'s' * (clients > 1)}", times, target, rate)


def measure() -> list[Measure]:
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), COUNT) as album:
        for what, path in (("first page", "/"), ("deepest page", deepest(album.client))):
            measures += _timed(album.port, f"timeline, {what}", path, (5.0, 30.0))
        measures += _timed(album.port, "timeline, kept", "/", (2.5, 22.0), anew=False)
        for path in OTHERS:
            measures += _timed(album.port, path, path, (10.0, 60.0))
        measures += after_clicks(album)
        with bare.beside(Path(folder) / "data" / "views") as port:
            ours, least = load(album.port, "/", 1, SECONDS), load(port, "/bare", 1, SECONDS)
        sheet = edit_sheet(album)
        ratio = percentile(ours, 50) / percentile(least, 50)
        note = f"ratio of the p50; bare page: {percentile(least, 50):.2f} ms"
        what = "timeline / bare page"
        measures.append(Measure(what=what, value=ratio, unit="×", smaller_is_better=True, note=note))
    return [*measures, sheet]
