"""“More like this” among 100,000 photos, and what teaching a category costs."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ops.bench.measure import Measure, median, percentile
from services.gateway.likeness import Likeness
from services.gateway.queries.views import Views
from services.kernel import embedding, learning
from services.kernel.settings import Settings
from services.projector import generation, scoring, tables

PHOTOS, CHUNK, ASKED = 100_000, 2000, 60
MODEL = "efficientnet-lite0"
IMAGE = """INSERT INTO image (image_id, taken_ms, taken_at, taken_at_source, month, visible, width, height, colour,
  format, size, orientation, grey, frames, own_at, own_ms, own_source)
  VALUES (?, ?, '2020-01-01T10:00:00', 'exif', '2020-01', 1, 4, 3, '#000000', 'JPEG', 1, 1, 0, 1, '', 0, 'exif')"""
EMBEDDING = "INSERT INTO embedding (image_id, model_id, position, code) VALUES (?, ?, ?, ?)"
Array = np.ndarray[Any, np.dtype[Any]]


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), previews=Path(folder))
        path, codes = _fill(settings)
        first, later, recall = asyncio.run(_ask(settings))
        learn, label = _learn(path, codes)
    note = f"{PHOTOS:,} photos, 40 asked"
    return [
        Measure(
            what="more like this, p95", value=later, unit="ms", target=50, smaller_is_better=True, note=note
        ),
        Measure(
            what="of the 60 nearest of all, found", value=recall, unit="", note="compared with all, exactly"
        ),
        Measure(what="the first time, index made", value=first, unit="s", note=note),
        Measure(
            what="learned from 20 answers",
            value=learn,
            unit="ms",
            target=1000,
            smaller_is_better=True,
            note="400 others",
        ),
        Measure(what="all photos labelled by it", value=label, unit="s", note=note),
    ]


def _id(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:024x}"


def _features(chance: np.random.Generator, count: int) -> Array:
    """Of 500 kinds of picture, sparse and skewed as a network's are."""
    kinds = np.random.default_rng(1).exponential(0.35, (500, embedding.CHANNELS))
    own = chance.exponential(0.35, (count, embedding.CHANNELS))
    mixed: Array = np.maximum(0.5 * kinds[chance.integers(0, 500, count)] + 0.5 * own - 0.25, 0)
    return mixed


def _fill(settings: Settings) -> tuple[Path, list[str]]:
    path = generation.following(settings.views)
    settings.views.mkdir(parents=True)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("BEGIN")
    tables.create(db)
    db.execute("INSERT INTO active_model VALUES (1, ?)", (MODEL,))
    chance, codes = np.random.default_rng(0), list[str]()
    for start in range(0, PHOTOS, CHUNK):
        some = embedding.encode(_features(chance, CHUNK))
        ids = [_id(number) for number in range(start, start + CHUNK)]
        db.executemany(IMAGE, [(one, number) for number, one in enumerate(ids, start)])
        db.executemany(
            EMBEDDING,
            [
                (one, MODEL, number + 1, code)
                for number, (one, code) in enumerate(zip(ids, some, strict=True), start)
            ],
        )
        codes += some[:20]
    tables.complete(db)
    db.execute("COMMIT")
    db.close()
    generation.switch(path)
    return path, codes


async def _ask(settings: Settings) -> tuple[float, float, float]:
    views = await Views.open(settings)
    likeness = Likeness(views)
    began = time.perf_counter()
    await likeness.nearest(_id(0), ASKED)
    first, took, found = time.perf_counter() - began, [], []
    for number in range(0, 40 * 997, 997):
        began = time.perf_counter()
        near = await likeness.nearest(_id(number), ASKED)
        took.append(1000 * (time.perf_counter() - began))
        found.append((_id(number), [one.image_id for one in near or []]))
    exact = await asyncio.to_thread(
        _exactly, generation.current(settings.views), [one for one, _ in found[:10]]
    )
    shares = [len(set(ids) & exact[one]) / ASKED for one, ids in found[:10]]
    await views.close()
    return first, percentile(took, 95), float(np.mean(shares))


def _exactly(path: Path | None, wanted: list[str]) -> dict[str, set[str]]:
    """The nearest of all, without sketches."""
    assert path is not None
    db = sqlite3.connect(path)
    rows = db.execute("SELECT image_id, code FROM embedding").fetchall()
    db.close()
    ids = [row[0] for row in rows]
    places = [ids.index(one) for one in wanted]
    average = embedding.decode([row[1] for row in rows[:CHUNK]]).mean(axis=0)
    targets = embedding.decode([rows[place][1] for place in places]) - average
    cosines = []
    for start in range(0, len(rows), CHUNK):
        seen = embedding.decode([row[1] for row in rows[start : start + CHUNK]]) - average
        cosines.append((seen @ targets.T) / np.linalg.norm(seen, axis=1, keepdims=True))
    alike = np.concatenate(cosines)
    for column, place in enumerate(places):
        alike[place, column] = -9
    return {
        one: {ids[place] for place in np.argpartition(-alike[:, column], ASKED)[:ASKED].tolist()}
        for column, one in enumerate(wanted)
    }


def _learn(path: Path, codes: list[str]) -> tuple[float, float]:
    """(milliseconds to learn, seconds to label all)."""
    rows = learning.features(codes[:420])
    learned = learning.learn(rows[:15], rows[15:20], rows[20:])
    took = _timed(lambda: learning.learn(rows[:15], rows[15:20], rows[20:]), 5)
    db = sqlite3.connect(path, isolation_level=None)
    weights, scale = learned.packed()
    learned_row = ("rex", MODEL, weights, scale, learned.bias, 15, 5, 1)
    db.execute("INSERT INTO learned VALUES (?, ?, ?, ?, ?, ?, ?, ?)", learned_row)
    db.execute("BEGIN")
    labelled = _timed(lambda: scoring.everything(db), 1)
    db.execute("ROLLBACK")
    db.close()
    return 1000 * took, labelled


def _timed(work: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)
