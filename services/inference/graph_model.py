"""Reads networks in TensorFlow.js's graph-model format, and runs them as TensorFlow operations.

The format: a JSON file with the graph's nodes and a manifest of its weights, and a file with the weights one after the
other, many as float16 (tensorflow/tfjs-converter: `docs/README.md`; node attributes as in TensorFlow's `GraphDef`,
strings in Base64). Only the operations of convolutional networks are known: none of them can do anything but compute.
"""

import base64
import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from services.inference.devices import plans  # noqa: F401  first: it sets TensorFlow up

import tensorflow as tf  # isort: skip

from services.inference.network import Array
from services.inference.weights import WeightsDamaged, WeightsNotFound

LONGEST_PATH: Final = 10_000
"""Nodes between an input and an output: more than any network has."""


class _Quantization(msgspec.Struct, frozen=True):
    dtype: str


class _Weight(msgspec.Struct, frozen=True):
    name: str
    shape: list[int]
    dtype: str
    quantization: _Quantization | None = None


class _Group(msgspec.Struct, frozen=True):
    weights: list[_Weight]


class Node(msgspec.Struct, frozen=True):
    """One operation of the graph."""

    name: str
    op: str
    input: list[str] = []
    attr: dict[str, Any] = {}


class _Topology(msgspec.Struct, frozen=True):
    node: list[Node]


class _File(msgspec.Struct, frozen=True, rename="camel"):
    model_topology: _Topology
    weights_manifest: list[_Group]


class GraphModel(msgspec.Struct, frozen=True):
    nodes: Mapping[str, Node]
    weights: Mapping[str, Array]
    """float32 or int32, by the name of their node."""

    def outputs(self, inputs: Mapping[str, Any], names: Sequence[str], computed: Any) -> list[Any]:
        """The tensors of the nodes `names`, given those of `inputs`; intermediate values in `computed`. Raises
        WeightsDamaged for an operation that is not known here, and TensorFlow's errors for shapes that don't fit."""
        tensors = dict(inputs)
        for name in self._order(names, inputs):
            node = self.nodes[name]
            if node.op == "Const":
                weight = self.weights[name]
                tensors[name] = tf.constant(weight, computed if weight.dtype == np.float32 else None)
            else:
                tensors[name] = _OPERATIONS[node.op](node, *(tensors[one] for one in node.input))
        return [tensors[name] for name in names]

    def _order(self, names: Sequence[str], given: Mapping[str, Any]) -> list[str]:
        """The nodes that `names` need, each after its inputs. Raises WeightsDamaged."""
        order: dict[str, None] = {}
        waiting = list(names)
        while waiting:
            name = waiting[-1]
            node = self._node(name) if name not in given else None
            missing = [one for one in node.input if one not in order and one not in given] if node else []
            if len(waiting) > LONGEST_PATH:
                raise WeightsDamaged("The network's graph goes round in circles.")
            if missing:
                waiting += missing
            else:
                waiting.pop()
                order |= {name: None} if node else {}
        return list(order)

    def _node(self, name: str) -> Node:
        node = self.nodes.get(name)
        if node is None or (node.op == "Const" and name not in self.weights):
            raise WeightsDamaged(f"The network's graph lacks {name}.")
        if node.op != "Const" and node.op not in _OPERATIONS:
            raise WeightsDamaged(f"The network has an operation that is not known here ({node.op}).")
        return node


def read(graph: Path, weights: Path, digest: str) -> GraphModel:
    """`digest`: SHA-256 of both files, one after the other, hex. Raises WeightsNotFound or WeightsDamaged."""
    try:
        text, content = graph.read_bytes(), weights.read_bytes()
    except OSError as error:
        raise WeightsNotFound(f"The file {graph.name} can't be read ({error.strerror}).") from error
    now = hashlib.sha256(text + content).hexdigest()
    if now != digest:
        raise WeightsDamaged(
            f"The network in {graph.name} is damaged or altered (SHA-256 {now[:16]}…, expected {digest[:16]}…)."
        )
    return graph_of(text, content)


def graph_of(text: bytes, content: bytes) -> GraphModel:
    """`text`: the JSON file; `content`: the weights. Raises WeightsDamaged."""
    try:
        file = msgspec.json.decode(text, type=_File)
    except msgspec.MsgspecError as error:
        raise WeightsDamaged(f"The network's file is no graph model ({error}).") from error
    listed = [weight for group in file.weights_manifest for weight in group.weights]
    arrays, offset = {}, 0
    for weight in listed:
        kind = _format(weight)
        count = math.prod(weight.shape)
        if min(weight.shape, default=0) < 0 or offset + count * kind.itemsize > len(content):
            raise WeightsDamaged("The network's weights end too early.")
        values = np.frombuffer(content, kind, count, offset).reshape(weight.shape)
        arrays[weight.name] = values if kind.kind == "i" else values.astype(np.float32)
        offset += values.nbytes
    if offset != len(content):
        raise WeightsDamaged("The network's file has more weights than its graph.")
    if not all(np.isfinite(array).all() for array in arrays.values()):
        raise WeightsDamaged("The network's weights hold values that are not numbers.")
    return GraphModel({node.name: node for node in file.model_topology.node}, arrays)


def _format(weight: _Weight) -> np.dtype[Any]:
    """Raises WeightsDamaged for what is neither float32, plain or as float16, nor int32."""
    kind = weight.quantization.dtype if weight.quantization else weight.dtype
    kinds = {"float32": "<f4", "float16": "<f2", "int32": "<i4"}
    if weight.dtype not in ("float32", "int32") or kind not in kinds:
        raise WeightsDamaged(f"The network has weights of a kind that is not known here ({kind}).")
    return np.dtype(kinds[kind])


def _text(node: Node, key: str) -> str:
    return base64.b64decode(node.attr[key]["s"]).decode()


def _flag(node: Node, key: str) -> bool:
    return bool(node.attr.get(key, {}).get("b", False))


def _convolved(node: Node, x: Any, kernel: Any, bias: Any = None) -> Any:
    """With what TensorFlow.js has fused into it."""
    strides = [int(step) for step in node.attr["strides"]["list"]["i"]]
    convolve = tf.nn.depthwise_conv2d if "Depthwise" in node.op else tf.nn.conv2d
    x = convolve(x, kernel, strides, _text(node, "padding"))
    for fused in node.attr.get("fused_ops", {}).get("list", {}).get("s", []):
        name = base64.b64decode(fused).decode()
        if name not in ("BiasAdd", *_ACTIVATIONS):
            raise WeightsDamaged(f"The network has an operation that is not known here ({name}).")
        x = tf.nn.bias_add(x, bias) if name == "BiasAdd" else _ACTIVATIONS[name](x)
    return x


def _mean(node: Node, x: Any, axes: Any) -> Any:
    return tf.reduce_mean(x, tf.get_static_value(axes), keepdims=_flag(node, "keep_dims"))


def _resized(node: Node, x: Any, size: Any) -> Any:
    larger = tf.raw_ops.ResizeBilinear(
        images=x,
        size=size,
        align_corners=_flag(node, "align_corners"),
        half_pixel_centers=_flag(node, "half_pixel_centers"),
    )
    return tf.cast(larger, x.dtype)  # it is always float32


def _concatenated(node: Node, *parts: Any) -> Any:
    return tf.concat(parts[:-1], parts[-1])


_ACTIVATIONS: Final[dict[str, Callable[[Any], Any]]] = {
    "Relu": tf.nn.relu,
    "Relu6": tf.nn.relu6,
    "Sigmoid": tf.sigmoid,
    "Identity": tf.identity,
}
_OPERATIONS: Final[dict[str, Callable[..., Any]]] = {
    **{name: lambda node, x: _ACTIVATIONS[node.op](x) for name in _ACTIVATIONS},
    "Add": lambda _, a, b: a + b,
    "Mul": lambda _, a, b: a * b,
    "Mean": _mean,
    "ConcatV2": _concatenated,
    "ResizeBilinear": _resized,
    "Conv2D": _convolved,
    "_FusedConv2D": _convolved,
    "DepthwiseConv2dNative": _convolved,
    "FusedDepthwiseConv2dNative": _convolved,
}
