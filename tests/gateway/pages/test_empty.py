import asyncio
import sqlite3
from pathlib import Path

import httpx
import pytest

from services.gateway.aspects import shape
from services.gateway.grid import Cell
from services.gateway.rendering import create_environment
from services.gateway.tiles import tiles
from services.kernel.settings import Settings
from tests.gateway.pages.seeded import StubHistory, StubJobs, app_over, seed
from tests.support.asgi import asgi

PAGES = ["/", "/search", "/search?q=dog", "/categories", "/albums", "/jobs", "/models", "/history"]


@pytest.mark.parametrize("tables", [False, True])
async def test_every_page_works_before_there_is_anything(tmp_path: Path, tables: bool) -> None:
    """Before the first scan, and before the projector has made any tables."""
    settings = Settings(data=tmp_path / "data", previews=tmp_path, photos=(tmp_path / "Pictures",))
    if tables:
        seed(settings, tmp_path / "Pictures", count=0)
    app = app_over(settings, StubJobs(), StubHistory(), asyncio.Event())
    transport = asgi(app)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        for path in PAGES:
            assert (await client.get(path)).status_code == 200, path
        assert str(tmp_path / "Pictures") in (await client.get("/")).text
        assert (await client.get("/api/images")).json() == {"items": [], "next": None, "total": 0}


async def test_a_folder_that_is_gone_is_said_with_its_reason(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", previews=tmp_path, photos=(tmp_path / "Pictures",))
    seed(settings, tmp_path / "Pictures", count=0)
    with sqlite3.connect(settings.views / "views-1.db") as db:
        db.execute("INSERT INTO source VALUES ('/disk', 'The folder is not there. Is the disk connected?')")
    db.close()
    app = app_over(settings, StubJobs(), StubHistory(), asyncio.Event())
    transport = asgi(app)
    async with app.lifespan(), httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        assert "Is the disk connected?" in (await client.get("/")).text


def test_no_value_of_a_tile_becomes_markup() -> None:
    """Tiles are filled without Jinja: they escape for themselves."""
    bad = '"><i>{id}'
    cell = Cell(
        image_id=bad, shape="r100", width=1, height=1, colour=bad, date=bad, alt=bad, month=bad, day=bad
    )
    html = tiles(create_environment(), [cell], {}, bad, {})
    assert "<i>" not in html
    assert html.count("&quot;&gt;&lt;i&gt;{id}") >= 8


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1, 1, "r100"), (4032, 3024, "r134"), (1, 9000, "r040"), (9000, 1, "r300")],
)
def test_a_tile_has_the_shape_of_its_photo(width: int, height: int, expected: str) -> None:
    """Within one percent, between the narrowest and the widest that the grid shows whole."""
    assert shape(width, height) == expected
