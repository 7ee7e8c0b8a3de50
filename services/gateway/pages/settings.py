"""What a person can set, and where everything is stored."""

import asyncio
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.response import Template
from litestar.status_codes import HTTP_303_SEE_OTHER

from services.gateway.i18n.builtin_names import in_order
from services.gateway.i18n.language import COOKIE, LANGUAGES, _
from services.gateway.media.storage import measured
from services.gateway.pages.commands import safe_next
from services.gateway.queries import library
from services.gateway.queries.categories import categories
from services.gateway.running.folders import Folders
from services.gateway.search.vocabulary import KIND, southern
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page, unprocessable
from services.gateway.web.forms import form_of
from services.kernel.settings import Settings
from services.kernel.version import VERSION

THEMES: Final = ("light", "dark")
YEAR_S: Final = 31_536_000


@get("/settings", include_in_schema=False)
async def settings_page(
    request: Req,
    views: NamedDependency[Views],
    settings: NamedDependency[Settings],
    folders: NamedDependency[SkipValidation[Folders]],
) -> Template:
    await folders.follow()
    hides = await library.timeline_hides(views)
    listed = in_order(
        one for one in await categories(views) if one.kind == "category" and (one.count or one.id in hides)
    )
    return page(
        request,
        "pages/settings.html",
        nav="settings",
        title=_("Settings"),
        roots=await library.roots(views, folders.roots),
        scanned_us=await library.last_scan(views),
        hides=hides,
        kinds=[one for one in listed if one.group_id == KIND],
        others=[one for one in listed if one.group_id != KIND],
        lines=in_order(await library.lines(views)),
        chosen_theme=request.cookies.get("theme", ""),
        chosen_memories=request.cookies.get("memories", ""),
        chosen_language=request.cookies.get(COOKIE, ""),
        languages=LANGUAGES,
        south=await southern(views),
        storage=await asyncio.to_thread(measured, settings),
        settings=settings,
        version=VERSION,
    )


@get("/api/folders", summary="The photo folders, and those of earlier starts")
async def list_folders(
    views: NamedDependency[Views], folders: NamedDependency[SkipValidation[Folders]]
) -> list[library.Root]:
    await folders.follow()
    return await library.roots(views, folders.roots)


@post("/settings/theme", include_in_schema=False)
async def set_theme(request: Request[Any, Any, Any]) -> Response[None]:
    return await remember(request, "theme", THEMES)


@post("/settings/language", include_in_schema=False)
async def set_language(request: Request[Any, Any, Any]) -> Response[None]:
    return await remember(request, COOKIE, tuple(LANGUAGES))


async def remember(request: Request[Any, Any, Any], name: str, choices: tuple[str, ...]) -> Response[None]:
    """Sets a cookie in this browser; an empty choice removes it. Raises HTTPException (422)."""
    form = await form_of(request)
    choice, after = form.get(name, ""), form.get("next", "/settings")
    if choice != "" and choice not in choices:
        raise unprocessable(_("“%(name)s” is one of: %(choices)s.", name=name, choices=", ".join(choices)))
    cookie = Cookie(
        key=name, value=str(choice), path="/", max_age=YEAR_S if choice else 0, samesite="lax", httponly=False
    )
    location = safe_next(after if isinstance(after, str) else "/settings")
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": location}, cookies=[cookie])


ROUTES = [settings_page, list_folders, set_theme, set_language]
