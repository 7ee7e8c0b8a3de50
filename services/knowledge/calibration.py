"""Probabilities that mean what they say: of pictures that are 70 % a dog, seven in ten are one.

Networks are trained to be right, not to know how sure they are; these are too modest. Temperature scaling divides all
logits by one number, fitted once per model so that held-out photos become most likely (C. Guo et al., On Calibration
of Modern Neural Networks, 2017). The numbers in `data/temperatures.tsv` are fitted by `ops/calibrate.py`, which says
how. The log holds what the network said; this is applied where it is read, so a better number is a rebuild.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

_CLASS_COUNT = 1000


def calibrated(
    classes: Sequence[tuple[int, float]], temperature: float, class_count: int = _CLASS_COUNT
) -> list[tuple[int, float]]:
    """(class index, probability) of the best classes, as if all logits had been divided by `temperature`.

    What the others share is not known one by one, so they count as if they shared it evenly.
    """
    power, others = 1 / temperature, class_count - len(classes)
    raised = [(index, p**power) for index, p in classes]
    left = max(1.0 - sum(p for _, p in classes), 0.0)
    total = sum(p for _, p in raised)
    if others > 0:
        total += others * (left / others) ** power
    return [(index, p / total) for index, p in raised] if total > 0 else list(classes)


@lru_cache(maxsize=1)
def temperatures() -> Mapping[str, float]:
    """Model id -> temperature; a model that is not there is taken at its word (1)."""
    table = (files("services.knowledge") / "data" / "temperatures.tsv").read_text("utf-8")
    return {model: float(number) for model, number in (line.split("\t") for line in table.splitlines()[1:])}
