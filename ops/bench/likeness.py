"""“More like this” among 100,000 photos, and the cost of teaching a category."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ops.bench.measure import Measure, median, percentile, size
from services.domain.files.events import FileAdded, ImageImported
from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated
from services.domain.subject import Event
from services.gateway.running.likeness import Index
from services.gateway.tables.pool import Views
from services.kernel.settings import Settings
from services.knowledge import embedding
from services.knowledge import logistic as learning
from services.projector import generation, scoring
from services.projector.batch import Batch
from services.projector.projections import PROJECTIONS
from services.projector.rows.statement import Place
from services.projector.tables import Load

PHOTOS, CHUNK, ASKED = size((100_000, 2000, 60), (1260, 60, 60))
MODEL = "efficientnet-lite0"
Array = np.ndarray[Any, np.dtype[Any]]


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), previews=Path(folder))
        path, codes = _fill(settings)
        first, later, recall = asyncio.run(_ask(settings))
        learn, label = _learn(path, codes)
    note = f"{PHOTOS:,} photos, 40 queries"
    return [
        Measure(
            what="more like this, p95", value=later, unit="ms", target=50, smaller_is_better=True, note=note
        ),
        Measure(what="recall of the 60 nearest", value=recall, unit="", note="against an exact search"),
        Measure(what="first query, building the index", value=first, unit="s", note=note),
        Measure(
            what="learning from 20 answers",
            value=learn,
            unit="ms",
            target=1000,
            smaller_is_better=True,
            note="400 others",
        ),
        Measure(what="labelling all photos with it", value=label, unit="s", note=note),
    ]


def _id(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:024x}"


def _features(chance: np.random.Generator, count: int) -> Array:
    """Features of images from 500 clusters, sparse and skewed like a network's."""
    kinds = np.random.default_rng(1).exponential(0.35, (500, embedding.CHANNELS))
    own = chance.exponential(0.35, (count, embedding.CHANNELS))
    mixed: Array = np.maximum(0.5 * kinds[chance.integers(0, 500, count)] + 0.5 * own - 0.25, 0)
    return mixed


def _fill(settings: Settings) -> tuple[Path, list[str]]:
    path = generation.following(settings.views)
    load, codes, position = Load(path), list[str](), 0
    chance = np.random.default_rng(0)
    for start in range(0, PHOTOS, CHUNK):
        batch, some = Batch(), embedding.encode(_features(chance, CHUNK))
        for number, code in enumerate(some, start):
            for event in _events(_id(number), f"{number}.jpg", code):
                position += 1
                for handler in PROJECTIONS[type(event)]:
                    batch.add(handler(event, Place(position, 0, "job")))
        load.apply(batch, position, b"")
        codes += some[:20]
    last = Batch()
    last.add(PROJECTIONS[ModelActivated][0](ModelActivated(model_id=MODEL), Place(position + 1, 0, "job")))
    load.apply(last, position + 1, b"")
    load.finish()
    generation.switch(path)
    return path, codes


def _events(image_id: str, name: str, code: str) -> list[Event]:
    return [
        ImageImported(
            image_id=image_id,
            format="JPEG",
            size=1,
            width=4,
            height=3,
            colour="#000000",
            taken_at="2020-01-01T10:00:00",
            taken_at_source="exif",
        ),
        FileAdded(image_id=image_id, root="/p", path=name, size=1, mtime_ns=1),
        ImageClassified(
            image_id=image_id,
            model_id=MODEL,
            weights_digest="d",
            preprocessing_id="p",
            classes=[(1, 0.1)],
            embedding=code,
        ),
    ]


async def _ask(settings: Settings) -> tuple[float, float, float]:
    views = await Views.open(settings)
    likeness = Index(views)
    began = time.perf_counter()
    await likeness.nearest(_id(0), ASKED)
    first, times, results = time.perf_counter() - began, [], []
    for number in range(0, PHOTOS, PHOTOS // 40)[:40]:
        began = time.perf_counter()
        near = await likeness.nearest(_id(number), ASKED)
        times.append(1000 * (time.perf_counter() - began))
        results.append((_id(number), [one.image_id for one in near or []]))
    sample = results[:10]
    exact = await asyncio.to_thread(_exactly, generation.current(settings.views), [one for one, _ in sample])
    recalls = [len(set(ids) & exact[one]) / ASKED for one, ids in sample]
    await views.close()
    return first, percentile(times, 95), float(np.mean(recalls))


def _exactly(path: Path | None, wanted: list[str]) -> dict[str, set[str]]:
    """The nearest neighbours by exhaustive search, without sketches."""
    assert path is not None
    db = sqlite3.connect(path)
    rows = db.execute("SELECT image_id, code FROM embedding").fetchall()
    db.close()
    ids = [row[0] for row in rows]
    places = [ids.index(one) for one in wanted]
    average = learning.features([row[1] for row in rows[:CHUNK]]).mean(axis=0)
    targets = learning.features([rows[place][1] for place in places]) - average
    cosines = []
    for start in range(0, len(rows), CHUNK):
        chunk = learning.features([row[1] for row in rows[start : start + CHUNK]]) - average
        cosines.append((chunk @ targets.T) / np.linalg.norm(chunk, axis=1, keepdims=True))
    alike = np.concatenate(cosines)
    for column, place in enumerate(places):
        alike[place, column] = -9
    return {
        one: {ids[place] for place in np.argpartition(-alike[:, column], ASKED)[:ASKED].tolist()}
        for column, one in enumerate(wanted)
    }


def _learn(path: Path, codes: list[str]) -> tuple[float, float]:
    """(milliseconds to learn, seconds to label all photos)"""
    rows = learning.features(codes[:420])
    learned = learning.learn(rows[:15], rows[15:20], rows[20:])
    seconds = _timed(lambda: learning.learn(rows[:15], rows[15:20], rows[20:]), 5)
    db = sqlite3.connect(path, isolation_level=None)
    weights, scale = learned.packed()
    learned_row = ("rex", MODEL, weights, scale, learned.bias, 15, 5, 1)
    db.execute("INSERT INTO learned VALUES (?, ?, ?, ?, ?, ?, ?, ?)", learned_row)
    db.execute("BEGIN")
    labelled = _timed(lambda: scoring.everything(db), 1)
    db.execute("ROLLBACK")
    db.close()
    return 1000 * seconds, labelled


def _timed(work: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return median(seconds)
