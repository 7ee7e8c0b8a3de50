"""The inference service: takes jobs from the bus, reads previews, and publishes verdicts.

Decoding and the network run in one thread per core with a few batches in flight, so no core idles while another batch
is read or answered. A job is acknowledged once its answer is confirmed: after a crash the batches in hand are redone.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import UUID

import numpy as np
import structlog

from services.inference import answers, sentences
from services.inference.batching import Batcher, job_of
from services.inference.installed import find, found
from services.inference.judges import classified
from services.inference.lanes import lane_count
from services.inference.preprocess import Array, PreviewUnusable, load
from services.inference.quarantine import Quarantine
from services.inference.registry import Spec, UnknownModel, offered
from services.inference.shelf import Shelf
from services.inference.tally import Tally
from services.inference.weights import WeightsDamaged, WeightsNotFound
from services.kernel.bus.contract import Bus, BusUnavailable, Delivery, Message
from services.kernel.bus.jobs import REPORT_S, ClassifyJob, EncodeJob, ExplainJob
from services.kernel.bus.topology import RESULTS
from services.kernel.paths import preview_path
from services.kernel.settings import Settings
from services.kernel.tracing import spans
from services.kernel.until_stopped import own_name, until_stopped

if TYPE_CHECKING:
    from services.inference.judges import Judge
    from services.inference.remote import RemotePreviews

log = structlog.get_logger(__name__)

PREFETCH_BATCHES: Final = 2
"""Per thread: one being processed, one waiting."""
LOOK_S: Final = 2.0
"""Interval between scans for newly installed models."""
_AGAIN_S: Final = 0.5
"""Delay before publishing again to an unavailable bus."""
SUSPECT: Final = 2
"""Redeliveries after which a photo is classified in a separate process: a worker may be stopped or killed once for
other reasons, but a photo that it held twice may be what killed it."""

T = TypeVar("T")
Job = tuple[Delivery, ClassifyJob]


async def run(bus: Bus, settings: Settings, stop: asyncio.Event) -> None:
    """Classify until `stop` is set. Survives bus outages. When it stops, jobs in hand are redelivered to other workers.

    Raises GatewayUnusable, and TensorFlow's error when no model can run here at all.
    """
    threads = ThreadPoolExecutor(lane_count(), thread_name_prefix="lane")
    worker = Worker(bus, settings, threads)
    try:
        await until_stopped("inference", worker.serve(), settings.heartbeat, stop)
    finally:
        await worker.close()
        threads.shutdown(wait=False, cancel_futures=True)


class Worker:
    def __init__(self, bus: Bus, settings: Settings, threads: ThreadPoolExecutor) -> None:
        self._bus, self._settings, self._threads = bus, settings, threads
        self._worker_id = own_name()
        self._batcher = Batcher(settings.batch)
        self._shelf = Shelf(settings.batch, threads, settings.models, self._announce)
        self._registered: set[UUID] = set()
        self._quarantine = Quarantine(settings.models)
        self._tally = Tally(self._worker_id)
        self._remote = _remote(settings)

    async def close(self) -> None:
        if self._remote:
            await self._remote.close()

    async def serve(self) -> None:
        await self._register(offered())
        prefetch = PREFETCH_BATCHES * lane_count() * self._settings.batch
        async with asyncio.TaskGroup() as group:
            group.create_task(self._batcher.feed(self._bus, prefetch))
            if self._settings.warm_up:
                group.create_task(self._warm_up())
            group.create_task(self._look_for_models())
            group.create_task(self._report())
            for _ in range(2 * lane_count()):
                group.create_task(self._lane())

    async def _register(self, specs: Iterable[Spec]) -> None:
        """Announce models that were not announced yet."""
        messages = [answers.registered(spec) for spec in specs]
        new = [message for message in messages if message.message_id not in self._registered]
        if new:
            await self._publish(new)
            self._registered.update(message.message_id for message in new)

    async def _look_for_models(self) -> None:
        """Models installed at runtime become available within seconds."""
        while True:
            await self._register(await asyncio.to_thread(found, self._settings.models))
            await asyncio.sleep(LOOK_S)

    async def _report(self) -> None:
        """One report is as good as the next, so none is sent twice."""
        while True:
            with contextlib.suppress(BusUnavailable):
                await self._bus.publish(RESULTS, [answers.reported(self._tally.report())])
            await asyncio.sleep(REPORT_S)

    async def _warm_up(self) -> None:
        """Load the default model, so that the first job finds it ready."""
        try:
            await self._shelf.get(self._settings.model)
        except (UnknownModel, WeightsNotFound, WeightsDamaged) as error:
            log.error("the default model can't be used", reason=str(error))

    async def _announce(self, classifier: "Judge") -> None:
        plan = classifier.plan
        await self._publish([answers.loaded(classifier.spec, self._worker_id, plan.text, plan.precision)])

    async def _publish(self, messages: Sequence[Message]) -> None:
        """Retries until confirmed."""
        while True:
            try:
                return await self._bus.publish(RESULTS, messages)
            except BusUnavailable:
                await asyncio.sleep(_AGAIN_S)

    async def _lane(self) -> None:
        while True:
            deliveries = await self._batcher.take()
            with spans.batch("classify", (one.message for one in deliveries), "consumer"):
                await self._batch(deliveries)
            log.debug("a batch is done", count=len(deliveries))

    async def _batch(self, deliveries: list[Delivery]) -> None:
        by_model: dict[str, list[Job]] = {}
        suspects: list[Job] = []
        for delivery in deliveries:
            job = job_of(delivery.message)
            if job is None:
                log.warning("a message on a classify queue is no job", type=delivery.message.type)
                await delivery.reject()
            elif isinstance(job, ExplainJob):
                await self._explain(delivery, job)
            elif isinstance(job, EncodeJob):
                await self._encode(delivery, job)
            elif delivery.message.returned >= SUSPECT:
                suspects.append((delivery, job))
            else:
                by_model.setdefault(job.model_id, []).append((delivery, job))
        for model_id, jobs in by_model.items():
            messages = await self._answers(model_id, jobs)
            with self._tally.spent("publish"):
                await self._publish(messages)
            self._tally.did(len(jobs))
            for delivery, _ in jobs:
                await delivery.ack()
        async with self._quarantine:
            for delivery, job in suspects:
                await self._publish([await self._suspected(delivery, job)])
                await delivery.ack()

    async def _suspected(self, delivery: Delivery, job: ClassifyJob) -> Message:
        try:
            spec = find(self._settings.models, job.model_id)
        except UnknownModel as error:
            return answers.failed(delivery.message, job, str(error))
        await self._fetch([job])
        preview = preview_path(self._settings.previews, job.image_id)
        verdict = await self._quarantine.classify(job.model_id, preview, job.rotation)
        if isinstance(verdict, str):
            log.warning("a photo failed by itself", image=job.image_id, reason=verdict)
            return answers.failed(delivery.message, job, verdict)
        return answers.judged(delivery.message, job, spec, verdict)

    async def _explain(self, delivery: Delivery, job: ExplainJob) -> None:
        try:
            classifier = await self._shelf.get(job.model_id)
            (pixels,) = await self._pixels([job], classifier.spec)
            if isinstance(pixels, PreviewUnusable):
                raise pixels
            heat = await self._in_thread(classifier.explain, pixels[np.newaxis], job.classes)
        except Exception as error:  # from the model, the preview or TensorFlow, which has many
            log.warning("a picture could not be explained", image=job.image_id, reason=str(error)[:300])
        else:
            await self._publish([answers.explained(delivery.message, job, classifier.spec, heat)])
        await delivery.ack()

    async def _encode(self, delivery: Delivery, job: EncodeJob) -> None:
        """Always answered, so that nobody waits in vain."""
        answer = await sentences.encoded(job, self._shelf.get, self._in_thread)
        await self._publish([answers.encoded(delivery.message, answer)])
        await delivery.ack()

    async def _answers(self, model_id: str, jobs: list[Job]) -> list[Message]:
        try:
            classifier = await self._shelf.get(model_id)
        except (UnknownModel, WeightsNotFound, WeightsDamaged) as error:
            return [answers.failed(delivery.message, job, str(error)) for delivery, job in jobs]
        with self._tally.spent("load"):
            pixels = await self._pixels([job for _, job in jobs], classifier.spec)
        good = [one for one in pixels if not isinstance(one, PreviewUnusable)]
        with self._tally.spent("network"):
            verdicts = iter(await self._in_thread(classified, classifier, good) if good else [])
        messages = []
        for (delivery, job), one in zip(jobs, pixels, strict=True):
            verdict = one if isinstance(one, PreviewUnusable) else next(verdicts)
            if isinstance(verdict, Exception):
                messages.append(answers.failed(delivery.message, job, str(verdict)))
            else:
                messages.append(answers.judged(delivery.message, job, classifier.spec, verdict))
        return messages

    async def _pixels(
        self, jobs: Sequence[ClassifyJob | ExplainJob], spec: Spec
    ) -> list["Array | PreviewUnusable"]:
        """Decoded by all threads in parallel, in the order of the jobs."""
        await self._fetch(jobs)
        wanted = [(preview_path(self._settings.previews, job.image_id), job.rotation) for job in jobs]
        step = min(lane_count(), len(wanted))
        parts = [wanted[start::step] for start in range(step)]
        loaded = await asyncio.gather(*(self._in_thread(_loaded, part, spec) for part in parts))
        pixels: list[Array | PreviewUnusable] = [PreviewUnusable()] * len(wanted)
        for start, part in enumerate(loaded):
            pixels[start::step] = part
        return pixels

    async def _fetch(self, jobs: Sequence[ClassifyJob | ExplainJob]) -> None:
        """Their previews, if they come from another computer."""
        if self._remote:
            await self._remote.fetch(job.image_id for job in jobs)

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        """What it logs says for whom, as `Batcher.take` has noted."""
        within = copy_context().run
        return await asyncio.get_running_loop().run_in_executor(self._threads, within, call, *arguments)


def _remote(settings: Settings) -> "RemotePreviews | None":
    """None if previews lie on this computer. Raises GatewayUnusable. What it needs is loaded for it alone."""
    if settings.gateway is None:
        return None
    from services.inference.remote import RemotePreviews

    return RemotePreviews(settings)


def _loaded(wanted: list[tuple[Path, int]], spec: Spec) -> list["Array | PreviewUnusable"]:
    """`wanted`: paths of previews, and how they are rotated."""

    def one(path: Path, rotation: int) -> "Array | PreviewUnusable":
        try:
            return load(path, spec.input_size, rotation, spec.task)
        except PreviewUnusable as error:
            return error

    return [one(path, rotation) for path, rotation in wanted]
