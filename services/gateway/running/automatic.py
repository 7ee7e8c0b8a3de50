"""What starts without a command of a person."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from services.domain.files.commands import ScanLibrary
from services.domain.jobs.commands import CancelJob
from services.gateway.running.growth import grown
from services.gateway.running.unseen import next_classification
from services.gateway.running.watching import Watching

if TYPE_CHECKING:
    from services.gateway.lifespan import Gateway


class Automatic(msgspec.Struct, frozen=True, kw_only=True):
    """Which of it does."""

    scan: bool = False
    classify: bool = False
    backup: bool = False


async def begin(gateway: "Gateway", automatic: Automatic, caught_up: Callable[[], Awaitable[None]]) -> None:
    """Scan at the start, then keep classifying unclassified photos."""
    await caught_up()
    if automatic.scan and gateway.roots:
        for job_id in await gateway.folders.outdated_scans(exactly=True):
            await gateway.dispatcher.handle(CancelJob(job_id=job_id))
        if not any(job.kind == "scan" for job in await gateway.work.unfinished()):
            await gateway.dispatcher.handle(ScanLibrary())
    while automatic.classify:
        await caught_up()
        if new := await next_classification(gateway.work, gateway.settings):
            await gateway.dispatcher.handle(new)
        await grown(gateway.events, gateway.stopping, await gateway.events.head(), 60.0)
        await asyncio.sleep(0.2)  # so that a burst of appends causes one check


async def scan_changes(
    gateway: "Gateway", automatic: Automatic, caught_up: Callable[[], Awaitable[None]]
) -> None:
    """Scan whenever files change."""
    if not automatic.scan:
        return

    async def scan() -> None:
        await caught_up()
        await gateway.scanning.idle()
        jobs = await gateway.work.unfinished()
        if not gateway.roots or any(job.kind == "scan" and job.status == "paused" for job in jobs):
            return  # whoever paused it wants no other scan; it will see the changes once resumed
        await gateway.dispatcher.handle(ScanLibrary())
        await caught_up()

    every_s = gateway.settings.rescan * 60.0
    await gateway.folders.watch(lambda roots: Watching(roots, every_s, scan, gateway.stopping).run())
