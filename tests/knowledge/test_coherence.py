"""Examples that have something in common, and such that have not."""

import numpy as np
import pytest

from services.knowledge.coherence import JUDGED_FROM, alike
from services.knowledge.logistic import Array

CHANNELS = 256
OTHERS = np.random.default_rng(1).exponential(1.0, (200, CHANNELS)).astype(np.float32)


def unit(rows: Array) -> Array:
    whole: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return whole


def examples(number: int, shared: float) -> Array:
    """`shared`: the share that they have in common."""
    own = np.random.default_rng(2).exponential(1.0, (number, CHANNELS))
    common = np.random.default_rng(3).exponential(1.0, CHANNELS)
    return unit((shared * common + (1 - shared) * own).astype(np.float32))


@pytest.mark.parametrize("number", [5, 12])
def test_a_family_is_alike(number: int) -> None:
    assert alike(examples(number, 0.5), unit(OTHERS))


def test_photos_at_random_are_not() -> None:
    """All but about one group in ten."""
    rows = unit(OTHERS)
    found = [alike(rows[start : start + 5], rows[100:]) for start in range(0, 100, 5)]
    assert sum(found) <= 5


def test_of_too_few_nothing_is_said() -> None:
    rows = unit(OTHERS)
    assert alike(rows[: JUDGED_FROM - 1], rows[100:])
    assert alike(rows[:5], rows[100:110])
