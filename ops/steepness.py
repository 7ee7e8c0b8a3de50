"""Fits the numbers in `services/knowledge/data/steepness.tsv` and prints what they bring.

    python -m ops.steepness [--write]

Method: for heads and for boxes, the single number that maximizes the likelihood of what the photos show, over all
scores from a category's threshold up (`calibration.surer`). Heads of all our networks share one, as each has too few
photos for its own. Data: `ops/bench/everyday.py`, classified from previews at this machine's precision; labelled photos
name one thing each, so they can't deny people or cars beside it. What is printed is cross-validated by origin, as heads
are, and measured once more on the fifth of the origins that nothing is fitted to.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import numpy as np

from ops import heads
from ops.bench.calibration import error_of
from ops.bench.everyday import Everyday, everyday, kept_back
from ops.bench.labelled import Labelled, labelled, previews
from ops.fitted import DATA, main
from services.inference.preprocess import load
from services.inference.registry import DETECTORS, MODELS
from services.knowledge import taxonomy
from services.knowledge.calibration import surer
from services.projector.projections.objects import subjects

Array = np.ndarray[Any, np.dtype[Any]]

TABLE: Final = DATA / "steepness.tsv"
CANDIDATES: Final = np.arange(1, 12.01, 0.25)
BACK: Final = -1
"""The fold of photos that nothing is fitted to."""


class Said(NamedTuple):
    """What a head or a box said of a photo, from the category's threshold up."""

    score: float
    threshold: float
    right: bool
    fold: int


def log_loss(said: Iterable[Said], steepness: float) -> float:
    """Nats per score."""
    chances = ((surer(one.score, one.threshold, steepness), one.right) for one in said)
    return float(np.mean([-np.log(max(p if right else 1 - p, 1e-6)) for p, right in chances]))


def fit(said: list[Said]) -> float:
    return float(min(CANDIDATES, key=lambda number: log_loss(said, number)))


def cross_validated(said: list[Said]) -> list[float]:
    """The score of each, made surer by what all other folds say."""
    numbers = {fold: fit([one for one in said if one.fold != fold]) for fold in {one.fold for one in said}}
    return [surer(one.score, one.threshold, numbers[one.fold]) for one in said]


def by_heads(some: list[Everyday], others: list[Labelled]) -> Iterator[Said]:
    """Of all networks. Scores of photos that a head has learned from are those of one that hasn't."""
    thresholds = {id_: one.threshold for id_, one in taxonomy.load().categories.items()}
    for spec in MODELS.values():
        photos = heads.read(spec, some, others)
        for idea in heads.IDEAS:
            fitted, id_ = heads.fit(photos, idea), idea.partition(";")[0]
            if fitted is None or fitted.threshold is None or id_ not in thresholds:
                continue
            line = np.log(thresholds[id_] / (1 - thresholds[id_]))
            for number in np.flatnonzero(photos.everyday & (fitted.margins >= fitted.threshold)):
                score = 1 / (1 + np.exp(fitted.threshold - line - fitted.margins[number]))
                right = id_ in photos.right[number]
                yield Said(float(score), thresholds[id_], right, int(photos.fold[number]))


def by_boxes(photos: list[Everyday]) -> Iterator[Said]:
    from services.inference.detector import Detector

    thresholds = {id_: one.threshold for id_, one in taxonomy.load().categories.items()}
    back = kept_back(photos)
    origins = sorted({photo.origin for photo in photos})
    for spec in DETECTORS.values():
        detector = Detector.load(spec)
        with TemporaryDirectory() as folder:
            for photo, path in zip(photos, previews(photos, Path(folder)), strict=True):
                (found,) = detector.classify([load(path, spec.input_size, task="boxes")])
                fold = BACK if photo.origin in back else origins.index(photo.origin)
                for id_, box in subjects(found.boxes).items():
                    if box.score >= thresholds[id_]:
                        yield Said(box.score, thresholds[id_], id_ in photo.right, fold)


def fitted(name: str, models: Iterable[str], said: list[Said]) -> Iterator[str]:
    """Yield the lines of the table; print the results."""
    known, back = ([one for one in said if (one.fold == BACK) == unseen] for unseen in (False, True))
    steepness = fit(known)
    print(f"{name}: {steepness}")
    for which, some, after in (
        ("cross-validated", known, cross_validated(known)),
        ("kept back", back, [surer(one.score, one.threshold, steepness) for one in back]),
    ):
        before, later = np.array([one.score for one in some]), np.array(after)
        right = np.array([one.right for one in some])
        print(
            f"  {which}: {len(some)} scores, {right.mean():.3f} right; mean {before.mean():.3f} -> {later.mean():.3f};"
            f" calibration error {error_of(before, right):.3f} -> {error_of(later, right):.3f}"
        )
    yield from (f"{model}\t{steepness}" for model in models)


def table() -> Iterator[str]:
    with everyday() as some, labelled() as others:
        yield "model\tsteepness"
        yield from fitted("heads", MODELS, list(by_heads(some, others)))
        yield from fitted("boxes", DETECTORS, list(by_boxes(some)))


if __name__ == "__main__":
    main(__doc__, TABLE, table)
