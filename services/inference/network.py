"""What a network must be able to do, whatever it is made of: `lite.py`, `keras_network.py`."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from services.inference.devices import Plan

Array = np.ndarray[Any, np.dtype[Any]]

TOP: Final = 20
"""Classes that are kept of each picture."""


class Network(NamedTuple):
    """Built for one way of running it. May be called from several threads at a time."""

    classify: Callable[[Any], tuple[Any, Any, Any]]
    """uint8 [batch, s, s, 3] -> probabilities float32 [batch, TOP], class indices int32 [batch, TOP], features float32
    [batch, channels], without channels where it has none. With fewer classes than TOP, all of them."""
    maps: Callable[[Array, Sequence[int]], Array] | None
    """uint8 [1, s, s, 3] and classes -> float32 [classes, side, side]: where each was seen."""


class Weights(Protocol):
    """What networks are built from: read and checked once, built anew for each way that is tried."""

    def ways(self, plans: Sequence[Plan]) -> Sequence[Plan]:
        """Those that it can be run in, best first; at least one."""

    def build(self, plan: Plan) -> Network: ...
