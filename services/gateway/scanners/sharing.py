"""Shares the photos of one scan between the worker processes here and scanners on other computers.

Those that are in archives stay here, as do sidecars and whatever else takes little time; and so does every photo that a
scanner doesn't see as this computer does, or that it can't read: no more than a photo is taken from it.
"""

import asyncio
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import structlog

from services.gateway.listing.found import Found
from services.gateway.reading.photo import Photo, Rejected
from services.gateway.scanners.scanners import Scanners
from services.gateway.workers.pool import WorkerPool
from services.kernel.zone import local_zone
from services.knowledge.archives import archive_of
from services.knowledge.zones import is_zone

log = structlog.get_logger(__name__)

LOOK_S: Final = 1.0
"""How often scanners are counted: those that go away leave files unread for as long."""
IN_VAIN: Final = 8
"""Files of a folder, one after another, that scanners don't have; then they aren't asked for others of it."""


class Sharing:
    def __init__(self, job_id: str, pool: WorkerPool, scanners: Scanners) -> None:
        self._job_id, self._pool, self._scanners = job_id, pool, scanners
        self._zone = next(filter(is_zone, local_zone()), "")
        self._taken = self._here = 0
        """Places that are taken; photos that are being read here."""
        self._freed = asyncio.Event()
        self._in_vain = Counter[Path]()
        self._watching: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """What an earlier gateway asked for is forgotten."""
        await self._scanners.forget()
        await self._scanners.look()
        self._watching = asyncio.create_task(self._watch(), name="watching scanners")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._watching:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        await self._scanners.forget()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._scanners.look()
            self._freed.set()

    @property
    def _places_here(self) -> int:
        return self._pool.at_a_time + self._pool.workers

    async def acquire(self) -> None:
        """A place for one file, of those that keep everybody busy."""
        while self._taken >= self._places_here + self._scanners.places:
            self._freed.clear()
            await self._freed.wait()
        self._taken += 1

    def release(self) -> None:
        self._taken -= 1
        self._freed.set()

    async def read(self, root: Path, item: Found) -> Photo | Rejected:
        """By a worker here while one has a place, else by a scanner that has. Raises as `WorkerPool.read`."""
        if self._here >= self._places_here and self._is_for_scanners(root, item):
            outcome = await self._scanners.read(self._job_id, root, item, self._zone)
            if isinstance(outcome, Photo):
                self._in_vain[root] = 0
                return outcome
            log.info("a scanner left a file to us", root=str(root), path=item.path, reason=outcome.reason)
            if outcome.absent:
                self._miss(root)
        self._here += 1
        try:
            return await self._pool.read(root, item.path)
        finally:
            self._here -= 1

    def _is_for_scanners(self, root: Path, item: Found) -> bool:
        is_shared = self._in_vain[root] < IN_VAIN and not archive_of(f"{root}/{item.path}")
        return is_shared and self._scanners.is_free

    def _miss(self, root: Path) -> None:
        self._in_vain[root] += 1
        if self._in_vain[root] == IN_VAIN:
            log.warning("scanners don't have this folder as it is here: reading it alone", root=str(root))
