"""A network as it was loaded from a file, before it is known what it wants and answers."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from services.inference.installed import ModelRefused
from services.inference.verdict import Array


class Loaded(NamedTuple):
    """A network before it is wrapped: float32 in its own range in, whatever it answers out."""

    call: Callable[[Any], tuple[Any, Any]]
    """float32 [batch, s, s, 3] -> outputs [batch, k], features [batch, channels] (0 channels where it has none)."""
    look: Callable[[Any], Any] | None
    """float32 [1, s, s, 3] -> the last feature map [1, h, w, channels]."""
    kernel: Array | None
    """[channels, k]: from the mean over that map to the outputs."""
    input_shape: tuple[int | None, ...]
    output_shape: tuple[int | None, ...]
    layers: list[Any]
    """All Keras layers, in order, those inside others too; none of a SavedModel."""


def finite(weights: Sequence[Any]) -> None:
    """Raises ModelRefused for Keras's or TensorFlow's variables that hold something else than numbers."""
    for weight in weights:
        values = weight.numpy()
        if np.issubdtype(values.dtype, np.floating) and not np.isfinite(values).all():
            raise ModelRefused(f"Its weights hold values that are not numbers ({weight.name}).")
