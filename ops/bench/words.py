"""A search in one's own words among 100,000 photos: from the sentence's vector to the ids of the photos to show. The
tower of sentences, which is another's, is left out."""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import numpy as np

from ops.bench.measure import Measure, percentile, size
from services.domain.files.events import FileAdded, ImageImported
from services.domain.jobs.encoding import ImageEncoded
from services.domain.models.events import ModelRegistered
from services.domain.subject import Event
from services.gateway.running.by_words import ByWords
from services.gateway.tables.pool import Views
from services.kernel.bus.jobs import SentenceEncoded
from services.kernel.bus.memory import EmbeddedBroker
from services.kernel.log import codec
from services.kernel.settings import Settings
from services.knowledge import vectors
from services.projector import generation
from services.projector.batch import Batch
from services.projector.projections import PROJECTIONS
from services.projector.rows.statement import Place
from services.projector.tables import Load

PHOTOS, CHUNK = size((100_000, 2000), (1200, 60))
SENTENCES = size(40, 4)
DIMENSIONS, LIKES = 512, 48
MODEL, DIGEST = "clip", "d" * 64
Array = np.ndarray[Any, np.dtype[Any]]


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), previews=Path(folder))
        rows, length = _fill(settings)
        first, plain, narrow, same = asyncio.run(_ask(settings, rows))
    note = f"{PHOTOS:,} photos, {DIMENSIONS} dimensions, {SENTENCES} sentences"
    target: dict[str, Any] = {"unit": "ms", "target": 80, "smaller_is_better": True, "note": note}
    return [
        Measure(what="photos like a sentence, p95", value=plain, **target),
        Measure(what="the same within a year, p95", value=narrow, **target),
        Measure(what="of the 48 nearest, the share that an exact search has", value=same, unit="", note=note),
        Measure(what="first sentence, building the index", value=first, unit="s", note=note),
        Measure(
            what="event of a photo",
            value=length,
            unit="bytes",
            target=600,
            smaller_is_better=True,
            note="its JSON",
        ),
    ]


def _id(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:024x}"


def _vectors(chance: np.random.Generator, count: int) -> Array:
    """Of pictures from 500 clusters, with two dimensions that are large in all, as in CLIP's models."""
    kinds = np.random.default_rng(1).normal(size=(500, DIMENSIONS))
    mixed: Array = kinds[chance.integers(0, 500, count)] + chance.normal(size=(count, DIMENSIONS))
    mixed[:, [92, 133]] += (-9, 14)
    return mixed


def _fill(settings: Settings) -> tuple[Array, int]:
    """The vectors as they were, float32 [photos, dimensions], and the bytes of an event."""
    path = generation.following(settings.views)
    load, position, chance = Load(path), 0, np.random.default_rng(0)
    rows = np.zeros((PHOTOS, DIMENSIONS), np.float32)
    events: list[Event] = [
        ModelRegistered(
            model_id=MODEL,
            name="CLIP",
            weights_digest=DIGEST,
            preprocessing_id="p",
            input_size=224,
            class_count=DIMENSIONS,
            source="s",
            kind="words",
        )
    ]
    for start in range(0, PHOTOS, CHUNK):
        batch, some = Batch(), _vectors(chance, CHUNK)
        rows[start : start + CHUNK] = some
        for number, code in enumerate(vectors.encoded_vectors(some), start):
            events += _events(_id(number), number, code)
        for event in events:
            position += 1
            for handler in PROJECTIONS[type(event)]:
                batch.add(handler(event, Place(position, 0, "job")))
        length = len(codec.encode(events[-1]))
        events = []
        load.apply(batch, position, b"")
    load.finish()
    generation.switch(path)
    return rows, length


def _events(image_id: str, number: int, code: str) -> list[Event]:
    return [
        ImageImported(
            image_id=image_id,
            format="JPEG",
            size=1,
            width=4,
            height=3,
            colour="#000000",
            taken_at=f"{2005 + number % 20}-01-01T10:00:00",
            taken_at_source="exif",
        ),
        FileAdded(image_id=image_id, root="/p", path=f"{number}.jpg", size=1, mtime_ns=1),
        ImageEncoded(
            image_id=image_id,
            model_id=MODEL,
            weights_digest=DIGEST,
            preprocessing_id="preview512-middle-1",
            code=code,
        ),
    ]


async def _ask(settings: Settings, rows: Array) -> tuple[float, float, float, float]:
    """Seconds of the first sentence, milliseconds of later ones, alone and within a year, and the share of the nearest
    that an exact search has."""
    async with AsyncExitStack() as stack:
        views, broker = await Views.open(settings), EmbeddedBroker()
        stack.push_async_callback(views.close)  # also after an error: its threads would keep the process
        stack.push_async_callback(broker.close)
        words = ByWords(views, broker)
        sentences = _vectors(np.random.default_rng(2), SENTENCES + 1).astype(np.float32)
        sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
        for number, vector in enumerate(sentences):
            text, given = f"zebra {number}z", vector.tolist()
            answer = SentenceEncoded(model_id=MODEL, weights_digest=DIGEST, sentence=text, vector=given)
            words.answered(answer)
        began = time.perf_counter()
        await words.nearest(f"zebra {SENTENCES}z", LIKES)
        first, plain, narrow, shares = time.perf_counter() - began, [], [], []
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        for number in range(SENTENCES):
            began = time.perf_counter()
            near = await words.nearest(f"zebra {number}z", LIKES)
            plain.append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            await words.nearest(f"zebra {number}z year:{2005 + number % 20}", LIKES)
            narrow.append(1000 * (time.perf_counter() - began))
            exact = np.argpartition(-(rows @ sentences[number]), LIKES)[:LIKES].tolist()
            shares.append(len({_id(one) for one in exact} & set(near.ids if near else [])) / LIKES)
    return first, percentile(plain, 95), percentile(narrow, 95), float(np.mean(shares))
