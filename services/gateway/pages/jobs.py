"""What is being done, how far it is, and what could not be done and why."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final, Literal
from urllib.parse import urlsplit

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import ServerSentEvent, ServerSentEventMessage, Template

from services.domain.files.commands import ScanLibrary
from services.gateway.grid.page import PER_PAGE
from services.gateway.i18n.language import _
from services.gateway.presentation import failed_messages as letters
from services.gateway.queries import library, problems
from services.gateway.running.job_status import Jobs, JobStatus
from services.gateway.tables.pool import Views
from services.gateway.web.answer import Req, link, page
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
) -> Template:
    recent = await jobs.recent()
    count, ignored = await problems.counted(views)
    return page(
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
        gone=await problems.gone_sources(views),
        letters=await letters.letters(bus),
    )


@get("/jobs/problems", include_in_schema=False)
async def problems_page(
    request: Req,
    views: NamedDependency[Views],
    kind: FromQuery[Literal["file", "folder", "image"] | None] = None,
    reason: FromQuery[str | None] = None,
    before: FromQuery[int | None] = None,
    ignored: FromQuery[bool] = False,
) -> Template:
    """All of one reason, or all that are ignored: a hundred to a page."""
    found = await problems.listed(
        views, ignored=ignored, kind=kind, reason=reason, before=before, limit=problems.PAGE + 1
    )
    shown = found[: problems.PAGE]
    more = None
    if len(found) > len(shown):
        query = {"kind": kind, "reason": reason, "ignored": "1" if ignored else None}
        more = link("/jobs/problems", **query, before=str(shown[-1].position))
    return page(
        request,
        "pages/problems.html",
        nav="jobs",
        title=_("Ignored") if ignored else _("What could not be done"),
        problems=shown,
        reason=reason,
        ignored=ignored,
        more=more,
    )


@get("/api/jobs", summary="What is being done and was done")
async def list_jobs(jobs: NamedDependency[SkipValidation[Jobs]]) -> list[JobStatus]:
    """The last 50, newest first, each as `GET /commands/{id}` tells it."""
    return await jobs.recent()


def _scans(job: JobStatus) -> bool:
    return job.type == ScanLibrary.TYPE


NOTHING_RUNS = "<p hidden></p>"
"""htmx leaves the old line standing when what comes holds no element."""


@get("/jobs/progress", include_in_schema=False)
async def progress(
    request: Req,
    views: NamedDependency[Views],
    jobs: NamedDependency[SkipValidation[Jobs]],
    stopping: NamedDependency[asyncio.Event],
    seen: FromQuery[int | None] = None,
) -> ServerSentEvent:
    """The line under the header, sent again when it changes, once a second at most. `seen`: how many photos the
    page knew of; when there are more, the line offers them. A first page that is not full yet fills by itself while
    a scan runs."""
    plain = not urlsplit(request.headers.get("HX-Current-URL", "")).query
    engine = request.app.template_engine
    assert engine is not None
    template = engine.get_template("partials/progress.html")

    scanned = False

    async def line() -> str:
        nonlocal scanned
        running = await jobs.running()
        scanned = scanned or any(map(_scans, running))  # its last photos are shown when it has ended
        fresh, fills = 0, plain and scanned and seen is not None and seen < PER_PAGE
        if seen is not None:
            fresh = max(0, await library.visible(views) - seen)
        text: str = template.render(jobs=running, fresh=fresh, fills=fills)
        return text.strip()

    async def lines() -> AsyncIterator[ServerSentEventMessage]:
        said, spoke = None, time.monotonic()
        while not stopping.is_set():
            now = await line()
            if now != said:
                said, spoke = now, time.monotonic()
                yield ServerSentEventMessage(data=now or NOTHING_RUNS)
            elif time.monotonic() - spoke >= PING_S:
                spoke = time.monotonic()
                yield ServerSentEventMessage(comment="ping", data=None)
            try:
                await asyncio.wait_for(stopping.wait(), TICK_S)
            except TimeoutError:
                continue

    return ServerSentEvent(lines())


ROUTES = [jobs_page, problems_page, list_jobs, progress]
