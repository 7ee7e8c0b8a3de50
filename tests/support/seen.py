"""A library of photos with embeddings, written straight to the log: no files, no network."""

from uuid import uuid4

import numpy as np

from services.domain.files.events import FileAdded, ImageImported
from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated
from services.domain.subject import Event
from services.kernel.log.envelope import record_event
from services.knowledge.embedding import CHANNELS, encode
from tests.support.models import registered
from tests.support.stack import Stack

MODEL = "m"
ALIKE = 0.75
"""The share of its embedding that a photo has in common with its family."""


def image_id(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}{number:024x}"


def felt(family: int, number: int) -> np.ndarray:
    """An embedding, float32 [1280], close to those of the same family."""
    own = np.random.default_rng(1000 + number).exponential(0.4, CHANNELS)
    shared = np.random.default_rng(family).exponential(0.4, CHANNELS)
    mixed: np.ndarray = (ALIKE * shared + (1 - ALIKE) * own).astype(np.float32)
    return mixed


async def library(stack: Stack, families: dict[int, range], strangers: range) -> None:
    """Photos of each family, and strangers that belong to none."""
    model = registered(MODEL)
    rows: list[tuple[str, Event]] = [
        (f"model-{MODEL}", model),
        (f"model-{MODEL}", ModelActivated(model_id=MODEL)),
    ]
    members = [(family, number) for family, numbers in families.items() for number in numbers]
    members += [(10_000 + number, number) for number in strangers]
    codes = encode(np.stack([felt(*member) for member in members]))
    for (_, number), code in zip(members, codes, strict=True):
        rows += [(f"image-{image_id(number)}", event) for event in _photo(number, code)]
    records = [
        record_event(event, event_id=uuid4(), stream=stream, correlation_id=uuid4()) for stream, event in rows
    ]
    await stack.gateway.events.append(records)
    await stack.caught_up()


def _photo(number: int, code: str) -> list[Event]:
    image = image_id(number)
    return [
        ImageImported(
            image_id=image,
            format="JPEG",
            size=1000,
            width=400,
            height=300,
            colour="#808080",
            taken_at=f"2020-01-{1 + number % 28:02}T10:00:00",
            taken_at_source="exif",
        ),
        FileAdded(image_id=image, root="/p", path=f"{number}.jpg", size=1000, mtime_ns=1),
        ImageClassified(
            image_id=image,
            model_id=MODEL,
            weights_digest="d",
            preprocessing_id="p",
            classes=[(999, 0.2)],
            embedding=code,
        ),
    ]
