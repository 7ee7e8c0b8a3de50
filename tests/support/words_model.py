"""Plays a words model towards the gateway: the test says what photos and sentences mean."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import msgspec

from services.domain.jobs.encoding import ImageEncoded
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import EncodeJob, SentenceEncoded
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE, RESULTS
from services.kernel.log import codec
from tests.support.classifier import classifier_of, ended, verdict
from tests.support.models import announce, registered
from tests.support.stack import Stack

MODEL = "colours"
DIMENSIONS = 16


def axis(number: int, *others: tuple[int, float]) -> list[float]:
    vector = [0.1] * DIMENSIONS
    vector[number] = 1.0
    for place, value in others:
        vector[place] = value
    return vector


async def send(stack: Stack, type_: str, body: bytes) -> None:
    message_id = uuid4()
    message = Message(
        message_id=message_id, type=type_, schema_version=1, correlation_id=message_id, body=body
    )
    await stack.broker.publish(RESULTS, [message])


async def register(stack: Stack) -> None:
    await announce(stack, registered(MODEL, "Colours", kind="words", side=32, count=DIMENSIONS))


async def seen(stack: Stack, *codes: str) -> list[str]:
    """The photos' ids, once the model has seen them: the first one with the first code."""
    await register(stack)
    answer = await stack.post("classify", {"model": MODEL})
    ids = []
    async with classifier_of(stack) as classifier:
        for code in codes:
            delivery, job = await classifier.take()
            event = ImageEncoded(
                image_id=job.image_id, model_id=MODEL, weights_digest="d", preprocessing_id="p", code=code
            )
            await stack.broker.publish(RESULTS, [verdict(job, delivery.message, event)] * 2)
            await delivery.ack()
            ids.append(job.image_id)
    assert (await ended(stack, answer))["done"] == len(codes)
    return ids


Meaning = Sequence[float] | Callable[[str], Sequence[float]]
"""The vector of every sentence, or of each."""


class Model:
    """Answers sentences, and keeps them."""

    def __init__(self, stack: Stack, vector: Meaning, **answer: Any) -> None:
        self._stack, self._vector, self._answer = stack, vector, answer
        self.sentences: list[str] = []

    async def run(self) -> None:
        async with self._stack.broker.consume(CLASSIFY_INTERACTIVE, 10) as deliveries:
            async for delivery in deliveries:
                job = msgspec.json.decode(delivery.message.body, type=EncodeJob)
                self.sentences.append(job.sentence)
                vector = self._vector(job.sentence) if callable(self._vector) else self._vector
                fields = {"vector": list(vector), "weights_digest": "d"} | self._answer
                answer = SentenceEncoded(model_id=job.model_id, sentence=job.sentence, **fields)
                await send(self._stack, answer.TYPE, codec.encode(answer))
                await delivery.ack()


@asynccontextmanager
async def answering(stack: Stack, vector: Meaning, **answer: Any) -> AsyncIterator[Model]:
    model = Model(stack, vector, **answer)
    task = asyncio.create_task(model.run())
    try:
        yield model
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
