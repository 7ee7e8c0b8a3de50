"""Runs a network of any kind (`network.py`): `uint8` pixels in, the top 20 classes and an embedding out.

The network gets batches of a few fixed sizes, on the device and in the precision that suit this machine.
"""

import time
from collections.abc import Sequence
from typing import Final

import numpy as np
import structlog

from services.inference.devices import plans  # first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.domain.photos.explaining import ClassHeat
from services.inference.installed import Installed
from services.inference.lite import Lite
from services.inference.network import Array, Weights
from services.inference.plan import Plan
from services.inference.registry import ModelSpec, Spec
from services.inference.verdict import Verdict, heat
from services.knowledge import embedding

TRIALS: Final = 3
BATCHES: Final = (1, 8, 32)
"""The only batch sizes (the caller may change the last), as each new size costs a set-up."""

log = structlog.get_logger(__name__)


class NotFinite(Exception):
    """The network returned NaN or infinity: the precision is too low for this picture."""


class NoMaps(Exception):
    """The network has no accessible last feature map."""


class Classifier:
    """A loaded and warmed-up network. `classify` is thread-safe."""

    def __init__(self, spec: Spec, plan: Plan, weights: Weights, batch: int) -> None:
        self.spec, self.plan = spec, plan
        self._network = weights.build(plan)
        self._sizes = sorted({size for size in BATCHES if size < batch} | {batch})

    @classmethod
    def load(cls, spec: Spec, batch: int = BATCHES[-1], ways: Sequence[Plan] | None = None) -> "Classifier":
        """Use the first of `ways` (default: all that this machine offers) whose first batches succeed; one that is not
        certain to be faster is timed against the last.

        Takes a second or two. Raises WeightsNotFound or WeightsDamaged, and TensorFlow's error if even the last fails.
        """
        weights = _weights(spec)
        *better, last = weights.ways(ways or plans())
        for plan in better:
            try:
                classifier = cls._warm(spec, plan, weights, batch)
            except Exception as error:
                log.warning("a device can't run the network", device=plan.text, reason=str(error)[:300])
                continue
            if plan.certain:
                return classifier
            return min(classifier, cls._warm(spec, last, weights, batch), key=Classifier._seconds)
        return cls._warm(spec, last, weights, batch)

    @classmethod
    def _warm(cls, spec: Spec, plan: Plan, weights: Weights, batch: int) -> "Classifier":
        classifier = cls(spec, plan, weights, min(batch, plan.largest))
        for size in classifier._sizes:
            classifier.classify(np.zeros((size, spec.input_size, spec.input_size, 3), np.uint8))
        return classifier

    def _seconds(self) -> float:
        """Time for its largest batch: the best of a few trials."""
        side = self.spec.input_size
        pixels = np.zeros((self._sizes[-1], side, side, 3), np.uint8)
        times = []
        for _ in range(TRIALS):
            began = time.perf_counter()
            self.classify(pixels)
            times.append(time.perf_counter() - began)
        return min(times)

    def classify(self, pixels: Array | Sequence[Array]) -> list[Verdict]:
        """uint8 [n, s, s, 3], or a list of pictures, any n -> the top classes and the embedding of each. Raises
        NotFinite, and TensorFlow's errors (out of memory, a lost GPU)."""
        largest = self._sizes[-1]
        parts = [np.asarray(pixels[start : start + largest]) for start in range(0, len(pixels), largest)]
        return [verdict for part in parts for verdict in self._call(part)]

    def _call(self, pixels: Array) -> list[Verdict]:
        count = len(pixels)
        size = next(size for size in self._sizes if size >= count)
        if size > count:
            pixels = np.concatenate([pixels, np.zeros((size - count, *pixels.shape[1:]), np.uint8)])
        values, indices, features = (
            tensor.numpy()[:count] for tensor in self._network.classify(tf.constant(pixels))
        )
        probabilities = values.astype(np.float64).round(6)
        if not (np.isfinite(probabilities).all() and np.isfinite(features).all()):
            raise NotFinite(f"{self.spec.name} gave no numbers in {self.plan.precision}.")
        codes = embedding.encode(features) if features.shape[1] else [""] * count
        rows = zip(indices.tolist(), probabilities.tolist(), codes, strict=True)
        return [Verdict(list(zip(classes, row, strict=True)), code) for classes, row, code in rows]

    def explain(self, pixels: Array, classes: Sequence[int]) -> list[ClassHeat]:
        """uint8 [1, s, s, 3] -> where each class was seen, in float32. Raises NoMaps, and TensorFlow's errors.

        Class activation maps (B. Zhou et al., Learning Deep Features for Discriminative Localization, 2016): the last
        feature map times the class's weights; its mean is the class's logit without the bias.
        """
        if self._network.maps is None:
            raise NoMaps(f"{self.spec.name} can't tell where it looked.")
        maps = self._network.maps(pixels, list(classes))
        return [heat(index, activation) for index, activation in zip(classes, maps, strict=True)]


def _weights(spec: Spec) -> Weights:
    """Raises WeightsNotFound or WeightsDamaged."""
    if isinstance(spec, ModelSpec):
        return Lite(spec)
    if isinstance(spec, Installed):
        from services.inference.keras_network import KerasWeights

        return KerasWeights(spec)
    raise TypeError(f"{spec} is no model that can be built.")
