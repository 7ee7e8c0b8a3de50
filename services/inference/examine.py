"""Examines a user's own classifier before it is added: its inputs, outputs and labels.

Every pitfall here has hit other photo albums: a class list off by one because of a background class, pixels in another
range than in training, labels matched by part of their name. Nothing is guessed that the file does not state.
"""

from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np

from services.inference.installed import Installed, ModelRefused, Outputs, Range, digest
from services.inference.ranges import range_of
from services.inference.registry import CLASS_COUNT
from services.inference.verdict import Array

_LARGEST: Final = 1024
"""Maximum side in pixels; previews have 512."""
_MOST: Final = 100_000
"""Maximum number of classes."""
IMAGENET: Final = "imagenet"
"""Given as the labels file: ImageNet's thousand classes in their usual order."""


def labels_of(path: Path) -> list[str]:
    """One label per line. Raises ModelRefused."""
    try:
        lines = path.read_text("utf-8-sig").rstrip("\n").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelRefused(f"The labels file can't be read ({error}).") from error
    lines = [line.strip() for line in lines]
    for number, line in enumerate(lines, 1):
        if not line or len(line) > 200:
            raise ModelRefused(f"Line {number} of the labels file is empty or longer than 200 characters.")
    twice = next((word for word, count in Counter(map(str.casefold, lines)).items() if count > 1), None)
    if twice is not None:
        at = [number for number, line in enumerate(lines, 1) if line.casefold() == twice]
        raise ModelRefused(
            f"The labels file says “{lines[at[0] - 1]}” in the lines {at[0]} and {at[1]}: give each class a name of "
            "its own, as categories go by name."
        )
    return lines


def examine(
    path: Path,
    model_id: str,
    name: str,
    labels: list[str],
    size: int | None = None,
    background: bool = False,
    wanted: Range | None = None,
) -> tuple[Installed, list[str]]:
    """The model, and the findings as sentences. `labels`: empty for ImageNet's. Raises ModelRefused."""
    from services.inference import keras_network

    loaded = keras_network.load(path)
    side = side_of(loaded.input_shape, size)
    count = len(labels) or CLASS_COUNT
    checked_outputs(loaded.output_shape, count, background)
    suggested, why = range_of(loaded.layers)
    pixel_range = wanted or suggested
    if pixel_range is None:
        raise ModelRefused(f"{why} Say which values it was trained with: --range 0..255, 0..1 or -1..1.")
    inputs = [keras_network.scaled(probe, pixel_range) for probe in probes(side)]
    outputs = outputs_of(np.concatenate([np.asarray(loaded.call(x)[0], np.float64) for x in inputs]))
    one = Installed(
        model_id=model_id,
        name=name,
        kind="savedmodel" if path.is_dir() else "keras",
        file=path.name,
        digest=digest(path),
        input_size=side,
        class_count=count,
        source="added from a file",
        labels=labels,
        range=pixel_range,
        outputs=outputs,
        background=background,
    )
    findings = [
        f"Pictures of {side} × {side} pixels with values {pixel_range} ({'as you said' if wanted else why}).",
        f"{count} classes; its answers are {_SAYS[outputs]}.",
    ]
    return one, findings


_SAYS: Final[dict[Outputs, str]] = {
    "probabilities": "probabilities",
    "logits": "logits, so a softmax is applied",
    "independent": "a probability for each class by itself",
}


def side_of(shape: tuple[int | None, ...], size: int | None) -> int:
    """Raises ModelRefused."""
    dimensions = " × ".join("any" if n is None else str(n) for n in shape[1:])
    if len(shape) != 4 or shape[3] != 3:
        raise ModelRefused(
            f"It wants input of the shape {dimensions}: it must be height × width × 3 (red, green, blue)."
        )
    if shape[0] is not None:
        raise ModelRefused(
            "It takes exactly one picture at a time: export it with a batch size that is open."
        )
    height, width = shape[1:3]
    if height != width:
        raise ModelRefused(f"It wants pictures of {dimensions}: only square ones can be given.")
    if height is None and size is None:
        raise ModelRefused("It takes pictures of any size: say which it was trained with (--size 224).")
    if height is not None and size not in (None, height):
        raise ModelRefused(f"It wants pictures of {height} × {height} pixels, not {size}.")
    side = height or size or 0
    if not 16 <= side <= _LARGEST:
        raise ModelRefused(f"{side} pixels is no side from 16 to {_LARGEST}.")
    return side


def checked_outputs(shape: tuple[int | None, ...], count: int, background: bool) -> None:
    """Raises ModelRefused unless there is an output for each label."""
    if len(shape) != 2 or shape[1] is None:
        raise ModelRefused(
            f"Its output has {len(shape)} axes: a classifier gives one row of classes per picture."
        )
    outputs = shape[1]
    if not 2 <= outputs <= _MOST:
        raise ModelRefused(f"It has {outputs} output: a classifier has one for each of at least two classes.")
    expected = count + background
    if outputs == expected:
        return
    if outputs == count + 1:
        raise ModelRefused(
            f"It has {outputs} outputs for {count} labels. If the first is a background class, say --background; if "
            "not, a label is missing, and every one behind it would be wrong."
        )
    if background and outputs == count:
        raise ModelRefused(
            f"It has {outputs} outputs for {count} labels: there is no background class to leave out."
        )
    if outputs == count - 1:
        raise ModelRefused(
            f"It has {outputs} outputs and {count} labels. If the labels file begins with a background or a heading, "
            "take that line out: every label would be off by one."
        )
    raise ModelRefused(f"It has {outputs} outputs and {count} labels: these are another model's labels.")


def probes(side: int) -> list[Array]:
    """Test pictures: noise, black, white, a ramp. uint8 [n, side, side, 3] each."""
    noise = np.random.default_rng(0).integers(0, 256, (2, side, side, 3), np.uint8)
    ramp = np.broadcast_to(np.linspace(0, 255, side).astype(np.uint8)[:, None, None], (side, side, 3))
    flat = np.stack([np.zeros((side, side, 3), np.uint8), np.full((side, side, 3), 255, np.uint8), ramp])
    return [noise, flat]


def outputs_of(answers: Array) -> Outputs:
    """Raises ModelRefused for answers that are not finite."""
    if not np.isfinite(answers).all():
        raise ModelRefused("It answers some pictures with values that are not numbers (NaN).")
    between = bool((answers >= -1e-6).all() and (answers <= 1 + 1e-6).all())
    if between and np.allclose(answers.sum(axis=1), 1, atol=1e-3):
        return "probabilities"
    return "independent" if between else "logits"
