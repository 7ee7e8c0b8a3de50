"""How right the album is, on photos whose contents are known (`ops/bench/labelled.py`): the network, what a person sees
of it, and what embeddings are good for. Nothing here is timed."""

from pathlib import Path
from typing import Any

import numpy as np

from ops.bench.labelled import Labelled, decoded_whole, from_previews, labelled
from ops.bench.measure import Measure, size
from services.inference.devices import cpu_plans
from services.inference.fold import fold
from services.inference.lite import feature_map, logits  # first: it sets TensorFlow up

import tensorflow as tf  # isort: skip
from services.inference.model import Classifier
from services.inference.registry import MODELS
from services.inference.verdict import Scores, Verdict
from services.inference.weights import read
from services.knowledge import embedding, logistic, taxonomy
from services.knowledge.calibration import calibrated, temperatures

SPEC = MODELS["efficientnet-lite0"]
GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "inference" / "golden"
BINS = 15
EXAMPLES, LEAST, ROUNDS = size((10, 20, 5), (3, 6, 1))
Array = np.ndarray[Any, np.dtype[Any]]


def measure() -> list[Measure]:
    """Raises Unmeasurable without labelled photos."""
    with labelled() as photos:
        pixels, whole = from_previews(photos, SPEC.input_size), decoded_whole(photos, SPEC.input_size)
    exact, fast = Classifier.load(SPEC, ways=cpu_plans(1, "")), Classifier.load(SPEC)
    seen = fast.classify(pixels)
    note = f"{len(photos)} photos, {SPEC.name}, {fast.plan.precision}"
    return [
        *_reference(),
        *_agreement(exact.classify(pixels), seen, note),
        *_previews(photos, seen, fast.classify(whole)),
        *_categories(photos, [verdict.scores for verdict in seen], note),
        *_embeddings(pixels, seen),
        _teaching(photos, seen),
    ]


def _reference() -> list[Measure]:
    from ops.golden.inputs import pictures

    apart, same = [], []
    for model_id, spec in MODELS.items():
        wanted = np.load(GOLDEN / f"{model_id}.npz")["logits"]
        found = logits(tf.constant(pictures(spec.input_size)), fold(spec, read(spec)), tf.float32).numpy()
        apart.append(float(np.abs(found - wanted).max()))
        same.append(float((found.argmax(1) == wanted.argmax(1)).mean()))
    note = "PyTorch's outputs, three models, four pictures each"
    return [
        Measure(
            what="greatest logit difference",
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
    return [
        Measure(
            what="same top class, as it runs here",
            value=100 * float(np.mean(same)),
            unit="%",
            target=99,
            note=note,
        )
    ]


def _hits(photos: list[Labelled], seen: list[Verdict], best: int) -> Array:
    return np.array(
        [
            photo.class_index in [index for index, _ in verdict.scores[:best]]
            for photo, verdict in zip(photos, seen, strict=True)
        ]
    )


def _previews(photos: list[Labelled], seen: list[Verdict], whole: list[Verdict]) -> list[Measure]:
    found = []
    sources = np.array([photo.source for photo in photos])
    for best in (1, 5):
        preview, full = _hits(photos, seen, best), _hits(photos, whole, best)
        for source in ("all", *sorted(set(sources))):
            chosen = (sources == source) | (source == "all")
            if chosen.sum() < LEAST:
                continue
            found.append(
                Measure(
                    what=f"top {best} lost to the preview, {source}",
                    value=100 * float(full[chosen].mean() - preview[chosen].mean()),
                    unit="points",
                    target=1,
                    smaller_is_better=True,
                    note=f"{100 * preview[chosen].mean():.1f} % right of {chosen.sum()}",
                )
            )
    return found


def _categories(photos: list[Labelled], said: list[Scores], note: str) -> list[Measure]:
    known, temperature = taxonomy.load(), temperatures()[SPEC.model_id]
    right, shares, sure, top = [], [], [], []
    for photo, scores in zip(photos, said, strict=True):
        kept = known.kept(calibrated(scores, temperature))
        shown = [c for c, score in kept if score >= known.categories[c].threshold]
        right += [c in photo.categories for c in shown]
        plain = [c for c in shown if known.categories[c].kind == "category"]
        shares.append(any(c in photo.categories for c in plain))
        first = next(((c, s) for c, s in kept if known.categories[c].kind == "category"), None)
        if first and photo.categories:
            sure.append(first[1])
            top.append(first[0] in photo.categories)
    return [
        Measure(
            what="categories shown that are right",
            value=_share(right),
            unit="",
            target=0.92,
            note=note,
        ),
        Measure(
            what="photos with the right category shown",
            value=_share(shares),
            unit="",
            target=0.85,
            note="groups not counted",
        ),
        Measure(
            what="calibration error (ECE)",
            value=_ece(np.array(sure), np.array(top)),
            unit="",
            target=0.05,
            smaller_is_better=True,
            note=f"{BINS} bins, best category, on the photos that the temperature was fitted on",
        ),
    ]


def _share(right: list[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


def _ece(sure: Array, right: Array) -> float:
    """Expected calibration error (M. P. Naeini et al., 2015)."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
            for b in range(BINS)
            if (bins == b).any()
        )
    )


def _embeddings(pixels: Array, seen: list[Verdict]) -> list[Measure]:
    folded = fold(SPEC, read(SPEC))
    whole = np.concatenate(
        [
            feature_map(tf.constant(pixels[start : start + 16]), folded, tf.float32).numpy().mean(axis=(1, 2))
            for start in range(0, len(pixels), 16)
        ]
    )
    codes = [verdict.embedding for verdict in seen]
    kept = embedding.decode(codes)
    found = [
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
        ("nearest 10 kept by the code", _centred(whole), _centred(packed), 0.95),
        (
            "nearest 10 kept by the code, clipped as they are compared",
            _clipped(whole),
            _clipped(packed),
            0.95,
        ),
        ("nearest 10 kept, the network's precision here included", _clipped(whole), _clipped(kept), None),
    ):
        wanted, got = _nearest(one), _nearest(other)
        recall = float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(wanted, got, strict=True)]))
        note = "against float32 features, cosine"
        found.append(Measure(what=name, value=recall, unit="", target=target, note=note))
    return found


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


def _teaching(photos: list[Labelled], seen: list[Verdict]) -> Measure:
    """Mean average precision over the categories and groups that enough photos show."""
    rows = logistic.features([verdict.embedding for verdict in seen])
    names = sorted({name for photo in photos for name in photo.categories})
    member = {name: np.array([name in photo.categories for photo in photos]) for name in names}
    found = {name: here for name, here in member.items() if here.sum() >= LEAST}
    scores = [_taught(rows, here, seed) for here in found.values() for seed in range(ROUNDS)]
    return Measure(
        what="taught by 10 examples: average precision",
        value=float(np.mean(scores)),
        unit="",
        target=0.80,
        note=f"mean over {', '.join(found)}: mostly groups, far wider than what a person teaches",
    )


def _taught(rows: Array, here: Array, seed: int) -> float:
    chance = np.random.default_rng(seed)
    examples = chance.permutation(np.flatnonzero(here))[:EXAMPLES]
    rest = np.setdiff1d(np.arange(len(rows)), examples)
    background = chance.permutation(rest)[:300]
    scores = logistic.learn(rows[examples], rows[:0], rows[background]).scores(rows[rest])
    hits = here[rest][np.argsort(-scores)]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())
