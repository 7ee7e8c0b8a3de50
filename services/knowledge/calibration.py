"""Calibrated probabilities: of the pictures scored 70 % dog, seven in ten are dogs.

Classes: networks are trained to be right, not to know how sure they are; ours are underconfident. Temperature scaling
divides all logits by one number per model, fitted to maximize the likelihood of held-out photos (C. Guo et al., On
Calibration of Modern Neural Networks, 2017). `ops/calibrate.py` fits the numbers in `data/temperatures.tsv` and
explains how.

Heads and boxes: they are right nearly always from a category's threshold up, but say less. From there on, log-odds are
multiplied by one number per model (decision 39; `ops/steepness.py` fits those in `data/steepness.tsv`).

The log holds the network's raw output; this is applied on reading, so a better number only takes a rebuild.
"""

import math
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


def surer(score: float, threshold: float, steepness: float) -> float:
    """A score from 0 to 1 whose distance from the threshold, in log-odds, is multiplied if it is above. Scores stay
    on their side of the threshold and in their order, so a category with this threshold keeps its photos."""
    if score <= threshold or score >= 1:
        return score
    line = log_odds(threshold)
    return 1 / (1 + math.exp(-(line + steepness * (log_odds(score) - line))))


def log_odds(probability: float) -> float:
    """Of a probability strictly between 0 and 1."""
    return math.log(probability / (1 - probability))


@lru_cache(maxsize=1)
def temperatures() -> Mapping[str, float]:
    """Model id -> temperature; a missing model needs no scaling (1)."""
    return _numbers("temperatures.tsv")


@lru_cache(maxsize=1)
def steepness() -> Mapping[str, float]:
    """Model id -> what the log-odds of its heads or boxes are multiplied by; a missing model's stay as they are (1)."""
    return _numbers("steepness.tsv")


def _numbers(name: str) -> Mapping[str, float]:
    table = (files("services.knowledge") / "data" / name).read_text("utf-8")
    return {model: float(number) for model, number in (line.split("\t") for line in table.splitlines()[1:])}
