"""TensorFlow's SavedModel: a folder with a graph and its variables. A graph can write files, so its operations are
checked before loading."""

from pathlib import Path
from typing import Any

from services.inference import devices  # noqa: F401  first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.inference.graphs import dangerous
from services.inference.installed import ModelRefused
from services.inference.loaded import Loaded, finite


def of_saved_model(path: Path) -> Loaded:
    """Raises ModelRefused, and TensorFlow's errors."""
    _harmless(path)
    model = tf.saved_model.load(str(path))
    signature = getattr(model, "signatures", {}).get("serving_default")
    if signature is None:
        raise ModelRefused("The SavedModel has no signature “serving_default”: export the classifier again.")
    inputs, outputs = signature.structured_input_signature[1], signature.structured_outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelRefused("It must have one input and one output.")
    ((name, pixels),), ((out, answer),) = inputs.items(), outputs.items()
    finite(signature.variables)

    def call(x: Any) -> tuple[Any, Any]:
        assert model is not None  # keeps its variables alive
        return signature(**{name: tf.cast(x, pixels.dtype)})[out], tf.zeros([tf.shape(x)[0], 0])

    return Loaded(call, None, None, tuple(pixels.shape), tuple(answer.shape), [])


def _harmless(path: Path) -> None:
    """Raises ModelRefused for a graph with operations that touch files, or other machines."""
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((path / "saved_model.pb").read_bytes())
    bad = {op for meta in saved.meta_graphs for op in dangerous(meta)}
    if bad:
        raise ModelRefused(
            f"It holds operations that a classifier has no use for ({', '.join(sorted(bad))})."
        )
