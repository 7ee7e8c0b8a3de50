"""A synthetic library in a real log, as if after years of use: ten years of photos from four makers' cameras in folders
by trip, about two categories per photo, twelve groups, ten albums. No photo exists on disk."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.categories.events import CategoryCreated, CategoryMoved
from services.domain.files.events import FileAdded, ImageImported
from services.domain.jobs.events import ImageClassified
from services.domain.models.events import ModelActivated, ModelRegistered
from services.domain.subject import Event
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.ids import new_id
from services.kernel.log.sqlite_log import SqliteLog
from services.projector.projections.labels import category_of

AT_ONCE: Final = 4000
"""Records per append."""
MODEL: Final = "own"
LABELS: Final = [f"Category {number}" for number in range(120)]
GROUPS: Final = 12
ALBUMS: Final = 10
YEARS_S: Final = 315_000_000
"""Ten years, in seconds."""
MAKERS: Final = ("Nokia", "Google", "Apple", "Canon")
SIZES: Final = ((4032, 3024), (3024, 4032), (4000, 2250), (1600, 1600))

Entry = tuple[str, Event]
"""A stream, and an event to append to it."""
Classes = Callable[[int], list[tuple[int, float]]]
"""Predictions for photo n: (label index, score), best first."""


async def append(events_db: Path, events: Iterable[Entry]) -> None:
    """Append to the log, creating it if necessary."""
    log = await SqliteLog.open(events_db)
    records = map(_record, events)
    try:
        while some := list(islice(records, AT_ONCE)):
            await log.append(some)
    finally:
        await log.close()


def _record(entry: Entry) -> Record:
    stream, event = entry
    return record_event(event, event_id=new_id(), stream=stream, correlation_id=new_id())


def image_id(number: int) -> str:
    return f"{number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128:032x}"


def two(number: int) -> list[tuple[int, float]]:
    return [((number + step) % len(LABELS), 0.8) for step in (0, 7)]


def library(count: int, classes: Classes = two) -> Iterator[Entry]:
    model = ModelRegistered(
        model_id=MODEL, name="Own", weights_digest="0" * 64, preprocessing_id="own", input_size=224,
        class_count=len(LABELS), source="a benchmark", labels=LABELS,
    )  # fmt: skip
    yield f"model-{MODEL}", model
    yield f"model-{MODEL}", ModelActivated(model_id=MODEL)
    for group in range(GROUPS):
        id_ = f"g{group}"
        yield f"category-{id_}", CategoryCreated(category_id=id_, name=f"Group {group}", kind="group")
    for number in range(count):
        for event in _photo(number, YEARS_S // count, classes(number)):
            yield f"image-{image_id(number)}", event
    for number, label in enumerate(LABELS):  # created by its first photo
        id_ = category_of(label)
        yield f"category-{id_}", CategoryMoved(category_id=id_, group_id=f"g{number % GROUPS}")
    for album in range(ALBUMS):
        images = [image_id(number) for number in range(album, count, 100)]
        yield f"album-a{album}", AlbumCreated(album_id=f"a{album}", name=f"Album {album}")
        yield f"album-a{album}", ImagesAddedToAlbum(album_id=f"a{album}", image_ids=images)


def _photo(number: int, apart_s: int, classes: list[tuple[int, float]]) -> Iterator[Event]:
    """`apart_s`: seconds between two photos."""
    image, trip = image_id(number), number // 500
    moment = datetime.fromtimestamp(1_420_000_000 + number * apart_s + number % 7 * 600, UTC)
    width, height = SIZES[number % 4]
    yield ImageImported(
        image_id=image, format="JPEG", size=2_000_000, width=width, height=height,
        colour=f"#{number % 4096:03x}{number % 3567:03x}", taken_at=f"{moment:%Y-%m-%dT%H:%M:%S}",
        taken_at_source="exif", camera_make=MAKERS[number % 4], camera_model=f"M{number % 40}", f_number=1.8,
        exposure_s=0.01, iso=100, focal_mm=4.2,
    )  # fmt: skip
    yield FileAdded(
        image_id=image, root="/photos", path=f"{2010 + trip % 15}/Trip {trip}/IMG_{number:05}.jpg",
        size=2_000_000, mtime_ns=1,
    )  # fmt: skip
    yield ImageClassified(
        image_id=image, model_id=MODEL, weights_digest="0" * 64, preprocessing_id="own", classes=classes,
        labels=[LABELS[index] for index, _ in classes],
    )  # fmt: skip
