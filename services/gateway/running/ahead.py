"""Searches for duplicates once a job has ended, so that whoever opens their page first doesn't wait for it. What people
do with photos later needs no other search (`queries/duplicates.py`)."""

import asyncio
from typing import Final

from services.gateway.queries.duplicates import duplicates
from services.gateway.queries.reads import Work
from services.gateway.queries.similar import Unlike
from services.gateway.tables.pool import Views

_EVERY_S: Final = 2.0


async def run(views: Views, work: Work, unlike: Unlike) -> None:
    """Until it is cancelled. `unlike`: as in `similar.groups`."""
    seen = None
    while True:
        last = next(iter(await work.recent(1)), None)
        if (
            last
            and last.job_id != seen
            and not any(job.status == "running" for job in await work.unfinished())
        ):
            await duplicates(views, unlike)
            seen = last.job_id
        await asyncio.sleep(_EVERY_S)
