"""The bin: photos that are left out of everything else, and a script that removes their files."""

import asyncio
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Template

from services.gateway.grid.page import grid_page
from services.gateway.i18n.language import _
from services.gateway.presentation.bin_script import script
from services.gateway.presentation.rail import BIN
from services.gateway.queries.bin import binned_files
from services.gateway.running.removals import RemovalFolder
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req
from services.kernel.settings import Settings


@get("/bin", include_in_schema=False)
async def bin_page(request: Req, views: NamedDependency[Views]) -> Template:
    return await grid_page(request, views, "pages/bin.html", "/bin", BIN, nav="bin", title=_("Bin"))


@get("/bin/removable.sh", summary="A script that empties the bin", media_type="text/x-shellscript")
async def bin_script(views: NamedDependency[Views], settings: NamedDependency[Settings]) -> Response[bytes]:
    """For the person to read and run: Albumen removes nothing. The next scan knows from a list what it has removed."""
    files = await binned_files(views)
    folder = RemovalFolder(settings.data)
    note = await asyncio.to_thread(folder.note, files) if files else None
    headers = {"Content-Disposition": 'attachment; filename="bin.sh"'}
    return Response(script(files, note), media_type="text/x-shellscript", headers=headers)


ROUTES: Final[list[Any]] = [bin_page, bin_script]
