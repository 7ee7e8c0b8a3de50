"""Why there is no photo to show: what a first page has to say."""

from typing import Any

from services.domain.files.commands import ScanLibrary
from services.gateway.queries import library, problems
from services.gateway.running.job_status import Jobs
from services.gateway.tables.pool import Views


async def why_empty(views: Views, jobs: Jobs) -> dict[str, Any]:
    """For the empty part of pages/timeline.html."""
    images, visible = await library.photos(views)
    running = [job for job in await jobs.running() if job.type == ScanLibrary.TYPE]
    return {
        "gone": await problems.gone_sources(views),
        "rejected": await problems.rejected(views),
        "scan": running[0] if running else None,
        "scanned_us": await library.last_scan(views),
        "left_out": visible,
        "unseen": images - visible,
    }
