"""Learns anew whenever a person has answered, and says what was learned in the log.

What is due is asked of the read tables each time, so nothing is lost with a crash; an answer that comes while it
learns makes it due again.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from services.domain.categories.learning import CategoryLearned
from services.gateway.queries.lessons import Lesson, Material, lessons, material
from services.gateway.tables.pool import Views
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.ids import derived_id

log = structlog.get_logger(__name__)


class Learning:
    def __init__(self, events: Log, views: Views, caught_up: Callable[[], Awaitable[None]]) -> None:
        self._log, self._views, self._caught_up = events, views, caught_up
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Never returns."""
        while True:
            self._wake.clear()
            await self.step()
            await self._wake.wait()

    async def step(self) -> None:
        """Learn what is due."""
        until = await self._views.position()
        for lesson in await lessons(self._views):
            if lesson.due:
                await self._learn(lesson, until)

    async def _learn(self, lesson: Lesson, until: int) -> None:
        """`until`: position of the read tables before they were asked."""
        given = await material(self._views, lesson.category_id, lesson.model_id)
        if not given.examples or not (given.refused or given.background):
            return
        try:
            event = await asyncio.to_thread(_learned, lesson, given, until)
        except ValueError as error:  # an embedding that nobody of ours has written
            log.error("a category can't learn", category=lesson.category_id, reason=str(error))
            return
        await self._log.append(
            [
                record_event(
                    event,
                    event_id=derived_id(lesson.category_id, lesson.model_id, str(until), "learned"),
                    correlation_id=derived_id(lesson.category_id, "lessons"),
                )
            ]
        )
        log.info("a category learned", category=lesson.category_id, examples=event.examples)
        await self._caught_up()


def _learned(lesson: Lesson, given: Material, until: int) -> CategoryLearned:
    from services.knowledge.logistic import features, learn  # NumPy, which the first page does not need

    said = [features(codes) for codes in (given.examples, given.refused, given.background)]
    found = learn(*said)
    weights, scale = found.packed()
    return CategoryLearned(
        category_id=lesson.category_id,
        model_id=lesson.model_id,
        weights=weights,
        scale=scale,
        bias=found.bias,
        examples=lesson.examples,
        refused=lesson.refused,
        until=until,
    )
