"""What happened to the log, and how a person can go on, while it is not to be believed."""

import asyncio
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.response import Template
from litestar.status_codes import HTTP_303_SEE_OTHER

from services.domain.history.losses import LogRecovered, ranges, singly
from services.domain.subject import event_of
from services.gateway.closed import wording
from services.gateway.closed.standing import Standing, Way
from services.gateway.health.board import Health
from services.gateway.i18n.language import _
from services.gateway.queries.set_aside import set_aside
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, page
from services.kernel.log.finding import LogError
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings


@get("/log", include_in_schema=False)
async def log_page(
    request: Req,
    settings: NamedDependency[Settings],
    standing: NamedDependency[SkipValidation[Standing]],
    health: NamedDependency[Health],
    events: NamedDependency[SqliteLog],
    views: NamedDependency[Views],
) -> Template:
    setback = standing.setback
    offered = await asyncio.to_thread(_offered, settings, standing, health)
    return page(
        request,
        "pages/log.html",
        nav="jobs",
        title=_("The log"),
        setback=setback,
        problem=wording.problem(setback) if setback else None,
        ways=offered,
        faults=[one for one in health.conditions if one.code == "log_damaged"],
        recoveries=[
            (at, fact, ranges(fact.lost), ranges(singly(fact.changed)))
            for at, fact in await _recoveries(events)
        ],
        aside=await set_aside(views),
        explained={way: _(text) for way, text in wording.EXPLAINED.items()},
    )


@get("/log/{way:str}", include_in_schema=False)
async def confirm(
    request: Req,
    way: FromPath[str],
    settings: NamedDependency[Settings],
    standing: NamedDependency[SkipValidation[Standing]],
    health: NamedDependency[Health],
) -> Template:
    """Asks again before it is done."""
    choice = await _chosen(way, settings, standing, health)
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
    health: NamedDependency[Health],
) -> Response[None]:
    """Stops the gateway, does it, and starts again: the browser's next request waits for that."""
    choice = await _chosen(way, settings, standing, health)
    asyncio.get_running_loop().call_later(0.1, standing.restart, choice)  # once this is answered
    return Response(None, status_code=HTTP_303_SEE_OTHER, headers={"Location": "/log"})


def _offered(settings: Settings, standing: Standing, health: Health) -> list[tuple[Way, str, str]]:
    """Each way with its name and what to type for it."""
    if standing.origin:  # a copy is mended by copying anew
        return []
    backups = any(settings.backups.glob("albumen-*.db"))
    ways: list[Way] = []
    if standing.setback:
        ways = wording.ways(standing.setback, backups)
    elif any(one.code == "log_damaged" for one in health.conditions):
        ways = wording.mending(backups)
    return [(way, _(wording.WAYS[way]), wording.command(way, settings)) for way in ways]


async def _recoveries(events: SqliteLog) -> list[tuple[int, LogRecovered]]:
    """When and how somebody went on with a log that had lost entries, microseconds since 1970; none while the log
    can't say."""
    try:
        rows = await events.read_stream(LogRecovered.STREAM)
    except LogError:
        return []
    facts = [(row.recorded_at, event_of(row)) for row in rows]
    return [(at, fact) for at, fact in facts if isinstance(fact, LogRecovered)]


async def _chosen(way: str, settings: Settings, standing: Standing, health: Health) -> Way:
    """Raises NotFoundException."""
    for offered, _name, _command in await asyncio.to_thread(_offered, settings, standing, health):
        if offered == way:
            return offered
    raise NotFoundException


ROUTES: Final = [log_page, confirm, go]
