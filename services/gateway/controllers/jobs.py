"""What is being done, how far it is, and what could not be done and why."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Final

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, SkipValidation
from litestar.response import ServerSentEvent, ServerSentEventMessage, Template

from services.gateway.controllers.answer import Req, page
from services.gateway.ports import Jobs
from services.gateway.queries.problems import failures, gone_sources, rejections
from services.gateway.queries.views import Views
from services.gateway.queries.work import Work
from services.gateway.status import JobStatus

TICK_S: Final = 1.0
PING_S: Final = 15.0
_VISIBLE: Final = "SELECT count(*) FROM image WHERE visible = 1"


@get("/jobs", include_in_schema=False)
async def jobs_page(
    request: Req, views: NamedDependency[Views], jobs: NamedDependency[SkipValidation[Jobs]]
) -> Template:
    recent = await jobs.recent()
    rejected, rejected_count = await rejections(views)
    return page(
        request,
        "pages/jobs.html",
        nav="jobs",
        title="Jobs",
        jobs=recent,
        busy=any(job.status in ("accepted", "running", "paused") for job in recent),
        rejections=rejected,
        rejected_count=rejected_count,
        failures=await failures(views),
        active=await Work(views).active_model(),
        gone=await gone_sources(views),
    )


@get("/api/jobs", summary="What is being done and was done")
async def list_jobs(jobs: NamedDependency[SkipValidation[Jobs]]) -> list[JobStatus]:
    """The last 50, newest first, each as `GET /commands/{id}` tells it."""
    return await jobs.recent()


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
    page knew of; when there are more, the line offers them."""
    engine = request.app.template_engine
    assert engine is not None
    template = engine.get_template("partials/progress.html")

    async def line() -> str:
        running = await jobs.running()
        fresh = 0
        if seen is not None:
            counted = await views.fetch(_VISIBLE)
            fresh = max(0, counted[0][0] - seen) if counted else 0
        text: str = template.render(jobs=running, fresh=fresh)
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


ROUTES = [jobs_page, list_jobs, progress]
