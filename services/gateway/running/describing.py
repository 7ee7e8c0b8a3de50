"""Asks words models to read the sentences by which people describe categories, and appends the result to the log.

What is due is queried from the read tables each time, so a crash loses nothing. A model that can't be asked now is
asked again later; until then, what it said before counts.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import structlog

from services.domain.categories.described import DescriptionEncoded
from services.gateway.queries.descriptions import Due, due
from services.gateway.running.by_words import NoAnswer
from services.gateway.tables.pool import Views
from services.kernel.bus.jobs import SentenceEncoded
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id

log = structlog.get_logger(__name__)

ANSWERED_S: Final = 30.0
"""Nobody waits for it, and the model may have to be loaded first."""
RETRIED_S: Final = 60.0
"""After which a model that did not answer is asked again."""


class Encoder(Protocol):
    async def encoded(
        self, model_id: str, weights_digest: str, sentences: Sequence[str], within_s: float
    ) -> list[SentenceEncoded]:
        """In order. Raises NoAnswer."""


class Describing:
    def __init__(
        self, events: Log, views: Views, words: Encoder, caught_up: Callable[[], Awaitable[None]]
    ) -> None:
        self._log, self._views, self._words, self._caught_up = events, views, words, caught_up
        self._wake = asyncio.Event()
        self._silent: dict[str, float] = {}
        """Model -> when it may be asked again."""

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Never returns."""
        while True:
            self._wake.clear()
            waiting = await self.step()
            try:
                async with asyncio.timeout(RETRIED_S if waiting else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def step(self) -> bool:
        """Have read what is due. Returns whether something is left, as a model can't be asked now."""
        until = await self._views.position()
        waiting = False
        for one in await due(self._views):
            if self._silent.get(one.model_id, 0.0) > time.monotonic():
                waiting = True
                continue
            try:
                await self._read(one, until)
            except NoAnswer as error:
                log.info("a description waits for a words model", model=one.model_id, reason=str(error))
                self._silent[one.model_id] = time.monotonic() + RETRIED_S
                waiting = True
        return waiting

    async def _read(self, one: Due, until: int) -> None:
        """`until`: position of the read tables before the query. Raises NoAnswer."""
        from services.knowledge.captions import NEUTRAL, packed  # NumPy, which the first page doesn't need

        answers = await self._words.encoded(
            one.model_id, one.weights_digest, [*one.sentences, *NEUTRAL], ANSWERED_S
        )
        vectors = [packed(answer.vector) for answer in answers]
        own = len(one.sentences)
        event = DescriptionEncoded(
            category_id=one.category_id,
            model_id=one.model_id,
            weights_digest=one.weights_digest,
            sentences=one.sentences,
            vectors=vectors[:own],
            neutral=vectors[own:],
            whole=all(answer.whole for answer in answers[:own]),
        )
        event_id = derived_id(one.category_id, one.model_id, str(until), "described")
        correlation_id = derived_id(one.category_id, "descriptions")
        await self._log.append([record_event(event, event_id=event_id, correlation_id=correlation_id)])
        log.info("a description was read", category=one.category_id, model=one.model_id)
        await self._caught_up()
