"""The bare network: our folded graph on all cores, against the same weights in a plain Keras model and in ONNX Runtime
(float32)."""

import sys
import time
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import numpy as np

from ops.bench.measure import Measure, size
from ops.bench.paired import Contestant, median_ratio, rounds, serve
from services.inference.lanes import lane_count
from services.inference.registry import MODELS, ModelSpec, blocks
from services.inference.weights import read

SPEC = MODELS["efficientnet-lite0"]
KERAS_BATCH = size(32, 2)
EXACT_BATCH = size(16, 2)
BATCHES = size((16, 64), (2,))
"""The best one counts."""
ONNX_BATCHES = size((1, 32), (1,))
ROUNDS, SECONDS, WARM_UP_S = size((5, 3.0, 1.0), (1, 0.1, 0.1))


def measure() -> list[Measure]:
    ours = {batch: Contestant("ops.bench.network", "ours", str(batch)) for batch in BATCHES}
    others = [Contestant("ops.bench.network", "float32"), Contestant("ops.bench.network", "keras")]
    onnx = {batch: Contestant("ops.bench.onnx_peer", str(batch)) for batch in ONNX_BATCHES}
    contestants = [*ours.values(), *others, *onnx.values()]
    try:
        rates = rounds(contestants, ROUNDS, SECONDS)
    finally:
        for contestant in contestants:
            contestant.close()
    mine, (exact, theirs), peers = rates[: len(ours)], rates[len(ours) : -len(onnx)], rates[-len(onnx) :]
    peer = max(peers, key=median)
    best = max(mine, key=median)
    batch = list(ours)[mine.index(best)]
    tried = " and ".join(f"{each} ({median(one):.0f})" for each, one in zip(onnx, peers, strict=True))
    target = 3.5 if "amx_bf16" in Path("/proc/cpuinfo").read_text().split() else 1.8
    note = f"{ROUNDS} rounds of {SECONDS:g} s, alternating; {SPEC.name}, {ours[BATCHES[0]].ready}"
    return [
        Measure(
            what="network, best batch", value=median(best), unit="photos/s", note=f"batch {batch}; {note}"
        ),
        Measure(
            what="Keras predict_on_batch", value=median(theirs), unit="photos/s", note=f"batch {KERAS_BATCH}"
        ),
        Measure(what="network / Keras", value=median_ratio(best, theirs), unit="×", target=target, note=note),
        Measure(what="network in float32 / Keras", value=median_ratio(exact, theirs), unit="×", target=1.8),
        Measure(
            what="ONNX Runtime, float32",
            value=median(peer),
            unit="photos/s",
            note=f"the better of batch {tried}",
        ),
        Measure(
            what="network / ONNX Runtime", value=median_ratio(best, peer), unit="×", target=0.95, note=note
        ),
        Measure(what="network in float32 / ONNX Runtime", value=median_ratio(exact, peer), unit="×"),
    ]


def _ours(batch: int, exact: bool = False) -> None:
    """Every lane calls the network with full batches and does nothing else."""
    from services.inference.model import Classifier
    from services.inference.plan import cpu_plans

    classifier = Classifier.load(SPEC, batch, cpu_plans(lane_count(), "") if exact else None)
    pixels = np.random.default_rng(0).integers(0, 255, (batch, *_shape()), np.uint8)

    def rate(seconds: float) -> float:
        counts = [0] * lane_count()
        began = time.perf_counter()

        def lane(number: int) -> None:
            while time.perf_counter() - began < seconds:
                classifier.classify(pixels)
                counts[number] += batch

        threads = [Thread(target=lane, args=(number,)) for number in range(lane_count())]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.perf_counter() - began)

    rate(WARM_UP_S)
    serve(rate, classifier.plan.precision)


def _keras() -> None:
    """The textbook way: layers, batch norms, `predict_on_batch`, TensorFlow's default threads."""
    model = plain_keras(SPEC)
    pixels = np.random.default_rng(0).random((KERAS_BATCH, *_shape()), np.float32)

    def rate(seconds: float) -> float:
        began, count = time.perf_counter(), 0
        while time.perf_counter() - began < seconds:
            model.predict_on_batch(pixels)
            count += KERAS_BATCH
        return count / (time.perf_counter() - began)

    rate(WARM_UP_S)
    serve(rate)


def _shape() -> tuple[int, int, int]:
    return (SPEC.input_size, SPEC.input_size, 3)


def plain_keras(spec: ModelSpec) -> Any:
    """`spec` as a Keras model with its weights."""
    import keras
    from keras import layers

    state = read(spec)

    def norm(x: Any, name: str, relu: bool = True) -> Any:
        x = layers.BatchNormalization(epsilon=1e-3, name=name)(x)
        return layers.ReLU(6.0)(x) if relu else x

    def conv(x: Any, name: str, filters: int, kernel: int = 1, stride: int = 1) -> Any:
        return layers.Conv2D(filters, kernel, stride, "same", use_bias=False, name=name)(x)

    inputs = x = layers.Input((spec.input_size, spec.input_size, 3))
    x = norm(conv(x, "_conv_stem", 32, 3, 2), "_bn0")
    for block in blocks(spec):
        before, name = x, block.name.replace(".", "-")
        if block.expand != 1:
            x = norm(conv(x, f"{name}-_expand_conv", block.inputs * block.expand), f"{name}-_bn0")
        x = layers.DepthwiseConv2D(
            block.kernel, block.stride, "same", use_bias=False, name=f"{name}-_depthwise_conv"
        )(x)
        x = norm(x, f"{name}-_bn1")
        x = norm(conv(x, f"{name}-_project_conv", block.outputs), f"{name}-_bn2", relu=False)
        if block.residual:
            x = layers.Add()([x, before])
    x = norm(conv(x, "_conv_head", 1280), "_bn1")
    x = layers.Dense(1000, activation="softmax", name="_fc")(layers.GlobalAveragePooling2D()(x))
    model = keras.Model(inputs, x)
    for layer in model.layers:
        name = layer.name.replace("-", ".")
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights(
                [state[f"{name}.{p}"] for p in ("weight", "bias", "running_mean", "running_var")]
            )
        elif isinstance(layer, layers.DepthwiseConv2D):
            layer.set_weights([state[f"{name}.weight"].transpose(2, 3, 0, 1)])
        elif isinstance(layer, layers.Conv2D):
            layer.set_weights([state[f"{name}.weight"].transpose(2, 3, 1, 0)])
        elif isinstance(layer, layers.Dense):
            layer.set_weights([state[f"{name}.weight"].T, state[f"{name}.bias"]])
    return model


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["keras"]:
            _keras()
        case ["float32"]:
            _ours(EXACT_BATCH, exact=True)
        case ["ours", batch]:
            _ours(int(batch))
