"""The same network in ONNX Runtime (float32), with batch norms folded as its own optimiser would."""

import sys
import time
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from ops.bench.network import WARM_UP_S
from ops.bench.paired import serve
from services.inference.fold import Layer, fold
from services.inference.lanes import lane_count
from services.inference.registry import MODELS, ModelSpec
from services.inference.weights import read

OPSET = 17


def model_of(spec: ModelSpec) -> bytes:
    """float32 [n, 3, s, s], already normalised -> probabilities [n, 1000]."""
    folded, nodes, constants = fold(spec, read(spec)), list[Any](), list[Any]()

    def constant(name: str, values: Any) -> str:
        constants.append(numpy_helper.from_array(np.ascontiguousarray(values, np.float32), name))
        return name

    def node(kind: str, inputs: list[str], **attributes: Any) -> str:
        name = f"x{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    low, high = constant("low", np.float32(0)), constant("high", np.float32(6))

    def conv(x: str, layer: Layer, stride: int, relu: bool, depthwise: bool = False) -> str:
        axes = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
        kernel = constant(f"k{len(nodes)}", layer.kernel.transpose(axes))
        bias = constant(f"b{len(nodes)}", layer.bias)
        group = layer.bias.size if depthwise else 1
        x = node("Conv", [x, kernel, bias], strides=[stride, stride], auto_pad="SAME_UPPER", group=group)
        return node("Clip", [x, low, high]) if relu else x

    x = conv("pixels", folded.stem, 2, True)
    for block, expand, depthwise, project in folded.blocks:
        before = x
        if expand:
            x = conv(x, expand, 1, True)
        x = conv(x, depthwise, block.stride, True, depthwise=True)
        x = conv(x, project, 1, False)
        if block.residual:
            x = node("Add", [x, before])
    x = node("Flatten", [node("GlobalAveragePool", [conv(x, folded.head, 1, True)])])
    kernel, bias = folded.classifier
    x = node("Gemm", [x, constant("fc", kernel), constant("fc_bias", bias)])
    x = node("Softmax", [x], axis=1)
    side = spec.input_size
    graph = helper.make_graph(
        nodes,
        spec.model_id,
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, side, side])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["n", kernel.shape[1]])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)
    onnx.checker.check_model(model)
    content: bytes = model.SerializeToString()
    return content


def session(spec: ModelSpec) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = lane_count()
    return onnxruntime.InferenceSession(model_of(spec), options, providers=["CPUExecutionProvider"])


def main(batch: int) -> None:
    spec = MODELS["efficientnet-lite0"]
    peer, side = session(spec), spec.input_size
    pixels = np.random.default_rng(0).random((batch, 3, side, side), np.float32)

    def rate(seconds: float) -> float:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            peer.run(None, {"pixels": pixels})
            count += batch
        return count / (time.perf_counter() - began)

    rate(WARM_UP_S)
    serve(rate)


if __name__ == "__main__":
    main(int(sys.argv[1]))
