"""Why there is no photo to show: what a first page has to say."""

from typing import Any, Final

from services.domain.files.commands import ScanLibrary
from services.gateway.queries import library, problems
from services.gateway.queries.views import Views
from services.gateway.status import Jobs

_KNOWN: Final = "SELECT count(*), coalesce(sum(visible), 0) FROM image"


async def why_empty(views: Views, jobs: Jobs) -> dict[str, Any]:
    """For the empty part of pages/timeline.html."""
    known = await views.fetch(_KNOWN)
    images, visible = known[0] if known else (0, 0)
    running = [job for job in await jobs.running() if job.type == ScanLibrary.TYPE]
    return {
        "gone": await problems.gone_sources(views),
        "rejected": await problems.rejected(views),
        "scan": running[0] if running else None,
        "scanned_us": await library.last_scan(views),
        "left_out": visible,
        "unseen": images - visible,
    }
