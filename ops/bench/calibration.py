"""How far scores are from how often they are right."""

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

BINS: Final = 15
DRAWS: Final = 1000


def error_of(scores: Array, right: Array) -> float:
    """Expected calibration error (M. P. Naeini et al., 2015) of scores from 0 to 1, float [n], given whether each is
    right, bool [n]: the mean distance in bins of equal width; 0 without any."""
    if not len(scores):
        return 0.0
    numbers = np.minimum((scores * BINS).astype(int), BINS - 1)
    bins = [numbers == number for number in np.unique(numbers)]
    return float(sum(abs(scores[b].mean() - right[b].mean()) * b.mean() for b in bins))


def error_by_chance(scores: Array) -> float:
    """What scores that are as right as they say get of that, on average."""
    rng = np.random.default_rng(0)
    return float(np.mean([error_of(scores, rng.random(len(scores)) < scores) for _ in range(DRAWS)]))
