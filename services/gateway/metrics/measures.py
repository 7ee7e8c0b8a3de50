"""Measures the album, whenever Prometheus asks."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from services.gateway.metrics.catalogue import METRICS, Metric
from services.gateway.queries.figures import figures, shown_ids, without_preview
from services.gateway.queries.reads import Work
from services.gateway.queries.set_aside import set_aside_count
from services.gateway.running.backups import Backups
from services.gateway.running.board import TYPES
from services.gateway.running.fleet import Fleet
from services.gateway.running.job_status import Jobs
from services.gateway.scanners.scanners import Scanners
from services.gateway.tables.pool import TablesDamaged, Views
from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.bus.topology import DEAD, EXCHANGE_OF
from services.kernel.log.eventlog import Log
from services.kernel.log.replica import ReplicaLog
from services.kernel.settings import Settings

SILENT_BROKER_S: Final = 3.0
PREVIEWS_S: Final = 600.0
"""How often previews are counted: there may be a million."""

_KINDS: Final = {command: kind for kind, command in TYPES.items()}

Sample = tuple[str, tuple[str, ...], float]
"""A metric's name, the values of its labels, and its value."""


class Measures:
    def __init__(
        self,
        settings: Settings,
        events: Log,
        views: Views,
        bus: Bus,
        work: Work,
        jobs: Jobs,
        fleet: Fleet,
        backups: Backups,
        scanners: Scanners,
    ) -> None:
        self._settings, self._events, self._views, self._bus = settings, events, views, bus
        self._work, self._jobs, self._fleet, self._backups = work, jobs, fleet, backups
        self._scanners = scanners
        self._missing: int | None = None
        self._counting: asyncio.Task[None] | None = None
        self._counted = -PREVIEWS_S

    async def text(self) -> bytes:
        """In Prometheus' text format. What can't be measured now is left out."""
        samples = [sample async for sample in self._all()]
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Collected(samples))
        return generate_latest(registry)

    async def close(self) -> None:
        if self._counting:
            self._counting.cancel()
            await asyncio.gather(self._counting, return_exceptions=True)

    async def _all(self) -> AsyncIterator[Sample]:
        for measuring in (self._log(), self._queues(), self._library(), self._running(), self._kept()):
            async for sample in measuring:
                yield sample
        work = self._fleet.work()
        yield "albumen_scanners", (), self._scanners.alive
        yield "albumen_scanner_photos_total", (), self._scanners.photos
        yield "albumen_workers", (), self._fleet.alive()
        yield "albumen_inference_batches_total", (), work.batches
        yield "albumen_inference_photos_total", (), work.photos
        for stage, spent in work.seconds.items():
            yield "albumen_inference_seconds_total", (stage,), spent

    async def _log(self) -> AsyncIterator[Sample]:
        position, head = await self._views.position(), await self._events.head()
        yield "albumen_log_position", (), head
        yield "albumen_log_bytes", (), _size(self._settings.events_db)
        yield "albumen_views_position", (), position
        yield "albumen_views_lag_events", (), head - position
        waiting = await self._events.read(position, 1) if position < head else []
        yield "albumen_views_lag_seconds", (), _since(waiting[0].recorded_at) if waiting else 0
        yield "albumen_events_set_aside", (), await set_aside_count(self._views)

    async def _queues(self) -> AsyncIterator[Sample]:
        yield "albumen_bus_connected", (), self._bus.connected
        if not self._bus.connected:
            return
        try:
            async with asyncio.timeout(SILENT_BROKER_S):
                depths = {queue: await self._bus.depth(queue) for queue in (*EXCHANGE_OF, DEAD)}
                consumers = {queue: await self._bus.consumers(queue) for queue in EXCHANGE_OF}
        except (BusUnavailable, TimeoutError):
            return
        yield "albumen_dead_letters", (), depths.pop(DEAD)
        for queue, depth in depths.items():
            yield "albumen_queue_messages", (queue,), depth
            yield "albumen_queue_consumers", (queue,), consumers[queue]

    async def _library(self) -> AsyncIterator[Sample]:
        if not await self._views.shown():
            return
        try:
            seen = await figures(self._views, await self._work.active_model() or self._settings.model)
            if not isinstance(self._events, ReplicaLog):  # a copy fetches those that somebody looks at
                self._count_previews()
        except TablesDamaged:
            return
        for state, number in seen.photos.items():
            yield "albumen_photos", (state,), number
        yield "albumen_photos_unclassified", (), seen.unclassified
        yield "albumen_files_unreadable", (), seen.unreadable
        if self._missing is not None:
            yield "albumen_previews_missing", (), self._missing
        for (kind, status), number in seen.jobs.items():
            yield "albumen_jobs", (kind, status), number
        if seen.scanned_us is not None:
            yield "albumen_scan_age_seconds", (), _since(seen.scanned_us)

    async def _running(self) -> AsyncIterator[Sample]:
        """Of each kind of job, the one that runs now."""
        try:
            running = {_KINDS[job.type]: job for job in await self._jobs.running() if job.status == "running"}
        except TablesDamaged:
            return
        for kind, job in running.items():
            for state, number in (("total", job.total), ("done", job.done), ("failed", job.failed)):
                yield "albumen_job_photos", (kind, state), number
            if job.rate is not None:
                yield "albumen_job_photos_per_second", (kind,), job.rate

    async def _kept(self) -> AsyncIterator[Sample]:
        for place in await self._backups.places():
            if place.backups:
                age = time.time() - place.backups[0].time.timestamp()
                yield "albumen_backup_age_seconds", ("second" if place.second else "data",), age
        folders = (("data", self._settings.data), ("previews", self._settings.previews))
        for name, folder in folders:
            if (free := await asyncio.to_thread(_free, folder)) is not None:
                yield "albumen_disk_free_bytes", (name,), free

    def _count_previews(self) -> None:
        """Begin to, if it is time."""
        if time.monotonic() - self._counted < PREVIEWS_S or (self._counting and not self._counting.done()):
            return
        self._counted = time.monotonic()
        self._counting = asyncio.create_task(self._count(), name="previews")

    async def _count(self) -> None:
        ids = await shown_ids(self._views)
        self._missing = await asyncio.to_thread(without_preview, self._settings.previews, ids)


class _Collected(Collector):
    def __init__(self, samples: Iterable[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Family]:
        families = {name: _family(metric) for name, metric in METRICS.items()}
        for name, labels, value in self._samples:
            families[name].add_metric(labels, float(value))
        return (family for family in families.values() if family.samples)


def _family(metric: Metric) -> CounterMetricFamily | GaugeMetricFamily:
    family = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    return family(metric.name, metric.meaning, labels=metric.labels)


def _since(recorded_us: int) -> float:
    """Seconds; none if the clock has gone back."""
    return max(0.0, time.time() - recorded_us / 1e6)


def _size(path: Path) -> int:
    """With what is not yet checkpointed."""
    return sum(one.stat().st_size for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())


def _free(folder: Path) -> int | None:
    """None while it isn't there."""
    try:
        seen = os.statvfs(folder)
    except OSError:
        return None
    return seen.f_bavail * seen.f_frsize
