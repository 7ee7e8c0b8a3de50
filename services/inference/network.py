"""The interface of all networks: `lite.py`, `keras_network.py`."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from services.inference.plan import Plan

Array = np.ndarray[Any, np.dtype[Any]]

TOP: Final = 20
"""Classes kept for each picture."""


class Network(NamedTuple):
    """Built for one device and precision. Thread-safe."""

    classify: Callable[[Any], tuple[Any, Any, Any]]
    """uint8 [batch, s, s, 3] -> probabilities float32 [batch, TOP], class indices int32 [batch, TOP], features float32
    [batch, channels] (0 channels if it has none). With fewer classes than TOP, all of them."""
    maps: Callable[[Array, Sequence[int]], Array] | None
    """uint8 [1, s, s, 3] and classes -> float32 [classes, side, side]: where each was seen."""


class Weights(Protocol):
    """Source of networks: read and verified once, then built for each plan that is tried."""

    def ways(self, plans: Sequence[Plan]) -> Sequence[Plan]:
        """The plans that it can run with, best first; at least one."""

    def build(self, plan: Plan) -> Network: ...
