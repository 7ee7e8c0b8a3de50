"""Retrains categories whenever the user has answered, and appends the result to the log.

What is due is queried from the read tables each time, so a crash loses nothing; an answer that arrives during training
makes a lesson due again.
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
                await self._learn(lesson, max(until, lesson.newest))

    async def _learn(self, lesson: Lesson, until: int) -> None:
        """`until`: position of the read tables before the query."""
        answers = await material(self._views, lesson.category_id, lesson.model_id)
        if not answers.examples or not (answers.refused or answers.background):
            return
        try:
            event = await asyncio.to_thread(_learned, lesson, answers, until)
        except ValueError as error:  # an embedding that we didn't write
            log.error("a category can't learn", category=lesson.category_id, reason=str(error))
            return
        event_id = derived_id(lesson.category_id, lesson.model_id, str(until), "learned")
        correlation_id = derived_id(lesson.category_id, "lessons")
        await self._log.append([record_event(event, event_id=event_id, correlation_id=correlation_id)])
        log.info("a category learned", category=lesson.category_id, examples=event.examples)
        await self._caught_up()


def _learned(lesson: Lesson, answers: Material, until: int) -> CategoryLearned:
    from services.knowledge.logistic import features, learn  # NumPy, which the first page doesn't need

    model = learn(*(features(codes) for codes in (answers.examples, answers.refused, answers.background)))
    weights, scale = model.packed()
    return CategoryLearned(
        category_id=lesson.category_id,
        model_id=lesson.model_id,
        weights=weights,
        scale=scale,
        bias=model.bias,
        examples=lesson.examples,
        refused=lesson.refused,
        until=until,
    )
