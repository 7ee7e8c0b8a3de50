"""Why there are no photos to show, as the empty timeline explains it."""

from typing import Any

from services.domain.files.commands import ScanLibrary
from services.gateway.queries import library, problems
from services.gateway.running.job_status import Jobs
from services.gateway.tables.pool import Views


async def why_empty(views: Views, jobs: Jobs) -> dict[str, Any]:
    """For the empty part of pages/timeline.html, which shows nothing else than a scan while one runs."""
    images, visible = await library.photos(views)
    scan = next((job for job in await jobs.running() if job.type == ScanLibrary.TYPE), None)
    return {
        "gone": await problems.gone_sources(views),
        "rejected": 0 if scan else await problems.rejected(views),
        "scan": scan,
        "scanned_us": await library.last_scan(views),
        "left_out": visible,
        "unseen": images - visible,
    }
