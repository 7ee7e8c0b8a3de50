"""EfficientNet-Lite on TensorFlow: `uint8` pixels in, the 20 best classes and an embedding out.

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
from services.inference.verdict import Verdict, heat
from services.inference.weights import read
from services.kernel import embedding
from services.kernel.events import ClassHeat

Network = Callable[[Any], tuple[Any, Any, Any]]
"""uint8 [batch, s, s, 3] -> probabilities float32 [batch, TOP], class indices int32 [batch, TOP], features float32
[batch, channels]."""

TOP: Final = 20
TRIALS: Final = 3
BATCHES: Final = (1, 8, 32)
"""The network is called with these sizes only (the last one as the caller wishes): each new size costs a set-up."""

log = structlog.get_logger(__name__)


class NotFinite(Exception):
    """The network answered with something that is no number: the precision does not suffice for this picture."""


class Classifier:
    """A loaded and warmed-up network. `classify` may be called from several threads at a time."""

    def __init__(self, spec: ModelSpec, plan: Plan, folded: Folded, batch: int) -> None:
        self.spec, self.plan = spec, plan
        self._folded, self._network = folded, _network(spec, plan, folded)
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
        classifier = cls(spec, plan, folded, min(batch, plan.largest))
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

    def classify(self, pixels: Array) -> list[Verdict]:
        """uint8 [n, s, s, 3], any n -> the TOP best classes and the embedding of each. Raises NotFinite, and what
        TensorFlow raises (out of memory, a lost GPU)."""
        largest = self._sizes[-1]
        parts = [pixels[start : start + largest] for start in range(0, len(pixels), largest)]
        return [verdict for part in parts for verdict in self._call(part)]

    def _call(self, pixels: Array) -> list[Verdict]:
        count = len(pixels)
        size = next(size for size in self._sizes if size >= count)
        if size > count:
            pixels = np.concatenate([pixels, np.zeros((size - count, *pixels.shape[1:]), np.uint8)])
        values, indices, features = (tensor.numpy()[:count] for tensor in self._network(tf.constant(pixels)))
        probabilities = values.astype(np.float64).round(6)
        if not (np.isfinite(probabilities).all() and np.isfinite(features).all()):
            raise NotFinite(f"{self.spec.name} gave no numbers in {self.plan.precision}.")
        rows = zip(indices.tolist(), probabilities.tolist(), embedding.encode(features), strict=True)
        return [Verdict(list(zip(classes, row, strict=True)), code) for classes, row, code in rows]

    def explain(self, pixels: Array, classes: Sequence[int]) -> list[ClassHeat]:
        """uint8 [1, s, s, 3] -> where each class was seen, in float32. Raises what TensorFlow raises.

        Class activation maps (B. Zhou et al., Learning Deep Features for Discriminative Localization, 2016): the
        last feature map times the class's weights; their mean is the class's logit but for the bias.
        """
        with tf.device(self.plan.device):
            seen = feature_map(tf.constant(pixels), self._folded, tf.float32).numpy()[0]
        maps = np.moveaxis(seen @ self._folded.classifier.kernel[:, list(classes)], -1, 0)
        return [heat(index, activation) for index, activation in zip(classes, maps, strict=True)]


def _network(spec: ModelSpec, plan: Plan, folded: Folded) -> Network:
    """One traced graph for any batch size, its weights as constants on the device."""
    computed = tf.bfloat16 if plan.precision == "bfloat16" else tf.float16
    computed = tf.float32 if plan.precision == "float32" else computed
    signature = [tf.TensorSpec([None, spec.input_size, spec.input_size, 3], tf.uint8)]

    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def network(pixels: Any) -> tuple[Any, Any, Any]:
        with tf.device(plan.device):
            features = tf.reduce_mean(tf.cast(feature_map(pixels, folded, computed), tf.float32), axis=(1, 2))
            probabilities = tf.nn.softmax(_classes(features, folded, computed))
            best = tf.math.top_k(probabilities, min(TOP, CLASS_COUNT))
            return best.values, best.indices, features

    concrete: Network = network.get_concrete_function()
    return concrete


def logits(pixels: Any, folded: Folded, computed: Any) -> Any:
    """uint8 [batch, s, s, 3] -> float32 [batch, 1000]; everything between in `computed`."""
    features = tf.reduce_mean(tf.cast(feature_map(pixels, folded, computed), tf.float32), axis=(1, 2))
    return _classes(features, folded, computed)


def _classes(features: Any, folded: Folded, computed: Any) -> Any:
    kernel, bias = folded.classifier
    return tf.cast(tf.matmul(tf.cast(features, computed), tf.constant(kernel, computed)), tf.float32) + bias


def feature_map(pixels: Any, folded: Folded, computed: Any) -> Any:
    """uint8 [batch, s, s, 3] -> [batch, s / 32, s / 32, 1280] in `computed`."""
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
    return tf.nn.relu6(_convolved(x, folded.head, 1))


def _convolved(x: Any, layer: Layer, stride: int) -> Any:
    x = tf.nn.conv2d(x, tf.constant(layer.kernel, x.dtype), stride, "SAME")
    return tf.nn.bias_add(x, tf.constant(layer.bias, x.dtype))


def _depthwise(x: Any, layer: Layer, stride: int) -> Any:
    x = tf.nn.depthwise_conv2d(x, tf.constant(layer.kernel, x.dtype), (1, stride, stride, 1), "SAME")
    return tf.nn.bias_add(x, tf.constant(layer.bias, x.dtype))
