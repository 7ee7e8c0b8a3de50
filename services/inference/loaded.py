"""A network as loaded from a file, before its inputs and outputs are examined."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from services.inference.installed import ModelRefused
from services.inference.verdict import Array


class Loaded(NamedTuple):
    """A raw network: float32 pixels in its own range in, unprocessed outputs out."""

    call: Callable[[Any], tuple[Any, Any]]
    """float32 [batch, s, s, 3] -> outputs [batch, k], features [batch, channels] (0 channels if it has none)."""
    look: Callable[[Any], Any] | None
    """float32 [1, s, s, 3] -> the last feature map [1, h, w, channels]."""
    kernel: Array | None
    """[channels, k]: from the mean over that map to the outputs."""
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    layers: list[Any]
    """All Keras layers in order, nested ones included; empty for a SavedModel."""


def finite(weights: Sequence[Any]) -> None:
    """Raises ModelRefused if any of these Keras or TensorFlow variables is not finite."""
    for weight in weights:
        values = weight.numpy()
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            raise ModelRefused(f"Its weights hold values that are not numbers ({weight.name}).")
