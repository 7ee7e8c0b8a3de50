"""One history entry, exactly as the log stores it."""

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template

from services.gateway.history.entries import History
from services.gateway.i18n.language import _
from services.gateway.queries.history_photos import known
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import moment
from services.gateway.web.answer import Req, page


@get("/history/{position:int}", include_in_schema=False)
async def written_page(
    request: Req,
    views: NamedDependency[Views],
    history: NamedDependency[SkipValidation[History]],
    position: FromPath[int],
) -> Template:
    """404 where the log has nothing, or had nothing yet at the moment that the browser looks back to."""
    then = moment(request)
    match = await history.exactly(views, position) if then is None or position <= then.position else None
    if match is None:
        raise NotFoundException(_("The log has no such entry. It may be from before a backup was restored."))
    entry, source = match
    return page(
        request,
        "pages/written.html",
        nav="history",
        title=entry.text if entry else source.row.type,
        entry=entry,
        row=source.row,
        messages=[*([source.command] if source.command else []), *source.events],
        further=source.further,
        position=position,
        own=f"/history/{position}",
        subject=None,
        pictures=await known(views, entry.images if entry else ()),
    )


ROUTES = [written_page]
