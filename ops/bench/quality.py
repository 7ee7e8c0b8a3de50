"""Accuracy on labelled photos (`ops/bench/labelled.py`): of the network, of the categories that users see, and of the
embeddings. Nothing here is timed."""

from pathlib import Path
from typing import Any, Final

import numpy as np

from ops.bench.calibration import BINS, error_by_chance, error_of
from ops.bench.everyday import PEOPLE, Everyday, everyday, kept_back
from ops.bench.labelled import Labelled, decoded_whole, from_previews, labelled
from ops.bench.measure import Measure, size
from ops.bench.naming import Label, counted, found, labels
from services.inference.fold import fold
from services.inference.lite import feature_map, logits  # first: it configures TensorFlow

import tensorflow as tf  # isort: skip
from services.inference.model import Classifier
from services.inference.plan import cpu_plans
from services.inference.registry import MODELS
from services.inference.verdict import Verdict
from services.inference.weights import read
from services.knowledge import embedding, logistic, taxonomy

SPEC = MODELS["efficientnet-lite0"]
BATCH = size(32, 4)
GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "inference" / "golden"
CALIBRATION: Final = "calibration error (ECE)"
EXAMPLES, LEAST, ROUNDS = size((10, 20, 5), (3, 6, 1))
Array = np.ndarray[Any, np.dtype[Any]]


def measure() -> list[Measure]:
    """Raises Unmeasurable if there are no labelled or no everyday photos."""
    with labelled() as photos:
        pixels, whole = from_previews(photos, SPEC.input_size), decoded_whole(photos, SPEC.input_size)
    with everyday() as others:
        other_pixels = from_previews(others, SPEC.input_size)
    exact, fast = Classifier.load(SPEC, BATCH, cpu_plans(1, "")), Classifier.load(SPEC, BATCH)
    verdicts = fast.classify(pixels)
    note = f"{len(photos)} photos, {SPEC.name}, {fast.plan.precision}"
    return [
        *_reference(),
        *_agreement(exact.classify(pixels), verdicts, note),
        *_previews(photos, verdicts, fast.classify(whole)),
        *_categories(photos, verdicts, note),
        *_everyday(others, fast.classify(other_pixels)),
        *_embeddings(pixels, verdicts),
        _teaching(photos, verdicts),
    ]


def _reference() -> list[Measure]:
    from ops.golden.inputs import pictures

    apart, same = [], []
    for model_id, spec in MODELS.items():
        expected = np.load(GOLDEN / f"{model_id}.npz")["logits"]
        ours = logits(tf.constant(pictures(spec.input_size)), fold(spec, read(spec)), tf.float32).numpy()
        apart.append(float(np.abs(ours - expected).max()))
        same.append(float((ours.argmax(1) == expected.argmax(1)).mean()))
    note = "against PyTorch, three models, four images each"
    return [
        Measure(
            what="largest logit difference",
            value=max(apart),
            unit="",
            target=1e-3,
            smaller_is_better=True,
            note=note,
        ),
        Measure(what="same top class, float32", value=100 * min(same), unit="%", target=100, note=note),
    ]


def _agreement(exact: list[Verdict], fast: list[Verdict], note: str) -> list[Measure]:
    same = [one.scores[0][0] == other.scores[0][0] for one, other in zip(exact, fast, strict=True)]
    value = 100 * float(np.mean(same))
    return [
        Measure(
            what="same top class, at this machine's precision", value=value, unit="%", target=99, note=note
        )
    ]


def _hits(photos: list[Labelled], verdicts: list[Verdict], best: int) -> Array:
    pairs = zip(photos, verdicts, strict=True)
    return np.array([photo.class_index in [i for i, _ in verdict.scores[:best]] for photo, verdict in pairs])


def _previews(photos: list[Labelled], verdicts: list[Verdict], whole: list[Verdict]) -> list[Measure]:
    measures = []
    sources = np.array([photo.source for photo in photos])
    for best in (1, 5):
        preview, full = _hits(photos, verdicts, best), _hits(photos, whole, best)
        for source in ("all", *sorted(set(sources))):
            mask = (sources == source) | (source == "all")
            if mask.sum() < LEAST:
                continue
            measures.append(
                Measure(
                    what=f"top-{best} accuracy lost to previews, {source}",
                    value=100 * float(full[mask].mean() - preview[mask].mean()),
                    unit="points",
                    target=1,
                    smaller_is_better=True,
                    note=f"{100 * preview[mask].mean():.1f} % of {mask.sum()} correct",
                )
            )
    return measures


def _categories(photos: list[Labelled], verdicts: list[Verdict], note: str) -> list[Measure]:
    """Heads of what no class names are left out: an ImageNet label names one thing, and can't deny people beside it."""
    tree = taxonomy.load()
    by_class = {id_ for one in tree.classes for id_ in tree.of_class(one.index)}
    named = [
        [label for label in every if label.category_id in by_class]
        for every in labels(verdicts, SPEC.model_id)
    ]
    right, hits = [], []
    for photo, every in zip(photos, named, strict=True):
        visible = [label for label in every if label.visible]
        right += [label.category_id in photo.categories for label in visible]
        hits.append(any(label.category_id in photo.categories for label in visible if not label.is_group))
    described = [
        (every, photo.categories) for photo, every in zip(photos, named, strict=True) if photo.categories
    ]
    return [
        Measure(what="precision of visible categories", value=_share(right), unit="", target=0.92, note=note),
        Measure(
            what="photos with a correct visible category",
            value=_share(hits),
            unit="",
            target=0.85,
            note="groups not counted",
        ),
        Measure(
            what=CALIBRATION,
            value=error_of(*_best(described)),
            unit="",
            target=0.05,
            smaller_is_better=True,
            note=f"{BINS} bins, best category, on the photos that the temperature was fitted to",
        ),
    ]


def _everyday(photos: list[Everyday], verdicts: list[Verdict]) -> list[Measure]:
    """Nothing was fitted to the photos kept back; to the others, the heads were."""
    named, back = labels(verdicts, SPEC.model_id), kept_back(photos)
    measures: list[Measure] = []
    for which, unseen in (("everyday photos", False), ("everyday photos kept back", True)):
        chosen = [number for number, photo in enumerate(photos) if (photo.origin in back) == unseen]
        some, theirs = [photos[number] for number in chosen], [named[number] for number in chosen]
        counts, people = counted(some, theirs), found(some, theirs, PEOPLE)
        best = _best([(every, photo.right) for photo, every in zip(some, theirs, strict=True)])
        note = f"{len(some)} photos, {SPEC.name}"
        for what, value, target, smaller in (
            ("precision of visible categories", counts.precision, 0.92, False),
            ("with a correct visible category", counts.coverage, 0.90, False),
            ("with a wrong one", counts.wrong, 0.08, True),
            ("people, precision", people[0], 0.95, False),
            ("people, recall", people[1], 0.90, False),
            (CALIBRATION, error_of(*best), 0.05, True),
        ):
            measures.append(
                Measure(
                    what=f"{which}: {what}",
                    value=value,
                    unit="",
                    target=target,
                    smaller_is_better=smaller,
                    note=f"{note}; by chance {error_by_chance(best[0]):.3f}" if what == CALIBRATION else note,
                )
            )
    return measures


def _share(right: list[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def _best(named: list[tuple[list[Label], frozenset[str]]]) -> tuple[Array, Array]:
    """Of each photo that has a category: the best one's score, and whether it is right."""
    best = [(next((one for one in every if not one.is_group), None), right) for every, right in named]
    sure = [(label.score, label.category_id in right) for label, right in best if label]
    return np.array([score for score, _ in sure]), np.array([right for _, right in sure])


def _embeddings(pixels: Array, verdicts: list[Verdict]) -> list[Measure]:
    folded = fold(SPEC, read(SPEC))
    whole = np.concatenate(
        [
            feature_map(tf.constant(pixels[start : start + 16]), folded, tf.float32).numpy().mean(axis=(1, 2))
            for start in range(0, len(pixels), 16)
        ]
    )
    codes = [verdict.embedding for verdict in verdicts]
    kept = embedding.decode(codes)
    measures = [
        Measure(
            what="embedding in the log",
            value=max(map(len, codes)),
            unit="bytes",
            target=400,
            smaller_is_better=True,
        )
    ]
    packed = embedding.decode(embedding.encode(whole))
    for name, one, other, target in (
        ("10 nearest, recall by the code", _centred(whole), _centred(packed), 0.95),
        ("10 nearest, recall by the code, clipped as in use", _clipped(whole), _clipped(packed), 0.95),
        ("10 nearest, recall including this machine's precision", _clipped(whole), _clipped(kept), None),
    ):
        pairs = zip(_nearest(one), _nearest(other), strict=True)
        recall = float(np.mean([len(set(a) & set(b)) / 10 for a, b in pairs]))
        note = "against float32 features, cosine"
        measures.append(Measure(what=name, value=recall, unit="", target=target, note=note))
    return measures


def _unit(rows: Array) -> Array:
    scaled: Array = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return scaled


def _centred(rows: Array) -> Array:
    rows = _unit(rows)
    moved: Array = rows - rows.mean(axis=0)
    return moved


def _clipped(rows: Array) -> Array:
    return _centred(np.minimum(_unit(rows), logistic.LOUDEST))


def _nearest(rows: Array) -> Array:
    alike = _unit(rows) @ _unit(rows).T
    np.fill_diagonal(alike, -9)
    return np.argsort(-alike, axis=1)[:, :10]


def _teaching(photos: list[Labelled], verdicts: list[Verdict]) -> Measure:
    """Mean average precision over the categories and groups with enough photos."""
    rows = logistic.features([verdict.embedding for verdict in verdicts])
    names = sorted({name for photo in photos for name in photo.categories})
    masks = {name: np.array([name in photo.categories for photo in photos]) for name in names}
    masks = {name: mask for name, mask in masks.items() if mask.sum() >= LEAST}
    scores = [_average_precision(rows, mask, seed) for mask in masks.values() for seed in range(ROUNDS)]
    return Measure(
        what="category taught by 10 examples: average precision",
        value=float(np.mean(scores)),
        unit="",
        target=0.80,
        note=f"mean over {', '.join(masks)}: mostly groups, far wider than what people teach",
    )


def _average_precision(rows: Array, mask: Array, seed: int) -> float:
    chance = np.random.default_rng(seed)
    examples = chance.permutation(np.flatnonzero(mask))[:EXAMPLES]
    rest = np.setdiff1d(np.arange(len(rows)), examples)
    background = chance.permutation(rest)[:300]
    scores = logistic.learn(rows[examples], rows[:0], rows[background]).scores(rows[rest])
    hits = mask[rest][np.argsort(-scores)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())
