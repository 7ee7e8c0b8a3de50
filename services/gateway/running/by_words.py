"""Searches in one's own words: asks a words model for the vector of a sentence, and ranks photos by it.

The answer comes over the bus, as TensorFlow runs elsewhere; answers are remembered, and one that comes too late serves
whoever asks again. Nothing of it is in the log.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol
from uuid import uuid4

import msgspec

from services.gateway.i18n.catalogues import N_
from services.gateway.queries.by_words import WordsModel, fitting, words_model
from services.gateway.search.filters import Filter
from services.gateway.search.sentence import Parts, parts
from services.gateway.search.vocabulary import vocabulary
from services.gateway.tables.pool import Views
from services.kernel.bus.contract import Bus, BusUnavailable, Message
from services.kernel.bus.jobs import EncodeJob, SentenceEncoded
from services.kernel.bus.topology import CLASSIFY_INTERACTIVE
from services.kernel.log.codec import encode

if TYPE_CHECKING:
    from services.gateway.running.word_index import Ranking, WordIndex

ANSWERED_S: Final = 4.0
"""How long somebody waits for the model, which may have to be loaded first."""
REMEMBERED: Final = 256
"""Sentences."""
_FIRST: Final = 500
"""Photos looked up at first; if too few of them fit the rest of the search, ever more."""


class NoAnswer(Exception):
    """The model can't be asked now. The message is a sentence for the user."""


class Nearest(msgspec.Struct, frozen=True, kw_only=True):
    """Photos that look most like a sentence."""

    model: WordsModel
    sentence: str
    ids: list[str]
    """Best first, without those that match the search itself."""
    whole: bool
    """Whether the model has read the sentence to its end."""


class Words(Protocol):
    async def reads(self, q: str) -> bool:
        """Whether `nearest` has an answer to it."""

    async def nearest(self, q: str, limit: int) -> Nearest | None:
        """None without a model that has seen photos, and if there is no sentence in the search. Raises NoAnswer."""


class ByWords:
    """`Words`. Loads NumPy with the first question."""

    def __init__(self, views: Views, bus: Bus) -> None:
        self._views, self._bus = views, bus
        self._index: WordIndex | None = None
        self._answers: OrderedDict[tuple[str, str], SentenceEncoded] = OrderedDict()
        self._waiting: dict[tuple[str, str], asyncio.Future[SentenceEncoded]] = {}

    def answered(self, answer: SentenceEncoded) -> None:
        key = (answer.model_id, answer.sentence)
        if not answer.reason:
            self._answers[key] = answer
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        if (waiting := self._waiting.pop(key, None)) and not waiting.done():
            waiting.set_result(answer)

    async def reads(self, q: str) -> bool:
        model = await words_model(self._views)
        return model is not None and bool((await self._parts(Filter(q=q))).sentence)

    async def _parts(self, criteria: Filter) -> Parts:
        names = await vocabulary(self._views, criteria.day)
        return parts(criteria.search, criteria.day, names.south)

    async def nearest(self, q: str, limit: int) -> Nearest | None:
        model = await words_model(self._views)
        criteria = Filter(q=q)
        if model is None:
            return None
        sentence, rest = await self._parts(criteria)
        if not sentence:
            return None
        answer = await self._asked(model.id, model.weights_digest, sentence, ANSWERED_S)
        ranking = await self._ranked(model, answer.vector)
        near = await self._fitting(ranking, Filter(q=rest or None), criteria, limit)
        return Nearest(model=model, sentence=sentence, ids=near, whole=answer.whole)

    async def _fitting(self, ranking: "Ranking", wanted: Filter, hits: Filter, limit: int) -> list[str]:
        near: list[str] = []
        start, count = 0, _FIRST
        while start < len(ranking) and len(near) < limit:
            some = ranking.part(start, count)
            near += await fitting(self._views, some, wanted, hits, limit - len(near))
            start, count = start + count, count * 8
        return near

    async def _ranked(self, model: WordsModel, vector: list[float]) -> "Ranking":
        if self._index is None:
            from services.gateway.running.word_index import WordIndex

            self._index = WordIndex(self._views)
        return await self._index.ranked(model, vector)

    async def encoded(
        self, model_id: str, weights_digest: str, sentences: Sequence[str], within_s: float
    ) -> list[SentenceEncoded]:
        """Vectors of sentences by this version of the model, in order. `within_s`: for each. Raises NoAnswer."""
        answers = [await self._asked(model_id, weights_digest, one, within_s) for one in sentences]
        if any(answer.weights_digest != weights_digest for answer in answers):
            raise NoAnswer(
                N_("The model was replaced, and its new version is not known yet: try again soon.")
            )
        return answers

    async def _asked(
        self, model_id: str, weights_digest: str, sentence: str, within_s: float
    ) -> SentenceEncoded:
        """Raises NoAnswer. What another version of the model answered is not repeated."""
        key = (model_id, sentence)
        if (answer := self._answers.get(key)) and answer.weights_digest == weights_digest:
            self._answers.move_to_end(key)
            return answer
        waiting = self._waiting.get(key)
        if waiting is None:
            waiting = self._waiting[key] = asyncio.get_running_loop().create_future()
            await self._ask(key)
        try:
            async with asyncio.timeout(within_s):
                answer = await asyncio.shield(waiting)
        except TimeoutError as error:
            self._waiting.pop(key, None)
            raise NoAnswer(
                N_("The model has not answered yet. It may still be loading: try again soon.")
            ) from error
        if answer.reason:
            raise NoAnswer(answer.reason)
        return answer

    async def _ask(self, key: tuple[str, str]) -> None:
        job: Any = EncodeJob(model_id=key[0], sentence=key[1])
        message_id = uuid4()
        message = Message(
            message_id=message_id,
            type=job.TYPE,
            schema_version=job.VERSION,
            correlation_id=message_id,
            body=encode(job),
        )
        try:
            await self._bus.publish(CLASSIFY_INTERACTIVE, [message])
        except BusUnavailable as error:
            self._waiting.pop(key, None)
            raise NoAnswer(
                N_("The message broker can't be reached, so no model can be asked now.")
            ) from error
