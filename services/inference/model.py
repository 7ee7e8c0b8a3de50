"""EfficientNet-Lite on TensorFlow: `uint8` pixels in, the 20 best classes out.

The network is one graph of raw operations with its weights as constants; normalisation, softmax and top-k are inside.
XLA is 15 times slower than this on a CPU, so it is not used.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import structlog

from services.inference.devices import Plan, plans  # first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.inference.fold import Array, Folded, Layer, fold
from services.inference.registry import CLASS_COUNT, ModelSpec
from services.inference.weights import read

Scores = list[tuple[int, float]]
"""(class index, probability), best first."""
Network = Callable[[Any], tuple[Any, Any]]
"""uint8 [batch, s, s, 3] -> probabilities float32 [batch, TOP], class indices int32 [batch, TOP]."""

TOP: Final = 20
TRIALS: Final = 3
BATCHES: Final = (1, 8, 32)
"""The network is called with these sizes only (the last one as the caller wishes): each new size costs a set-up."""

log = structlog.get_logger(__name__)


class NotFinite(Exception):
    """The network answered with something that is no number: the precision does not suffice for this picture."""


class Classifier:
    """A loaded and warmed-up network. `classify` may be called from several threads at a time."""

    def __init__(self, spec: ModelSpec, plan: Plan, network: Network, batch: int) -> None:
        self.spec, self.plan = spec, plan
        self._network = network
        self._sizes = sorted({size for size in BATCHES if size < batch} | {batch})

    @classmethod
    def load(
        cls, spec: ModelSpec, batch: int = BATCHES[-1], ways: Sequence[Plan] | None = None
    ) -> "Classifier":
        """Run it in the first of `ways` (default: what this machine offers) whose first batches succeed; one that
        is not certain to be faster is timed against the last.

        Takes a second or two. Raises WeightsNotFound or WeightsDamaged, and what TensorFlow raised when even
        the last way fails.
        """
        folded = fold(spec, read(spec))
        *better, last = ways or plans()
        for plan in better:
            try:
                classifier = cls._warm(spec, plan, folded, batch)
            except Exception as error:
                log.warning("a device can't run the network", device=plan.text, reason=str(error)[:300])
                continue
            if plan.certain:
                return classifier
            return min(classifier, cls._warm(spec, last, folded, batch), key=Classifier._seconds)
        return cls._warm(spec, last, folded, batch)

    @classmethod
    def _warm(cls, spec: ModelSpec, plan: Plan, folded: Folded, batch: int) -> "Classifier":
        classifier = cls(spec, plan, _network(spec, plan, folded), min(batch, plan.largest))
        for size in classifier._sizes:
            classifier.classify(np.zeros((size, spec.input_size, spec.input_size, 3), np.uint8))
        return classifier

    def _seconds(self) -> float:
        """That its largest batch takes: the best of a few."""
        side = self.spec.input_size
        pixels = np.zeros((self._sizes[-1], side, side, 3), np.uint8)
        found = []
        for _ in range(TRIALS):
            began = time.perf_counter()
            self.classify(pixels)
            found.append(time.perf_counter() - began)
        return min(found)

    def classify(self, pixels: Array) -> list[Scores]:
        """uint8 [n, s, s, 3], any n -> the TOP best classes of each. Raises NotFinite, and what TensorFlow raises
        (out of memory, a lost GPU)."""
        largest = self._sizes[-1]
        parts = [pixels[start : start + largest] for start in range(0, len(pixels), largest)]
        return [scores for part in parts for scores in self._call(part)]

    def _call(self, pixels: Array) -> list[Scores]:
        count = len(pixels)
        size = next(size for size in self._sizes if size >= count)
        if size > count:
            pixels = np.concatenate([pixels, np.zeros((size - count, *pixels.shape[1:]), np.uint8)])
        values, indices = self._network(tf.constant(pixels))
        probabilities = values.numpy()[:count].astype(np.float64).round(6)
        if not np.isfinite(probabilities).all():
            raise NotFinite(f"{self.spec.name} gave no numbers in {self.plan.precision}.")
        rows = zip(indices.numpy()[:count].tolist(), probabilities.tolist(), strict=True)
        return [list(zip(classes, row, strict=True)) for classes, row in rows]


def _network(spec: ModelSpec, plan: Plan, folded: Folded) -> Network:
    """One traced graph for any batch size, its weights as constants on the device."""
    computed = tf.bfloat16 if plan.precision == "bfloat16" else tf.float16
    computed = tf.float32 if plan.precision == "float32" else computed
    signature = [tf.TensorSpec([None, spec.input_size, spec.input_size, 3], tf.uint8)]

    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def network(pixels: Any) -> tuple[Any, Any]:
        with tf.device(plan.device):
            probabilities = tf.nn.softmax(logits(pixels, folded, computed))
            best = tf.math.top_k(probabilities, min(TOP, CLASS_COUNT))
            return best.values, best.indices

    concrete: Network = network.get_concrete_function()
    return concrete


def logits(pixels: Any, folded: Folded, computed: Any) -> Any:
    """uint8 [batch, s, s, 3] -> float32 [batch, 1000]; everything between in `computed`."""
    x = tf.cast((tf.cast(pixels, tf.float32) - 127.0) * (1 / 128), computed)
    x = tf.nn.relu6(_convolved(x, folded.stem, 2))
    for block, expand, depthwise, project in folded.blocks:
        inputs = x
        if expand:
            x = tf.nn.relu6(_convolved(x, expand, 1))
        x = tf.nn.relu6(_depthwise(x, depthwise, block.stride))
        x = _convolved(x, project, 1)
        if block.residual:
            x = x + inputs
    x = tf.nn.relu6(_convolved(x, folded.head, 1))
    x = tf.cast(tf.reduce_mean(tf.cast(x, tf.float32), axis=(1, 2)), computed)
    kernel, bias = folded.classifier
    return tf.cast(tf.matmul(x, tf.constant(kernel, computed)), tf.float32) + bias


def _convolved(x: Any, layer: Layer, stride: int) -> Any:
    x = tf.nn.conv2d(x, tf.constant(layer.kernel, x.dtype), stride, "SAME")
    return tf.nn.bias_add(x, tf.constant(layer.bias, x.dtype))


def _depthwise(x: Any, layer: Layer, stride: int) -> Any:
    x = tf.nn.depthwise_conv2d(x, tf.constant(layer.kernel, x.dtype), (1, stride, stride, 1), "SAME")
    return tf.nn.bias_add(x, tf.constant(layer.bias, x.dtype))
