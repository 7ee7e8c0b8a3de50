"""What happened to the log, and how a person can go on, while it is not to be believed."""

import asyncio
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template
from litestar.status_codes import HTTP_303_SEE_OTHER

from services.gateway.closed import wording
from services.gateway.closed.standing import Standing, Way
from services.gateway.i18n.language import _
from services.gateway.queries.set_aside import set_aside
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page
from services.kernel.settings import Settings


@get("/log", include_in_schema=False)
async def log_page(
    request: Req,
    settings: NamedDependency[Settings],
    standing: NamedDependency[SkipValidation[Standing]],
    views: NamedDependency[Views],
) -> Template:
    setback = standing.setback
    offered = await asyncio.to_thread(_offered, settings, standing)
    return page(
        request,
        "pages/log.html",
        nav="jobs",
        title=_("The log"),
        setback=setback,
        problem=wording.problem(setback) if setback else None,
        ways=offered,
        aside=await set_aside(views),
        explained={way: _(text) for way, text in wording.EXPLAINED.items()},
    )


@get("/log/{way:str}", include_in_schema=False)
async def confirm(
    request: Req,
    way: FromPath[str],
    settings: NamedDependency[Settings],
    standing: NamedDependency[SkipValidation[Standing]],
) -> Template:
    """Asks again before it is done."""
    choice = await _chosen(way, settings, standing)
    return page(
        request,
        "pages/log_way.html",
        nav="jobs",
        title=_(wording.WAYS[choice]),
        way=choice,
        explained=_(wording.EXPLAINED[choice]),
    )


@post("/log/{way:str}", include_in_schema=False)
async def go(
    way: FromPath[str],
    settings: NamedDependency[Settings],
    standing: NamedDependency[SkipValidation[Standing]],
) -> Response[None]:
    """Stops the gateway, does it, and starts again: the browser's next request waits for that."""
    choice = await _chosen(way, settings, standing)
    asyncio.get_running_loop().call_later(0.1, standing.restart, choice)  # once this is answered
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": "/log"})


def _offered(settings: Settings, standing: Standing) -> list[tuple[Way, str, str]]:
    """Each way with its name and what to type for it."""
    if standing.setback is None:
        return []
    backups = any(settings.backups.glob("albumen-*.db"))
    return [
        (way, _(wording.WAYS[way]), wording.command(way, settings))
        for way in wording.ways(standing.setback, backups)
    ]


async def _chosen(way: str, settings: Settings, standing: Standing) -> Way:
    """Raises NotFoundException."""
    for offered, _name, _command in await asyncio.to_thread(_offered, settings, standing):
        if offered == way:
            return offered
    raise NotFoundException


ROUTES: Final = [log_page, confirm, go]
