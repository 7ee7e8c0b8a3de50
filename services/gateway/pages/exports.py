"""Exports: start one, and what came of the last ones."""

from typing import Any, Final

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.i18n.language import _
from services.gateway.queries.exports import ExportRow, latest_exports
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page
from services.kernel.paths import to_text
from services.kernel.settings import Settings

_SHOWN: Final = 20
_LIVE: Final = ("running", "paused")


@get("/api/exports", summary="Exports, running and ended")
async def list_exports(views: NamedDependency[Views]) -> list[ExportRow]:
    """The last 20, newest first."""
    return await latest_exports(views, _SHOWN)


@get("/export", include_in_schema=False)
async def export_page(
    request: Req, views: NamedDependency[Views], settings: NamedDependency[Settings]
) -> Template:
    rows = await latest_exports(views, _SHOWN)
    folder = rows[0].folder if rows else to_text(str(settings.data / "export"))
    return page(
        request,
        "pages/export.html",
        nav="jobs",
        title=_("Export"),
        exports=rows,
        folder=folder,
        running=any(one.status in _LIVE for one in rows),
    )


ROUTES: Final[list[Any]] = [list_exports, export_page]
