"""Calibrated probabilities: of the pictures scored 70 % dog, seven in ten are dogs.

Networks are trained to be right, not to know how sure they are; ours are underconfident. Temperature scaling divides
all logits by one number per model, fitted to maximize the likelihood of held-out photos (C. Guo et al., On Calibration
of Modern Neural Networks, 2017). `ops/calibrate.py` fits the numbers in `data/temperatures.tsv` and explains how. The
log holds the network's raw output; this is applied on reading, so a better number only takes a rebuild.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

_CLASS_COUNT = 1000


def calibrated(
    classes: Sequence[tuple[int, float]], temperature: float, class_count: int = _CLASS_COUNT
) -> list[tuple[int, float]]:
    """(class index, probability) of the top classes, as if all logits had been divided by `temperature`.

    The other classes' probabilities are unknown; the remainder is assumed to be spread evenly over them.
    """
    power, others = 1 / temperature, class_count - len(classes)
    raised = [(index, p**power) for index, p in classes]
    remainder = max(1.0 - sum(p for _, p in classes), 0.0)
    total = sum(p for _, p in raised)
    if others > 0:
        total += others * (remainder / others) ** power
    return [(index, p / total) for index, p in raised] if total > 0 else list(classes)


@lru_cache(maxsize=1)
def temperatures() -> Mapping[str, float]:
    """Model id -> temperature; a missing model needs no scaling (1)."""
    table = (files("services.knowledge") / "data" / "temperatures.tsv").read_text("utf-8")
    return {model: float(number) for model, number in (line.split("\t") for line in table.splitlines()[1:])}
