"""What a person can set, and where everything lies."""

import asyncio
import shlex
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.response import Template
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from services.gateway.i18n.language import COOKIE, LANGUAGES, _
from services.gateway.media.storage import measured
from services.gateway.pages.commands import safe_next
from services.gateway.queries import library
from services.gateway.queries.categories import categories
from services.gateway.search.vocabulary import KIND
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page
from services.kernel.settings import Settings
from services.kernel.version import VERSION

THEMES: Final = ("light", "dark")
YEAR_S: Final = 31_536_000


@get("/settings", include_in_schema=False)
async def settings_page(
    request: Req, views: NamedDependency[Views], settings: NamedDependency[Settings]
) -> Template:
    given = [str(root) for root in settings.photos]
    roots = await library.roots(views, given)
    hides = await library.timeline_hides(views)
    known = [
        one for one in await categories(views) if one.kind == "category" and (one.count or one.id in hides)
    ]
    kinds = [one for one in known if one.group_id == KIND]
    return page(
        request,
        "pages/settings.html",
        nav="settings",
        title=_("Settings"),
        roots=roots,
        scanned_us=await library.last_scan(views),
        command=shlex.join(["./albumen", "up", *(given or ["~/Pictures"])]) + " ~/More",
        hides=hides,
        kinds=kinds,
        others=[one for one in known if one.group_id != KIND],
        lines=await library.lines(views),
        chosen_theme=request.cookies.get("theme", ""),
        chosen_language=request.cookies.get(COOKIE, ""),
        languages=LANGUAGES,
        storage=await asyncio.to_thread(measured, settings),
        settings=settings,
        version=VERSION,
    )


@post("/settings/theme", include_in_schema=False)
async def set_theme(request: Request[Any, Any, Any]) -> Response[None]:
    return await _kept(request, "theme", THEMES)


@post("/settings/language", include_in_schema=False)
async def set_language(request: Request[Any, Any, Any]) -> Response[None]:
    return await _kept(request, COOKIE, tuple(LANGUAGES))


async def _kept(request: Request[Any, Any, Any], name: str, choices: tuple[str, ...]) -> Response[None]:
    """In a cookie of this browser; an empty choice takes it away. Raises HTTPException (422)."""
    form = await request.form()
    chosen, after = form.get(name, ""), form.get("next", "/settings")
    if chosen != "" and chosen not in choices:
        raise HTTPException(
            status_code=HTTP_422_UNPROCESSABLE_ENTITY,
            detail=_("“%(name)s” is one of: %(choices)s.", name=name, choices=", ".join(choices)),
        )
    cookie = Cookie(
        key=name, value=str(chosen), path="/", max_age=YEAR_S if chosen else 0, samesite="lax", httponly=False
    )
    location = safe_next(after if isinstance(after, str) else "/settings")
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": location}, cookies=[cookie])


ROUTES = [settings_page, set_theme, set_language]
