"""Fits the temperatures of `services/knowledge/data/temperatures.tsv`, and shows how precise each threshold is.

    python -m ops.calibrate [--write]

Method: temperature scaling (C. Guo et al., On Calibration of Modern Neural Networks, 2017): the one number that makes
the right classes of labelled photos most likely. Data: the photos of `ops/bench/labelled.py`, seen through their
previews in the precision of this machine; the fit counts those that no network was trained on three times, as networks
are surer of what they know.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ops.bench.labelled import Labelled, from_previews, labelled
from ops.bench.measure import Unmeasurable
from services.inference.registry import MODELS
from services.inference.verdict import Scores
from services.knowledge import taxonomy
from services.knowledge.calibration import calibrated

TABLE = Path(__file__).resolve().parents[1] / "services" / "knowledge" / "data" / "temperatures.tsv"
CANDIDATES = np.round(np.arange(0.4, 1.51, 0.02), 2)
UNKNOWN_WEIGHT = 3.0
LEAST = 1e-4
"""Probability of a right class that is not among the best 20."""
THRESHOLDS = (0.2, 0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)


def log_loss(photos: list[Labelled], said: list[Scores], temperature: float) -> float:
    """Nats per photo."""
    weights = [1.0 if photo.known else UNKNOWN_WEIGHT for photo in photos]
    losses = [
        -np.log(max(dict(calibrated(scores, temperature)).get(photo.class_index, 0.0), LEAST))
        for photo, scores in zip(photos, said, strict=True)
    ]
    return float(np.average(losses, weights=weights))


def fit(photos: list[Labelled], said: list[Scores]) -> float:
    return float(min(CANDIDATES, key=lambda number: log_loss(photos, said, number)))


def _precisions(photos: list[Labelled], said: list[Scores], temperature: float) -> None:
    known = taxonomy.load().categories
    kinds = [(kind, everyday) for kind in ("category", "group") for everyday in (True, False)]
    shown = [
        (known[category].kind, known[category].everyday, score, category in photo.categories)
        for photo, scores in zip(photos, said, strict=True)
        for category, score in taxonomy.load().kept(calibrated(scores, temperature))
    ]
    for kind, everyday in kinds:
        told = []
        for threshold in THRESHOLDS:
            right = [r for k, e, s, r in shown if (k, e) == (kind, everyday) and s >= threshold]
            told.append(f"{threshold}: {np.mean(right):.3f} of {len(right)}")
        print(f"  {kind}, {'everyday' if everyday else 'things'}: precision from {'; '.join(told)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="change the table")
    write = parser.parse_args().write
    try:
        with labelled() as photos:
            lines = ["model\ttemperature", *fitted(photos)]
    except Unmeasurable as error:
        sys.exit(str(error))
    if write:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif TABLE.read_text("utf-8").splitlines() != lines:
        sys.exit("The table says something else: run with --write to change it.")


def fitted(photos: list[Labelled]) -> Iterator[str]:
    """Lines of the table; prints what each model is worth."""
    from services.inference.model import Classifier

    for model_id, spec in MODELS.items():
        said = [v.scores for v in Classifier.load(spec).classify(from_previews(photos, spec.input_size))]
        best = fit(photos, said)
        print(
            f"{model_id}: {best} (log loss {log_loss(photos, said, best):.3f}; {log_loss(photos, said, 1.0):.3f} at 1)"
        )
        _precisions(photos, said, best)
        yield f"{model_id}\t{best}"


if __name__ == "__main__":
    main()
