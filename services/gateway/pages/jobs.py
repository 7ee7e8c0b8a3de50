"""Running and recent jobs, their progress, and what failed and why."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final, Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import ServerSentEvent, ServerSentEventMessage, Template

from services.gateway.health.board import Health
from services.gateway.i18n.language import _
from services.gateway.presentation import failed_messages as letters
from services.gateway.presentation.rail import Rail
from services.gateway.queries import absences, problems
from services.gateway.queries.months import months
from services.gateway.queries.unread import unread
from services.gateway.running.job_status import Jobs, JobStatus
from services.gateway.search.filters import TIMELINE
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, environment, link, long_page, page
from services.gateway.web.parameters import LogPosition
from services.kernel.bus.contract import Bus

LIVE: Final = ("accepted", "running", "paused")
TICK_S: Final = 1.0
PING_S: Final = 15.0


@get("/jobs", include_in_schema=False)
async def jobs_page(
    request: Req,
    views: NamedDependency[Views],
    jobs: NamedDependency[SkipValidation[Jobs]],
    bus: NamedDependency[SkipValidation[Bus]],
) -> Response[str]:
    recent = await jobs.recent()
    count, ignored = await problems.counted(views)
    return await long_page(
        request,
        "pages/jobs.html",
        nav="jobs",
        title=_("Jobs"),
        jobs=[job for job in recent if job.status in LIVE],
        ended=[job for job in recent if job.status not in LIVE],
        count=count,
        groups=await problems.groups(views) if count else [],
        ignored=await problems.listed(views, ignored=True) if ignored else [],
        ignored_count=ignored,
        sources=await absences.unavailable(views),
        passed=await problems.passed_over(views),
        unread=await unread(views),
        letters=await letters.letters(bus),
    )


@get("/jobs/problems", include_in_schema=False)
async def problems_page(
    request: Req,
    views: NamedDependency[Views],
    kind: FromQuery[Literal["file", "folder", "image"] | None] = None,
    reason: FromQuery[str | None] = None,
    before: LogPosition = None,
    ignored: FromQuery[bool] = False,
) -> Template:
    """All problems with one reason, or all ignored ones, a hundred to a page."""
    rows = await problems.listed(
        views, ignored=ignored, kind=kind, reason=reason, before=before, limit=problems.PAGE + 1
    )
    more = None
    if len(rows) > problems.PAGE:
        query = {"kind": kind, "reason": reason, "ignored": "1" if ignored else None}
        more = link("/jobs/problems", **query, before=str(rows[problems.PAGE - 1].position))
    return page(
        request,
        "pages/problems.html",
        nav="jobs",
        title=_("Ignored") if ignored else _("Problems"),
        problems=rows[: problems.PAGE],
        reason=reason,
        ignored=ignored,
        more=more,
    )


@get("/api/jobs", summary="What is being done and was done")
async def list_jobs(jobs: NamedDependency[SkipValidation[Jobs]]) -> list[JobStatus]:
    """The last 50, newest first, each as `GET /commands/{id}` reports it."""
    return await jobs.recent()


@get("/api/missing", summary="Photo folders that are unavailable, or of which very many photos are missing")
async def list_missing(views: NamedDependency[Views]) -> list[absences.Source]:
    """Those with a `question` can be answered: `POST /commands/confirm-missing` or `mark-unavailable`."""
    return await absences.unavailable(views)


@get("/api/passed-over", summary="Links, git-annex files and archives that scans pass over")
async def list_passed_over(views: NamedDependency[Views]) -> list[problems.PassedGroup]:
    return await problems.passed_over(views)


@get("/jobs/progress", include_in_schema=False)
async def progress(
    request: Req,
    views: NamedDependency[Views],
    jobs: NamedDependency[SkipValidation[Jobs]],
    stopping: NamedDependency[asyncio.Event],
    health: NamedDependency[Health],
    rail: NamedDependency[SkipValidation[Rail]],
    seen: FromQuery[int | None] = None,
) -> ServerSentEvent:
    """The line under the header and the figures of the rail, sent whenever they change, at most once a second. With
    `seen` also how many photos the timeline has, which grows to as many."""
    template = environment(request).get_template("partials/progress.html")

    async def line() -> str:
        photos = None if seen is None else (await months(views.look(), TIMELINE)).total
        running = await jobs.running()
        text: str = template.render(
            jobs=running, photos=photos, conditions=health.conditions, figures=rail.figures.texts()
        )
        return text.strip()

    async def lines() -> AsyncIterator[ServerSentEventMessage]:
        last, sent_at = None, time.monotonic()
        while not stopping.is_set():
            now = await line()
            if now != last:
                last, sent_at = now, time.monotonic()
                yield ServerSentEventMessage(data=now)
            elif time.monotonic() - sent_at >= PING_S:
                sent_at = time.monotonic()
                yield ServerSentEventMessage(comment="ping", data=None)
            try:
                await asyncio.wait_for(stopping.wait(), TICK_S)
            except TimeoutError:
                continue

    return ServerSentEvent(lines())


ROUTES = [jobs_page, problems_page, list_jobs, list_missing, list_passed_over, progress]
