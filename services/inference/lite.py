"""EfficientNet-Lite as one graph of raw operations, weights as constants, with normalisation, softmax and top-k inside.
XLA is not used: it is 15 times slower than this on a CPU.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from services.inference import devices  # noqa: F401  first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.inference.fold import Folded, Layer, fold
from services.inference.network import TOP, Array, Network
from services.inference.plan import Plan
from services.inference.registry import CLASS_COUNT, ModelSpec
from services.inference.weights import read


class Lite:
    """`network.Weights`."""

    def __init__(self, spec: ModelSpec) -> None:
        """Raises WeightsNotFound or WeightsDamaged."""
        self._spec, self._folded = spec, fold(spec, read(spec))

    def ways(self, plans: Sequence[Plan]) -> Sequence[Plan]:
        return plans

    def build(self, plan: Plan) -> Network:
        """One traced graph for any batch size, weights as constants on the device."""
        folded, side = self._folded, self._spec.input_size
        precisions = {"float32": tf.float32, "bfloat16": tf.bfloat16, "mixed_float16": tf.float16}
        computed = precisions[plan.precision]
        signature = [tf.TensorSpec([None, side, side, 3], tf.uint8)]

        @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
        def network(pixels: Any) -> tuple[Any, Any, Any]:
            with tf.device(plan.device):
                features = _features(pixels, folded, computed)
                probabilities = tf.nn.softmax(_classes(features, folded, computed))
                best = tf.math.top_k(probabilities, min(TOP, CLASS_COUNT))
                return best.values, best.indices, features

        def maps(pixels: Array, classes: Sequence[int]) -> Array:
            with tf.device(plan.device):
                seen = feature_map(tf.constant(pixels), folded, tf.float32).numpy()[0]
            activations: Array = np.moveaxis(seen @ folded.classifier.kernel[:, list(classes)], -1, 0)
            return activations

        return Network(network.get_concrete_function(), maps)


def logits(pixels: Any, folded: Folded, computed: Any) -> Any:
    """uint8 [batch, s, s, 3] -> float32 [batch, 1000]; intermediate values in `computed`."""
    return _classes(_features(pixels, folded, computed), folded, computed)


def _features(pixels: Any, folded: Folded, computed: Any) -> Any:
    return tf.reduce_mean(tf.cast(feature_map(pixels, folded, computed), tf.float32), axis=(1, 2))


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
