"""Fits the temperatures in `services/knowledge/data/temperatures.tsv` and prints the precision at each threshold.

    python -m ops.calibrate [--write]

Method: temperature scaling (C. Guo et al., On Calibration of Modern Neural Networks, 2017): the single number that
maximises the likelihood of the labelled photos' true classes. Data: the photos of `ops/bench/labelled.py`, classified
from their previews at this machine's precision. Photos outside the training set weigh three times as much, because
networks are overconfident on those they were trained on.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from ops.bench.labelled import Labelled, from_previews, labelled
from ops.fitted import DATA, main
from services.inference.registry import MODELS
from services.inference.verdict import Scores
from services.knowledge import taxonomy
from services.knowledge.calibration import calibrated

TABLE = DATA / "temperatures.tsv"
CANDIDATES = np.round(np.arange(0.4, 1.51, 0.02), 2)
UNKNOWN_WEIGHT = 3.0
LEAST = 1e-4
"""Probability assumed for a true class outside the top 20."""
THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)


def log_loss(photos: list[Labelled], predictions: list[Scores], temperature: float) -> float:
    """Nats per photo."""
    weights = [1.0 if photo.known else UNKNOWN_WEIGHT for photo in photos]
    losses = [
        -np.log(max(dict(calibrated(scores, temperature)).get(photo.class_index, 0.0), LEAST))
        for photo, scores in zip(photos, predictions, strict=True)
    ]
    return float(np.average(losses, weights=weights))


def fit(photos: list[Labelled], predictions: list[Scores]) -> float:
    return float(min(CANDIDATES, key=lambda number: log_loss(photos, predictions, number)))


def _precisions(photos: list[Labelled], predictions: list[Scores], temperature: float) -> None:
    categories = taxonomy.load().categories
    hits = [
        (categories[category].kind, categories[category].everyday, score, category in photo.categories)
        for photo, scores in zip(photos, predictions, strict=True)
        for category, score in taxonomy.load().kept(calibrated(scores, temperature))
    ]
    for kind, everyday in itertools.product(("category", "group"), (True, False)):
        precisions = []
        for threshold in THRESHOLDS:
            right = [r for k, e, s, r in hits if (k, e) == (kind, everyday) and s >= threshold]
            precisions.append(f"{threshold}: {np.mean(right):.3f} of {len(right)}")
        print(f"  {kind}, {'everyday' if everyday else 'things'}: precision at {'; '.join(precisions)}")


def table() -> Iterator[str]:
    with labelled() as photos:
        yield "model\ttemperature"
        yield from fitted(photos)


def fitted(photos: list[Labelled]) -> Iterator[str]:
    """Yield the lines of the table; print each model's results."""
    from services.inference.model import Classifier

    for model_id, spec in MODELS.items():
        pixels = from_previews(photos, spec.input_size)
        predictions = [verdict.scores for verdict in Classifier.load(spec).classify(pixels)]
        best = fit(photos, predictions)
        loss, uncalibrated = log_loss(photos, predictions, best), log_loss(photos, predictions, 1.0)
        print(f"{model_id}: {best} (log loss {loss:.3f}; {uncalibrated:.3f} at 1)")
        _precisions(photos, predictions, best)
        yield f"{model_id}\t{best}"


if __name__ == "__main__":
    main(__doc__, TABLE, table)
