"""Fits the heads in `services/knowledge/data/heads.tsv` and prints how well each does.

    python -m ops.heads [--write]

Method: logistic regression (`services/knowledge/logistic.py`) over the embedding that the log keeps. Data: photos of
`ops/bench/everyday.py` and `ops/bench/labelled.py`, classified from previews at this machine's precision. Nothing is
learned of a fifth of the everyday origins; over the others, scores are cross-validated by origin, and the threshold is
the lowest at which `PRECISION` of what a head names is right. Ideas for which there is none, or only with fewer than
`LEAST` photos, get no head.

An ImageNet label names one thing, not all that a photo shows: it says that an idea is missing only where the thing
fills the photo, as animals, plants, food and vehicles do. Thresholds of what classes name as well are measured on all
labelled photos nevertheless, as classes are.
"""

import base64
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np

from ops.bench.everyday import Everyday, everyday, kept_back
from ops.bench.labelled import Labelled, from_previews, labelled
from ops.fitted import DATA, main
from services.inference.registry import MODELS, ModelSpec
from services.knowledge import heads, taxonomy
from services.knowledge.logistic import Learned, learn

Array = np.ndarray[Any, np.dtype[Any]]

TABLE: Final = DATA / "heads.tsv"
PRECISION: Final = 0.92
LEAST: Final = 8
FILLING: Final = frozenset({"animals", "nature", "food", "vehicles"})
FOLDS: Final = 5
"""Of the labelled photos, each of which is an origin of its own."""
SMALL: Final = frozenset({"person"})
"""Ideas that may be true of a photo without being learnable from it: people in a street are a few pixels."""
SHOWN_WITH: Final = frozenset(
    {"sport", "ball-sport", "winter-sport", "water-sport", "stage", "concert", "bicycle", "motorcycle"}
)
"""Labels of photos that may show people though their labels don't say so: they teach nothing about `SMALL`."""
IDEAS: Final = (
    *("person", "document;kind-document", "screenshot", "landscape", "mountain", "beach", "snow", "sunset"),
    *("flower", "plant", "garden", "meal", "street", "city", "building", "interior", "sign", "party"),
)
"""Categories, joined as in the table; those without one show what is to be expected of it."""


class Photos(NamedTuple):
    rows: Array
    """float32 [n, channels], by `heads.features`."""
    fold: Array
    """int [n]; photos of one origin are in one; -1: kept back."""
    everyday: Array
    """bool [n]"""
    expected: list[frozenset[str]]
    right: list[frozenset[str]]


class Fitted(NamedTuple):
    idea: str
    classifier: Learned
    threshold: float | None
    """Of the margin; None: not precise at any."""
    named: int
    """Photos at least as high, in cross-validation."""
    precision: float
    recall: float
    """Of the everyday photos that expect it."""
    later: tuple[int, int]
    """Of the photos kept back: named, and right."""
    margins: Array
    """float64 [n]: each by a head that has not learned from its origin; NaN where there are too few others."""


def fit(photos: Photos, idea: str) -> Fitted | None:
    """None if there are too few photos of it."""
    id_ = idea.partition(";")[0]
    yes, no, true = _labels(photos, id_)
    margins = np.full(len(photos.rows), np.nan)
    back = photos.fold < 0
    for fold in range(photos.fold.max() + 1):
        here = photos.fold == fold
        if len({*photos.fold[yes & ~here & ~back]}) < 2:
            continue
        margins[here] = _margins(_learn(photos, yes & ~here & ~back, no & ~here & ~back), photos.rows[here])
    measured = ~np.isnan(margins) & (yes | no | true | _by_classes(id_))
    if not (measured & true).any():
        return None
    threshold = lowest(margins[measured], true[measured])
    whole = _learn(photos, yes & ~back, no & ~back)
    limit = np.inf if threshold is None else threshold
    high = measured & (margins >= limit)
    expected = np.array([id_ in ids for ids in photos.expected]) & photos.everyday & measured
    margins[back] = _margins(whole, photos.rows[back])
    later = back & (margins >= limit)
    return Fitted(
        idea,
        whole,
        threshold,
        int(high.sum()),
        float(true[high].mean()) if high.any() else 0.0,
        float(high[expected].mean()) if expected.any() else 0.0,
        (int(later.sum()), int(true[later].sum())),
        margins,
    )


def lowest(margins: Array, true: Array) -> float | None:
    """The lowest threshold at which enough are named and precisely, halfway to the next lower margin; never below an
    even chance, where precision over a few photos says little."""
    order = np.argsort(-margins)
    precision = np.cumsum(true[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(precision >= PRECISION)
    if not len(good) or good[-1] + 1 < LEAST:
        return None
    last = good[-1]
    return max(float(margins[order[last : last + 2]].mean()), 0.0)


def _labels(photos: Photos, id_: str) -> tuple[Array, Array, Array]:
    """bool [n] each: shows it, doesn't show it (others are unknown), and is rightly named it."""
    true = np.array([id_ in ids for ids in photos.right])
    clear = np.array([id_ in ids for ids in photos.expected]) if id_ in SMALL else true
    fills = np.array([bool(ids & FILLING) for ids in photos.right])
    hidden = np.array([id_ in SMALL and bool(ids & SHOWN_WITH) for ids in photos.right])
    return clear, ~true & ~hidden & (photos.everyday | fills), true


def _by_classes(id_: str) -> bool:
    known = taxonomy.load()
    return any(id_ in known.of_class(one.index) for one in known.classes)


def _learn(photos: Photos, yes: Array, no: Array) -> Learned:
    return learn(photos.rows[yes], photos.rows[no], photos.rows[:0])


def _margins(classifier: Learned, rows: Array) -> Array:
    margins: Array = rows @ classifier.weights + classifier.bias
    return margins


def read(spec: ModelSpec, everyday_photos: list[Everyday], labelled_photos: list[Labelled]) -> Photos:
    from services.inference.model import Classifier

    every: list[Everyday | Labelled] = [*everyday_photos, *labelled_photos]
    verdicts = Classifier.load(spec).classify(from_previews(every, spec.input_size))
    back = kept_back(everyday_photos)
    origins = sorted({photo.origin for photo in everyday_photos} - back)
    folds = [-1 if p.origin in back else origins.index(p.origin) for p in everyday_photos]
    folds += [number % FOLDS for number in range(len(labelled_photos))]
    named = [frozenset(photo.categories) for photo in labelled_photos]
    return Photos(
        heads.features([verdict.embedding for verdict in verdicts]),
        np.array(folds),
        np.arange(len(every)) < len(everyday_photos),
        [photo.expected for photo in everyday_photos] + named,
        [photo.right for photo in everyday_photos] + named,
    )


def row(model_id: str, fitted: Fitted) -> str:
    """A line of the table. The bias puts the margin's threshold at the category's."""
    assert fitted.threshold is not None
    threshold = taxonomy.load().categories[fitted.idea.partition(";")[0]].threshold
    packed, scale = fitted.classifier.packed()
    bias = fitted.classifier.bias - fitted.threshold + np.log(threshold / (1 - threshold))
    weights = base64.b64encode(packed).decode("ascii")
    return "\t".join((model_id, fitted.idea, f"{scale:.6g}", f"{bias:.6g}", weights))


def _lines(model_id: str, photos: Photos) -> Iterator[str]:
    """Yield the lines of the table; print each idea's results."""
    categories = taxonomy.load().categories
    for idea in IDEAS:
        fitted = fit(photos, idea)
        if fitted is None or fitted.threshold is None:
            print(f"  {idea}: too few photos, or not precise")
            continue
        later = f"kept back: {fitted.later[1]} of {fitted.later[0]} right"
        print(
            f"  {idea}: {fitted.named} named, {fitted.precision:.3f} right, recall {fitted.recall:.2f}; {later}"
        )
        if all(id_ in categories for id_ in idea.split(";")):
            yield row(model_id, fitted)


def table() -> Iterator[str]:
    with everyday() as some, labelled() as others:
        yield "model\tcategories\tscale\tbias\tweights"
        for model_id, spec in MODELS.items():
            print(f"{model_id}:")
            yield from _lines(model_id, read(spec, some, others))


if __name__ == "__main__":
    main(__doc__, TABLE, table)
