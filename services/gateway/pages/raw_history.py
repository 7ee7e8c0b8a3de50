"""One thing that happened, exactly as it stands in the log."""

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
    """404 where the log has nothing, or had nothing yet when the browser looks back."""
    then = moment(request)
    found = await history.exactly(views, position) if then is None or position <= then.position else None
    if found is None:
        raise NotFoundException(_("The log has no such entry. It may be from before a backup was restored."))
    entry, written = found
    own = f"/history/{position}"
    return page(
        request,
        "pages/written.html",
        nav="history",
        title=entry.text if entry else written.row.type,
        entry=entry,
        row=written.row,
        messages=[*([written.command] if written.command else []), *written.events],
        further=written.further,
        position=position,
        own=own,
        subject=None,
        pictures=await known(views, entry.images if entry else ()),
    )


ROUTES = [written_page]
