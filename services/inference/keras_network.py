"""Networks loaded by Keras: those of `keras.applications`, and a user's own classifiers.

A foreign file may contain code; Keras refuses to run it (`safe_mode`).

`keras.applications` builds a different network with `weights="imagenet"` than with a path: B0 to B7 get an extra
division (keras/src/applications/efficientnet.py). Without it the same weights silently give other answers, so it is
restored here; a test compares the two.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from services.inference import devices  # noqa: F401  first: it sets TensorFlow up

import keras  # isort: skip
import tensorflow as tf  # isort: skip

from services.inference.installed import Installed, ModelRefused, verify
from services.inference.loaded import Loaded, finite
from services.inference.network import TOP, Array, Network
from services.inference.plan import CPU, Plan
from services.inference.saved_model import of_saved_model
from services.knowledge.embedding import CHANNELS

STDDEV: Final = (0.229, 0.224, 0.225)


class KerasWeights:
    """`network.Weights`."""

    def __init__(self, one: Installed) -> None:
        """Raises WeightsNotFound, WeightsDamaged or ModelRefused."""
        verify(one)
        self._one, self._loaded = one, load(one.path, one.architecture)

    def ways(self, plans: Sequence[Plan]) -> Sequence[Plan]:
        """In float32: with its batch norms, such a network is no faster in lower precision."""
        gpus = [plan._replace(precision="float32") for plan in plans if plan.device != CPU]
        return [*gpus, plans[-1]]

    def build(self, plan: Plan) -> Network:
        one, loaded = self._one, self._loaded
        signature = [tf.TensorSpec([None, one.input_size, one.input_size, 3], tf.uint8)]

        @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
        def network(pixels: Any) -> tuple[Any, Any, Any]:
            with tf.device(plan.device):
                outputs, features = loaded.call(scaled(pixels, one.range))
                best = tf.math.top_k(probabilities(outputs, one), min(TOP, one.class_count))
                return best.values, best.indices, _padded(features)

        return Network(network.get_concrete_function(), self._maps(plan) if loaded.look else None)

    def _maps(self, plan: Plan) -> Callable[[Array, Sequence[int]], Array]:
        one, loaded = self._one, self._loaded

        def maps(pixels: Array, classes: Sequence[int]) -> Array:
            assert loaded.look is not None
            assert loaded.kernel is not None
            with tf.device(plan.device):
                seen = loaded.look(scaled(tf.constant(pixels), one.range)).numpy()[0]
            kernel = loaded.kernel[:, [index + one.background for index in classes]]
            activations: Array = np.moveaxis(seen @ kernel, -1, 0)
            return activations

        return maps


def scaled(pixels: Any, wanted: str) -> Any:
    """uint8 -> float32 in the range that the network expects."""
    x = tf.cast(pixels, tf.float32)
    if wanted == "0..1":
        return x / 255.0
    return x / 127.5 - 1.0 if wanted == "-1..1" else x


def probabilities(outputs: Any, one: Installed) -> Any:
    outputs = tf.cast(outputs, tf.float32)
    outputs = tf.nn.softmax(outputs) if one.outputs == "logits" else outputs
    return outputs[:, 1:] if one.background else outputs


def _padded(features: Any) -> Any:
    """Zero-padded to the channels of an embedding, if there are fewer."""
    channels = features.shape[-1]
    return tf.pad(features, ((0, 0), (0, CHANNELS - channels))) if 0 < channels < CHANNELS else features


def load(path: Path, architecture: str = "") -> Loaded:
    """`architecture`: the builder of the network for these weights; empty if the file contains the network. Raises
    ModelRefused."""
    try:
        if architecture:
            return _of_keras(application(path, architecture))
        if path.is_dir():
            return of_saved_model(path)
        return _of_keras(keras.models.load_model(path, compile=False, safe_mode=True))
    except ModelRefused:
        raise
    except Exception as error:  # Keras raises nearly anything
        lines = str(error).strip().splitlines() or [type(error).__name__]
        if "Lambda" in str(error) or "unsafe" in str(error).lower():
            raise ModelRefused(
                f"It holds code of its own (a Lambda layer), which is never run: {lines[0]}"
            ) from error
        raise ModelRefused(f"It can't be loaded: {lines[0][:300]}") from error


def application(path: Path, architecture: str) -> Any:
    """The network as with `weights="imagenet"`, from a local file."""
    model = getattr(keras.applications, architecture)(weights=None)
    model.load_weights(path)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Normalization) and layer.input_mean is None:
            layer.adapt_variance.assign(layer.adapt_variance.numpy() * np.array(STDDEV, np.float32))
            layer.finalize_state()
    return model


def _of_keras(model: Any) -> Loaded:
    if not isinstance(model, keras.Model) or len(model.inputs or ()) != 1 or len(model.outputs or ()) != 1:
        raise ModelRefused("It must be a model with one input and one output.")
    finite(model.weights)
    layers = _flat(model)
    input_shape, output_shape = tuple(model.inputs[0].shape), tuple(model.outputs[0].shape)
    if (pool := _pool(model)) is None:
        only = keras.Model(model.inputs[0], model.outputs[0])

        def plain(x: Any) -> tuple[Any, Any]:
            return only(x, training=False), tf.zeros([tf.shape(x)[0], 0])

        return Loaded(plain, None, None, input_shape, output_shape, layers)
    tapped = keras.Model(model.inputs[0], [model.outputs[0], pool.input, pool.output])

    def call(x: Any) -> tuple[Any, Any]:
        outputs, _, features = tapped(x, training=False)
        return outputs, tf.cast(features, tf.float32)

    look = tf.function(lambda x: tf.cast(tapped(x, training=False)[1], tf.float32), autograph=False)
    (dense,) = (one for one in model.layers if isinstance(one, keras.layers.Dense))
    return Loaded(call, look, dense.kernel.numpy().astype(np.float32), input_shape, output_shape, layers)


def _flat(model: Any) -> list[Any]:
    inner = [(layer, getattr(layer, "layers", None)) for layer in model.layers]
    return [one for layer, inside in inner for one in (_flat(layer) if inside else [layer])]


def _pool(model: Any) -> Any:
    """The global average pooling layer, if the model ends in one followed by a single dense layer; else None."""
    layers = list(model.layers)
    pools = [n for n, one in enumerate(layers) if isinstance(one, keras.layers.GlobalAveragePooling2D)]
    dense = [n for n, one in enumerate(layers) if isinstance(one, keras.layers.Dense)]
    if not pools or len(dense) != 1:
        return None
    between = layers[pools[-1] + 1 : dense[0]]
    if pools[-1] > dense[0] or not all(isinstance(one, keras.layers.Dropout) for one in between):
        return None
    pool = layers[pools[-1]]
    try:
        channels = pool.output.shape[-1]
    except (AttributeError, ValueError):  # a layer used more than once
        return None
    return pool if layers[dense[0]].kernel.shape[0] == channels else None
