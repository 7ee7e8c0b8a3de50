"""Finds objects in pictures with a CenterNet: a cell of its last map that is a peak for a class is an object's centre,
and another map has the distances from there to the object's edges (X. Zhou et al., Objects as Points, 2019).

Pictures are put into the middle of a black square: squeezed into it, or cut to their own shape, fewer people are found.
They go through the network one by one: in batches the large maps no longer fit the processor's cache.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from services.inference.devices import plans  # first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.domain.photos.explaining import ClassHeat
from services.inference import graph_model
from services.inference.boxes import Objects, objects
from services.inference.graph_model import GraphModel
from services.inference.model import NoMaps, NotFinite
from services.inference.network import Array
from services.inference.plan import Plan
from services.inference.registry import DetectorSpec
from services.inference.weights import WeightsDamaged

PEAKS: Final = 200
"""Most centres per picture, before those of the same object are merged."""
STRIDE: Final = 4
"""Pixels of the picture per cell of the maps."""


class Detector:
    """A loaded and warmed-up detector. `classify` is thread-safe."""

    def __init__(self, spec: DetectorSpec, plan: Plan, model: GraphModel) -> None:
        """Raises WeightsDamaged for a network that is no CenterNet of these classes."""
        self.spec, self.plan = spec, plan
        try:
            self._network = _network(spec, plan, model)
        except (ValueError, TypeError, KeyError, IndexError, tf.errors.OpError) as error:
            raise WeightsDamaged(
                f"The network of {spec.name} has another shape ({str(error)[:200]})."
            ) from error

    @classmethod
    def load(cls, spec: DetectorSpec, ways: Sequence[Plan] | None = None) -> "Detector":
        """On a GPU if there is one, else in float32: on a CPU, half precision makes the detector slower. Raises
        WeightsNotFound or WeightsDamaged, and TensorFlow's errors."""
        model = graph_model.read(*spec.files, spec.digest)
        ways = ways or plans()
        plan = ways[0] if ways[0].device != ways[-1].device else ways[-1]
        detector = cls(spec, plan._replace(precision="float32", largest=1), model)
        detector.classify([np.zeros((spec.input_size, spec.input_size, 3), np.uint8)])
        return detector

    def classify(self, pictures: Sequence[Array]) -> list[Objects]:
        """uint8 [h, w, 3] each, no side longer than the network's. Raises NotFinite, and TensorFlow's errors."""
        return [self._call(picture) for picture in pictures]

    def explain(self, pixels: Array, classes: Sequence[int]) -> list[ClassHeat]:
        """Raises NoMaps: it says where objects are anyway."""
        raise NoMaps(f"{self.spec.name} has no maps of classes: it finds objects.")

    def _call(self, picture: Array) -> Objects:
        height, width = picture.shape[:2]
        side = self.spec.input_size
        x, y = (side - width) // 2, (side - height) // 2
        square = np.zeros((1, side, side, 3), np.uint8)
        square[0, y : y + height, x : x + width] = picture
        corners, scores, labels = (tensor.numpy() for tensor in self._network(tf.constant(square)))
        if not (np.isfinite(scores).all() and np.isfinite(corners).all()):
            raise NotFinite(f"{self.spec.name} gave no numbers.")
        return objects((corners - (x, y, x, y)) / (width, height, width, height), scores, labels)


def _network(spec: DetectorSpec, plan: Plan, model: GraphModel) -> Any:
    """uint8 [1, s, s, 3] -> the best peaks: corners in pixels float32 [n, 4], scores float32 [n], labels int32 [n]."""
    side, classes = spec.input_size, spec.class_count
    signature = [tf.TensorSpec([1, side, side, 3], tf.uint8)]

    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def network(pixels: Any) -> tuple[Any, Any, Any]:
        with tf.device(plan.device):
            inputs = {spec.input_node: tf.cast(pixels, tf.float32)}
            heat, reach = model.outputs(inputs, (spec.heat_node, spec.reach_node), tf.float32)
            cells = side // STRIDE
            heat, reach = tf.ensure_shape(heat, [1, cells, cells, classes]), tf.reshape(reach, [cells**2, 4])
            beaten = heat < tf.nn.max_pool2d(heat, 3, 1, "SAME")
            best = tf.math.top_k(
                tf.reshape(tf.where(beaten, 0.0, heat), [-1]), min(PEAKS, cells**2 * classes)
            )
            cell, labels = best.indices // classes, best.indices % classes
            centres = tf.cast(tf.stack([cell % cells, cell // cells], -1) * STRIDE, tf.float32)
            edges = tf.gather(reach, cell)
            corners = tf.concat([centres - edges[:, :2], centres + edges[:, 2:]], -1)
            finite = tf.reduce_all(tf.math.is_finite(heat))  # which no peak may show
            return corners, tf.where(finite, best.values, np.nan), labels

    return network.get_concrete_function()
