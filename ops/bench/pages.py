"""How fast the timeline answers with 15,000 photos: 60 on a page, the first page and the deepest, 1 and 16 clients.

The server is uvicorn with one worker, in a process of its own; the client speaks HTTP over bare sockets that stay
open, so that it costs little. Beside it a route without anything of ours (Litestar, Jinja, one query) on the same
rows tells what the page costs above the least that it could.
"""

import asyncio
import contextlib
import gc
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import aiosqlite
import httpx
import jinja2
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.response import Template

from ops.bench.measure import Measure, percentile
from services.gateway.controllers import pages
from services.gateway.queries.views import Views
from services.gateway.rendering import template_config
from services.gateway.viewing import Viewing
from services.kernel.log.sqlite import reader_uri
from services.kernel.settings import Settings
from services.knowledge.ranks import added
from services.projector.schema import lay_out
from services.projector.tables import index_words

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = "ALBUMEN_DATA"
COUNT: Final = 15_000
SECONDS: Final = 4.0
WARM_UP: Final = 200
"""Requests before measuring."""
PAGE: Final = 60
BARE_SQL: Final = """SELECT image_id, taken_at, width, height, colour FROM image
  WHERE visible = 1 AND (taken_ms, image_id) < (?, ?) ORDER BY taken_ms DESC, image_id DESC LIMIT 60"""
BARE_PAGE: Final = """<!doctype html><title>Photos</title><ol>{% for i in images %}
<li><a href="/images/{{ i[0] }}"><img src="/images/{{ i[0] }}/preview"
width="{{ i[2] }}" height="{{ i[3] }}" alt="{{ i[1] }}"></a></li>
{% endfor %}</ol>"""


def fill(folder: Path, count: int) -> None:
    """Read tables as the projector leaves them: ten years, about two categories to a photo, ten albums."""
    folder.mkdir(parents=True)
    db = sqlite3.connect(folder / "views.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    lay_out(db)
    db.execute("BEGIN")
    db.execute("INSERT INTO checkpoint VALUES ('views', 60000)")
    for group in range(12):
        db.execute(
            f"INSERT INTO category {COLUMNS} VALUES (?, ?, NULL, 'group', 1, 0.6, 'builtin', 0)",
            (f"g{group}", f"Group {group}"),
        )
    for number in range(120):
        values = (f"c{number}", f"Category {number}", f"g{number % 12}")
        db.execute(
            f"INSERT INTO category {COLUMNS} VALUES (?, ?, ?, 'category', 1, 0.35, 'builtin', 0)", values
        )
    db.execute("INSERT INTO active_model VALUES (1, 'lite0')")
    db.executemany(f"INSERT INTO image VALUES ({', '.join('?' * 33)})", map(_image, range(count)))
    db.executemany(
        "INSERT INTO file VALUES ('/photos', ?, ?, ?, NULL, ?, 2000000, 1, 0, NULL, NULL, NULL)",
        ((f"{n // 500}", f"IMG_{n:05}.jpg", f"img_{n:05}", _id(n)) for n in range(count)),
    )
    db.executemany(
        "INSERT INTO label VALUES (?, 'lite0', ?, 0.8)",
        ((_id(n), f"c{(n + step) % 120}") for n in range(count) for step in (0, 7)),
    )
    for album in range(10):
        db.execute(
            "INSERT INTO any_album (album_id, name, created_us, position, changed_us) VALUES (?, ?, ?, ?, 1)",
            (f"a{album}", f"Album {album}", album, album),
        )
        db.executemany(
            "INSERT INTO album_image VALUES (?, ?, ?, ?, ?)",
            ((f"a{album}", _id(n), 100, n, added(100, n)) for n in range(album, count, 100)),
        )
    index_words(db)
    db.execute("COMMIT")
    db.close()
    (folder / "current").write_text("views.db", "utf-8")


def _id(number: int) -> str:
    return f"{number * 0x9E3779B97F4A7C15 % 2**128:032x}"


def _image(number: int) -> tuple[Any, ...]:
    moment = datetime.fromtimestamp(1_420_000_000 + number * 21_000 + number % 7 * 600, UTC)
    taken_at, taken_ms = f"{moment:%Y-%m-%dT%H:%M:%S}", int(moment.timestamp() * 1000)
    width, height = [(4032, 3024), (3024, 4032), (4000, 2250), (1600, 1600)][number % 4]
    return (
        _id(number), number + 1, taken_ms, taken_at, "exif",
        f"{moment:%Y-%m}", 1, width, height, f"#{number % 4096:03x}{number % 3567:03x}", "JPEG",
        2_000_000, 1, "Make", "Model",
        None, 1.8, 0.01, 100, 4.2, None, None, None, None, None, 0, 1, None, "photo", taken_at, taken_ms, "exif", None,
    )  # fmt: skip


class NoJobs:
    async def running(self) -> list[Any]:
        return []

    recent = running

    async def status(self, command_id: str) -> None:
        return None


class NoHistory:
    async def of_image(self, image_id: str, mentions: list[int]) -> list[Any]:
        return []

    async def recent(self, before: int | None = None, limit: int = 100) -> list[Any]:
        return []


@get("/bare", include_in_schema=False)
async def bare(state: State) -> Template:
    """The least that a page of this kind takes: one query by key, one template."""
    rows = await state.bare.execute_fetchall(BARE_SQL, (2**62, ""))
    return Template("bare.html", context={"images": rows})


def create_app() -> Litestar:
    """What the server process runs; the folder is in its environment."""
    folder = Path(os.environ[FOLDER])
    settings = Settings(data=folder, previews=folder / "previews", photos=(folder,))
    stopping = asyncio.Event()

    @asynccontextmanager
    async def live(app: Litestar) -> AsyncIterator[None]:
        app.state.views = await Views.open(settings)
        app.state.viewing = Viewing(settings, app.state.views)
        app.state.bare = await aiosqlite.connect(reader_uri(settings.views / "views.db"), uri=True)
        gc.collect()
        gc.freeze()
        yield
        await app.state.bare.close()
        await app.state.viewing.close()
        await app.state.views.close()

    async def views(state: State) -> Views:
        found: Views = state.views
        return found

    async def viewing(state: State) -> Viewing:
        found: Viewing = state.viewing
        return found

    def given(value: object) -> Provide:
        async def provide() -> object:
            return value

        return Provide(provide)

    templates = template_config()
    engine = templates.instance
    assert engine is not None
    own = engine.engine.loader
    engine.engine.loader = jinja2.ChoiceLoader([own, jinja2.DictLoader({"bare.html": BARE_PAGE})])
    return Litestar(
        route_handlers=[*pages.ROUTES, bare],
        lifespan=[live],
        dependencies={
            "views": Provide(views),
            "viewing": Provide(viewing),
            "settings": given(settings),
            "jobs": given(NoJobs()),
            "history": given(NoHistory()),
            "likeness": given(None),
            "stopping": given(stopping),
        },
        template_config=templates,
        openapi_config=None,
        logging_config=None,
    )


@contextlib.contextmanager
def server(folder: Path) -> Iterator[int]:
    """uvicorn, one worker, in a process of its own; the port. Raises RuntimeError when it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "ops.bench.pages:create_app",
        "--factory",
        "--port",
        str(port),
    ]
    command += ["--log-level", "error", "--no-access-log"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {FOLDER: str(folder), "PYTHONPATH": str(ROOT)}
    )
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/bare").raise_for_status()
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("The server of the benchmark did not start.")
        yield port
    finally:
        process.terminate()
        process.wait(10)


async def _client(port: int, path: str, until: float, least: int, times: list[float]) -> None:
    """Ask again and again over one connection; milliseconds of each answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\r\n".encode()
    try:
        while time.perf_counter() < until or len(times) < least:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"{path} answered {head[:40]!r}")
            length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            times.append((time.perf_counter() - began) * 1000)
    finally:
        writer.close()


def load(port: int, path: str, clients: int, seconds: float) -> list[float]:
    """Milliseconds of every answer."""

    async def run() -> list[float]:
        await _client(port, path, 0, WARM_UP, [])
        times: list[float] = []
        until = time.perf_counter() + seconds
        await asyncio.gather(*(_client(port, path, until, 1, times) for _ in range(clients)))
        return times

    gc.collect()
    gc.disable()
    try:
        return asyncio.run(run())
    finally:
        gc.enable()


def deepest(port: int) -> str:
    """The path of the last full page."""
    base, after = f"http://127.0.0.1:{port}/api/images", ""
    with httpx.Client() as client:
        for _ in range(COUNT // 500 - 1):
            after = client.get(base, params={"limit": 500, **({"after": after} if after else {})}).json()[
                "next"
            ]
        after = client.get(base, params={"limit": 500 - PAGE - 1, "after": after}).json()["next"]
    return f"/?{urlencode({'after': after})}"


COLUMNS = "(category_id, name, group_id, kind, everyday, threshold, origin, deleted)"


def measure() -> list[Measure]:
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder) / "views", COUNT)
        with server(Path(folder)) as port:
            for what, path in (("first page", "/"), ("deepest page", deepest(port))):
                for clients, target in ((1, 5.0), (16, 30.0)):
                    times = load(port, path, clients, SECONDS)
                    note = f"p50 {percentile(times, 50):.1f}, {len(times) / SECONDS:,.0f}/s"
                    measures.append(
                        Measure(
                            what=f"timeline, {what}, {clients} client{'s' * (clients > 1)}: p95",
                            value=percentile(times, 95),
                            unit="ms",
                            target=target,
                            smaller_is_better=True,
                            note=note,
                        )
                    )
            ours, least = load(port, "/", 1, SECONDS), load(port, "/bare", 1, SECONDS)
            ratio = percentile(ours, 50) / percentile(least, 50)
            note = f"p50 of the page over that of a bare page ({percentile(least, 50):.2f} ms)"
            measures.append(
                Measure(
                    what="timeline over a bare page", value=ratio, unit="×", smaller_is_better=True, note=note
                )
            )
    return measures


if __name__ == "__main__":
    for one in measure():
        print(f"{one.what:50} {one.value:8.2f} {one.unit}  {one.note}")
