from pathlib import Path

import pytest

from services.domain.files.events import SourceUnavailable
from services.gateway.grid.sections import Cell, Stretch
from services.gateway.grid.shapes import shape
from services.gateway.grid.tiles import tiles
from services.gateway.pages.rendering import create_environment
from services.gateway.presentation.rail import Figures
from services.kernel.settings import Settings
from tests.support.stack import stack
from tests.support.waiting import eventually

PAGES = ["/", "/search", "/search?q=dog", "/categories", "/albums", "/jobs", "/models", "/history"]


@pytest.mark.parametrize("tables", [False, True])
async def test_every_page_works_before_there_is_anything(tmp_path: Path, tables: bool) -> None:
    """Before the first scan, and before the projector has created any tables."""
    settings = Settings(data=tmp_path / "data", previews=tmp_path, photos=(tmp_path / "Pictures",))
    async with stack(settings, projector=tables) as album:
        client = album.client
        if tables:
            await eventually((settings.views / "current").exists, "there are read tables")
        for path in PAGES:
            assert (await client.get(path)).status_code == 200, path
        assert str(tmp_path / "Pictures") in (await client.get("/")).text
        assert (await client.get("/api/images")).json() == {"items": [], "next": None, "total": 0}
        await album.gateway.rail.look(album.gateway.jobs)
        assert album.gateway.rail.figures == Figures()


async def test_a_folder_that_is_gone_is_said_with_its_reason(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", previews=tmp_path, photos=(tmp_path / "Pictures",))
    reason = "The folder is not there. Is the disk connected?"
    async with stack(settings) as album:
        await album.tell(SourceUnavailable(root="/disk", reason=reason))
        assert "Is the disk connected?" in (await album.browser().get("/")).text


def test_no_value_of_a_tile_becomes_markup() -> None:
    """Tiles are rendered without Jinja, so they do their own escaping."""
    bad = '"><i>{id}'
    cell = Cell(
        image_id=bad, shape="r100", width=1, height=1, colour=bad, date=bad, alt=bad, month=bad, day=bad
    )
    html = tiles(create_environment(), [Stretch(cells=[cell], month=bad, day=bad)], {}, bad, {})
    assert "<i>" not in html
    assert html.count("&quot;&gt;&lt;i&gt;{id}") >= 8


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1, 1, "r100 tiny"), (4032, 3024, "r134"), (1, 9000, "r040"), (9000, 1, "r300 tiny")],
)
def test_a_tile_has_the_shape_of_its_photo(width: int, height: int, expected: str) -> None:
    """To within one percent, between the narrowest and the widest shape that the grid shows uncropped."""
    assert shape(width, height) == expected
