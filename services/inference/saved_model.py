"""TensorFlow's SavedModel: a folder with a graph and its variables. A graph can write files, so its operations are
checked before loading."""

import re
from pathlib import Path
from typing import Any, Final

from services.inference import devices  # noqa: F401  first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.inference.installed import ModelRefused
from services.inference.loaded import Loaded, finite

DANGEROUS: Final = frozenset(
    {
        *("WriteFile", "ReadFile", "MatchingFiles", "Save", "SaveSlices", "PrintV2", "ImmutableConst"),
        *("PyFunc", "PyFuncStateless", "EagerPyFunc", "RemoteCall", "DecodeProtoV2", "EncodeProto"),
    }
)
"""Operations that touch files or other machines or run Python; a classifier has no use for them. `PrintV2` prints into
any file."""
_DANGEROUS_KINDS: Final = re.compile(
    r".*(?:Reader|Writer|Summary|Dataset|RecordIO)(?:V\d)?|Debug.*|Create.*Db.*|Distributed.*|_?(?:Host)?(?:Send|Recv)"
)
"""By their names: those that read or write files as streams, or talk to others."""


def of_saved_model(path: Path) -> Loaded:
    """Raises ModelRefused, and TensorFlow's errors."""
    _harmless(path)
    model = tf.saved_model.load(str(path))
    signature = getattr(model, "signatures", {}).get("serving_default")
    if signature is None:
        raise ModelRefused("The SavedModel has no signature “serving_default”: export the classifier again.")
    inputs, outputs = signature.structured_input_signature[1], signature.structured_outputs
    if len(inputs) != 1 or len(outputs) != 1:
        raise ModelRefused("It must have one input (the picture) and one output (the classes).")
    ((name, pixels),), ((out, answer),) = inputs.items(), outputs.items()
    finite(signature.variables)

    def call(x: Any) -> tuple[Any, Any]:
        assert model is not None  # keeps its variables alive
        return signature(**{name: tf.cast(x, pixels.dtype)})[out], tf.zeros([tf.shape(x)[0], 0])

    return Loaded(call, None, None, tuple(pixels.shape), tuple(answer.shape), [])


def _harmless(path: Path) -> None:
    """Raises ModelRefused for a graph with DANGEROUS operations."""
    from tensorflow.core.protobuf import saved_model_pb2

    saved = saved_model_pb2.SavedModel()
    saved.ParseFromString((path / "saved_model.pb").read_bytes())
    used: set[str] = set()
    for graph in (meta.graph_def for meta in saved.meta_graphs):
        used.update(node.op for node in graph.node)
        used.update(node.op for function in graph.library.function for node in function.node_def)
    if bad := sorted(op for op in used if op in DANGEROUS or _DANGEROUS_KINDS.fullmatch(op)):
        raise ModelRefused(f"It holds operations that a classifier has no use for ({', '.join(bad)}).")
