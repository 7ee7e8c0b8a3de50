"""A tiny detector in the format of the embedded one: its first class is red, its second blue."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from services.inference.registry import DetectorSpec

SIDE = 32
REACH = (4, 8, 4, 8)
"""What it says of every object: so many pixels from its centre to the left, upper, right and lower edge."""


def _text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def _convolution(name: str, source: str, fused: tuple[str, ...]) -> dict[str, Any]:
    attributes = {
        "strides": {"list": {"i": ["1", "4", "4", "1"]}},
        "padding": _text("SAME"),
        "fused_ops": {"list": {"s": [_text(one)["s"] for one in fused]}},
    }
    inputs = [source, f"{name}/kernel", f"{name}/bias"]
    return {"name": name, "op": "_FusedConv2D", "input": inputs, "attr": attributes}


def graph() -> dict[str, Any]:
    """The JSON file, without its weights."""
    nodes = [
        {"name": "images", "op": "Placeholder"},
        _convolution("seen", "images", ("BiasAdd",)),
        {"name": "heat", "op": "Sigmoid", "input": ["seen"]},
        _convolution("reach", "images", ("BiasAdd",)),
    ]
    return {"format": "graph-model", "modelTopology": {"node": nodes}, "weightsManifest": []}


def weights() -> dict[str, np.ndarray[Any, Any]]:
    seen = np.full((4, 4, 3, 2), -0.002)
    seen[:, :, 0, 0] = seen[:, :, 2, 1] = 0.002
    reach = {"reach/kernel": np.zeros((4, 4, 3, 4)), "reach/bias": np.array(REACH, float)}
    return {"seen/kernel": seen, "seen/bias": np.array([-4.0, -4.0]), **reach}


def files(
    arrays: dict[str, np.ndarray[Any, Any]] | None = None, topology: dict[str, Any] | None = None
) -> tuple[bytes, bytes]:
    """The graph, and the weights as float16."""
    text, arrays = topology or graph(), weights() if arrays is None else arrays
    constants = [{"name": name, "op": "Const"} for name in arrays]
    manifest = [
        {"name": name, "shape": array.shape, "dtype": "float32", "quantization": {"dtype": "float16"}}
        for name, array in arrays.items()
    ]
    text["modelTopology"]["node"] = [*constants, *text["modelTopology"]["node"]]
    text["weightsManifest"] = [{"paths": ["tiny.bin"], "weights": manifest}]
    return msgspec.json.encode(text), b"".join(array.astype("<f2").tobytes() for array in arrays.values())


def spec(folder: Path, content: tuple[bytes, bytes] | None = None) -> DetectorSpec:
    """Written into the folder."""
    paths = (folder / "tiny.json", folder / "tiny.bin")
    for path, part in zip(paths, content or files(), strict=True):
        path.write_bytes(part)
    return DetectorSpec(
        model_id="tiny",
        name="Tiny",
        files=paths,
        digest=hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest(),
        input_size=SIDE,
        source="made by a test",
        input_node="images",
        heat_node="heat",
        reach_node="reach",
        labels=("red", "blue"),
    )
