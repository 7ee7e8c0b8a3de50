"""The minimum for a page of photos: Litestar, one keyset query on the same read tables, one template. A baseline for
our pages, served by uvicorn in a process of its own."""

import contextlib
import gc
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiosqlite
import httpx
import jinja2
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template import TemplateConfig

from services.kernel.log.sqlite import reader_uri

ROOT: Final = Path(__file__).parents[2]
TABLES: Final = "ALBUMEN_BENCH_TABLES"
"""Tells the process which file of read tables to serve."""
SQL: Final = """SELECT image_id, taken_at, width, height, colour FROM image
  WHERE visible = 1 AND (time_key, tie) < (?, ?) ORDER BY time_key DESC, tie DESC LIMIT 60"""
PAGE: Final = """<!doctype html><title>Photos</title><ol>{% for i in images %}
<li><a href="/images/{{ i[0] }}"><img src="/images/{{ i[0] }}/preview"
width="{{ i[2] }}" height="{{ i[3] }}" alt="{{ i[1] }}"></a></li>
{% endfor %}</ol>"""


@get("/bare", include_in_schema=False)
async def bare(state: State) -> Template:
    rows = await state.db.execute_fetchall(SQL, (2**62, ""))
    return Template("bare.html", context={"images": rows})


def create_app() -> Litestar:
    @asynccontextmanager
    async def live(app: Litestar) -> AsyncIterator[None]:
        app.state.db = await aiosqlite.connect(reader_uri(Path(os.environ[TABLES])), uri=True)
        gc.collect()
        gc.freeze()
        yield
        await app.state.db.close()

    engine = jinja2.Environment(loader=jinja2.DictLoader({"bare.html": PAGE}), autoescape=True)
    return Litestar(
        route_handlers=[bare],
        lifespan=[live],
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(engine)),
        openapi_config=None,
        logging_config=None,
    )


@contextlib.contextmanager
def beside(views: Path) -> Iterator[int]:
    """Serve the current tables of that folder and yield the port. Raises RuntimeError if the server does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "ops.bench.bare:create_app", "--factory", "--port", str(port)]
    command += ["--log-level", "error", "--no-access-log"]
    tables = views / (views / "current").read_text("utf-8").strip()
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {TABLES: str(tables), "PYTHONPATH": str(ROOT)}
    )
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"http://127.0.0.1:{port}/bare", trust_env=False).raise_for_status()
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("The server of the bare page did not start.")
        yield port
    finally:
        process.terminate()
        process.wait(10)
