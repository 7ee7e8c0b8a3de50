"""Cache of the models in memory: loaded on first use, least recently used evicted.

TensorFlow is imported in a thread along with the first model, so the process itself starts at once.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from services.inference import judges
from services.inference.installed import find
from services.inference.registry import Spec

if TYPE_CHECKING:
    from services.inference.judges import Judge

log = structlog.get_logger(__name__)

LOADED: Final = 3
"""Maximum models in memory; each takes some hundred megabytes."""


class Shelf:
    def __init__(
        self,
        batch: int,
        executor: Executor,
        folder: Path,
        announce: Callable[["Judge"], Awaitable[None]],
    ) -> None:
        """`folder`: of the installed models. `announce` is called with each classifier once loaded."""
        self._batch, self._executor, self._folder, self._announce = batch, executor, folder, announce
        self._loaded: dict[str, Judge] = {}
        self._loading = asyncio.Lock()

    async def get(self, model_id: str) -> "Judge":
        """Raises UnknownModel, WeightsNotFound, WeightsDamaged, and TensorFlow's errors."""
        spec = find(self._folder, model_id)
        if not self._has(spec):
            await self._load(spec)
        classifier = self._loaded[model_id] = self._loaded.pop(model_id)
        return classifier

    def _has(self, spec: Spec) -> bool:
        """In its current version: a model may be replaced by another of the same name."""
        return spec.model_id in self._loaded and self._loaded[spec.model_id].spec == spec

    async def _load(self, spec: Spec) -> None:
        async with self._loading:
            if not self._has(spec):
                self._loaded.pop(spec.model_id, None)
                while len(self._loaded) >= LOADED:
                    oldest = next(iter(self._loaded))
                    del self._loaded[oldest]
                    log.info("model put away", model=oldest)
                loop = asyncio.get_running_loop()
                classifier = await loop.run_in_executor(self._executor, _load, spec, self._batch)
                self._loaded[spec.model_id] = classifier
                await self._announce(classifier)


def _load(spec: Spec, batch: int) -> "Judge":
    classifier = judges.load(spec, batch)
    gc.collect()
    gc.freeze()
    plan = classifier.plan
    log.info("model loaded", model=spec.model_id, device=plan.text, precision=plan.precision)
    return classifier
