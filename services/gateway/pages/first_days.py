"""What stands above the timeline and can be put away, and the tour.

Each browser remembers in a cookie what it was told to put away.
"""

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Template

from services.gateway.i18n.language import _
from services.gateway.pages.explore import memory_card
from services.gateway.pages.settings import YEAR_S, remember
from services.gateway.queries.explore import on_this_day
from services.gateway.tables.pool import Views
from services.gateway.time_travel.travel import moment
from services.gateway.web.answer import Req, page
from services.kernel import clock

MEMORIES: Final = "memories"
"""Cookie: `never`, or the day for which they are put away, in ISO format."""
NEVER: Final = "never"
TOUR: Final = "tour"
SEEN: Final = "seen"
_MOST: Final = 12


async def above_timeline(request: Req, views: Views) -> dict[str, Any]:
    """Only at the beginning of the timeline, and not while photos are selected."""
    now, query = clock.today(), request.query_params
    within = any(name in query for name in ("at", "after", "chunk", "select", "sort"))
    if within or moment(request):
        return {"memories": [], "tour": False, "today": ""}
    away = request.cookies.get(MEMORIES) in (NEVER, now.isoformat())
    memories = [] if away else await on_this_day(views, now)
    return {
        "memories": [memory_card(one) for one in memories[:_MOST]],
        "tour": request.cookies.get(TOUR) != SEEN,
        "today": now.isoformat(),
    }


@get("/tour", include_in_schema=False)
async def tour_page(request: Req) -> Template:
    """Whoever has seen it is not asked again."""
    answer = page(request, "pages/tour.html", nav="photos", title=_("A short tour"))
    answer.cookies = [Cookie(key=TOUR, value=SEEN, path="/", max_age=YEAR_S, samesite="lax")]
    return answer


@post("/settings/tour", include_in_schema=False)
async def put_tour_away(request: Request[Any, Any, Any]) -> Response[None]:
    return await remember(request, TOUR, (SEEN,))


@post("/settings/memories", include_in_schema=False)
async def set_memories(request: Request[Any, Any, Any]) -> Response[None]:
    return await remember(request, MEMORIES, (NEVER, clock.today().isoformat()))


ROUTES: Final[list[Any]] = [tour_page, put_tour_away, set_memories]
