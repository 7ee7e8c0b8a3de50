"""A classifier played by a test, so that it can answer twice, late, wrongly or never."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec

from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.domain.subject import Event
from services.kernel.bus.contract import Delivery, Message
from services.kernel.bus.jobs import ClassifyJob
from services.kernel.bus.topology import CLASSIFY_BULK, RESULTS
from services.kernel.log import codec
from services.kernel.log.ids import result_id
from tests.support.stack import Stack
from tests.support.waiting import PATIENCE_S, eventually

MODEL = "efficientnet-lite0"
DOG = 207
"""The class "golden retriever"."""


def verdict(job: ClassifyJob, request: Message, event: Event | None = None) -> Message:
    result = event or ImageClassified(
        image_id=job.image_id,
        model_id=job.model_id,
        weights_digest="d",
        preprocessing_id="p",
        classes=[(DOG, 0.9), (1, 0.01)],
    )
    return Message(
        message_id=result_id(job.image_id, job.model_id, job.job_id),
        type=result.TYPE,
        schema_version=result.VERSION,
        correlation_id=request.correlation_id,
        body=codec.encode(result),
    )


class Classifier:
    """Records the jobs it receives; answers when told to."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.asked: asyncio.Queue[tuple[Delivery, ClassifyJob]] = asyncio.Queue()

    @staticmethod
    def job_of(delivery: Delivery) -> ClassifyJob:
        return msgspec.json.decode(delivery.message.body, type=ClassifyJob)

    async def listen(self, queue: str, prefetch: int) -> None:
        async with self._stack.broker.consume(queue, prefetch) as deliveries:
            async for delivery in deliveries:
                self.asked.put_nowait((delivery, self.job_of(delivery)))

    async def take(self) -> tuple[Delivery, ClassifyJob]:
        async with asyncio.timeout(PATIENCE_S):
            return await self.asked.get()

    async def answer(self, count: int, times: int = 1) -> list[ClassifyJob]:
        return [await self.reply(await self.take(), times) for _ in range(count)]

    async def reply(self, received: tuple[Delivery, ClassifyJob], times: int = 1) -> ClassifyJob:
        delivery, job = received
        await self._stack.broker.publish(RESULTS, [verdict(job, delivery.message)] * times)
        await delivery.ack()
        return job

    async def fail(self, reason: str) -> ClassifyJob:
        delivery, job = await self.take()
        failed = ClassificationFailed(image_id=job.image_id, model_id=job.model_id, reason=reason)
        await self._stack.broker.publish(RESULTS, [verdict(job, delivery.message, failed)])
        await delivery.ack()
        return job


@asynccontextmanager
async def classifier_of(
    stack: Stack, queue: str = CLASSIFY_BULK, prefetch: int = 10_000
) -> AsyncIterator[Classifier]:
    classifier = Classifier(stack)
    listening = asyncio.create_task(classifier.listen(queue, prefetch))
    try:
        yield classifier
    finally:
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await listening


async def status(stack: Stack, answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = await stack.get(answer.json()["status_url"])
    return found


async def ended(stack: Stack, answer: Any) -> dict[str, Any]:
    async def done() -> bool:
        return bool((await status(stack, answer))["status"] == "done")

    await eventually(done, "the job has ended")
    await stack.caught_up()
    return await status(stack, answer)
