"""The models that are in memory: loaded when first needed, the least recently used one put away.

TensorFlow is imported here, in a thread, when the first model is loaded: the process is there at once.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog

from services.inference.installed import find
from services.inference.registry import Spec

if TYPE_CHECKING:
    from services.inference.model import Classifier

log = structlog.get_logger(__name__)

LOADED: Final = 2
"""Models in memory at most; each takes some hundred megabytes."""


class Shelf:
    def __init__(
        self,
        batch: int,
        executor: Executor,
        folder: Path,
        announce: Callable[["Classifier"], Awaitable[None]],
    ) -> None:
        """`folder`: of the models that were fetched or added. `announce` is called with each classifier once it is
        loaded."""
        self._batch, self._executor, self._folder, self._announce = batch, executor, folder, announce
        self._loaded: dict[str, Classifier] = {}
        self._loading = asyncio.Lock()

    async def get(self, model_id: str) -> "Classifier":
        """Raises UnknownModel, WeightsNotFound, WeightsDamaged, and what TensorFlow raises."""
        spec = find(self._folder, model_id)
        if not self._has(spec):
            await self._load(spec)
        classifier = self._loaded[model_id] = self._loaded.pop(model_id)
        return classifier

    def _has(self, spec: Spec) -> bool:
        """As it is now: one that was added again under the same name is another."""
        return spec.model_id in self._loaded and self._loaded[spec.model_id].spec == spec

    async def _load(self, spec: Spec) -> None:
        async with self._loading:
            if not self._has(spec):
                self._loaded.pop(spec.model_id, None)
                while len(self._loaded) >= LOADED:
                    oldest = next(iter(self._loaded))
                    del self._loaded[oldest]
                    log.info("model put away", model=oldest)
                classifier = await asyncio.get_running_loop().run_in_executor(
                    self._executor, _load, spec, self._batch
                )
                self._loaded[spec.model_id] = classifier
                await self._announce(classifier)


def _load(spec: Spec, batch: int) -> "Classifier":
    from services.inference.model import Classifier

    classifier = Classifier.load(spec, batch)
    gc.collect()
    gc.freeze()
    log.info(
        "model loaded", model=spec.model_id, device=classifier.plan.text, precision=classifier.plan.precision
    )
    return classifier
