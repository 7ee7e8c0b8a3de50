"""Replay of a library of 15,000 photos into all read tables, against the minimum any program would have to do: read and
decode the rows and upsert into three tables."""

import asyncio
import gc
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import UUID

from ops.bench.measure import Measure, median, size
from services.domain.albums.events import ImagesAddedToAlbum
from services.domain.categories.decisions import CategoryAssigned, CategoryRejected
from services.domain.files.commands import ScanLibrary
from services.domain.files.events import FileAdded, ImageImported, ScanFinished, ScanStarted
from services.domain.jobs.commands import ClassifyImages
from services.domain.jobs.events import ClassificationRequested, ImageClassified, JobFinished
from services.domain.subject import Event
from services.kernel.log import codec
from services.kernel.log.envelope import Record, record_command, record_event
from services.kernel.log.ids import new_id
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.settings import Settings
from services.knowledge import taxonomy
from services.projector.rebuild import rebuild

PHOTOS: Final = size(15_000, 100)
EVENTS: Final = size(60_000, 400)
RUNS: Final = size(5, 1)
MODEL: Final = "efficientnet-lite0"
ROOT: Final = "/home/ada/Pictures"
GROUP: Final = 4_000


def library(seed: int = 1) -> Iterator[Record]:
    """The log of a user with 15,000 photos: scanned, classified, sorted. Exactly `EVENTS` records."""
    rng = random.Random(seed)  # noqa: S311  a synthetic library, no secrets
    scan, classify = new_id(), new_id()
    images = [f"{rng.getrandbits(128):032x}" for _ in range(PHOTOS)]
    count = 0

    def event(body: Event, stream: str, job: UUID) -> Record:
        nonlocal count
        count += 1
        return record_event(body, event_id=new_id(), stream=stream, correlation_id=job, causation_id=job)

    def command(body: ScanLibrary | ClassifyImages, job: UUID) -> Record:
        nonlocal count
        count += 1
        return record_command(body, command_id=job)

    yield command(ScanLibrary(), scan)
    yield event(ScanStarted(roots=[ROOT]), f"job-{scan}", scan)
    for number, image in enumerate(images):
        yield event(_imported(image, number, rng), f"image-{image}", scan)
        yield event(_added(image, number, rng), f"image-{image}", scan)
    yield event(ScanFinished(found=PHOTOS, added=PHOTOS, unchanged=0, rejected=0), f"job-{scan}", scan)
    yield command(ClassifyImages(), classify)
    request = ClassificationRequested(job_id=str(classify), model_id=MODEL, scope="unclassified")
    yield event(request, f"job-{classify}", classify)
    for image in images:
        yield event(_classified(image, rng), f"image-{image}", classify)
    yield event(JobFinished(job_id=str(classify), done=PHOTOS, failed=0), f"job-{classify}", classify)
    categories = [c.id for c in taxonomy.load().categories.values() if c.kind == "category"]
    while count < EVENTS:
        image, job = rng.choice(images), new_id()
        match rng.randrange(4):
            case 0:
                assigned = CategoryAssigned(image_id=image, category_id=rng.choice(categories))
                yield event(assigned, f"image-{image}", job)
            case 1:
                rejected = CategoryRejected(image_id=image, category_id=rng.choice(categories))
                yield event(rejected, f"image-{image}", job)
            case 2:
                album = f"{rng.randrange(200):08x}"
                some = ImagesAddedToAlbum(album_id=album, image_ids=[image])
                yield event(some, f"album-{album}", job)
            case _:
                yield event(_classified(image, rng), f"image-{image}", job)


def _imported(image: str, number: int, rng: random.Random) -> ImageImported:
    month, day = rng.randrange(1, 13), rng.randrange(1, 29)
    hour, minute = rng.randrange(24), rng.randrange(60)
    return ImageImported(
        image_id=image,
        format="JPEG",
        size=rng.randrange(500_000, 6_000_000),
        width=4000,
        height=3000,
        colour=f"#{rng.getrandbits(24):06x}",
        taken_at=f"{2008 + number % 17}-{month:02}-{day:02}T{hour:02}:{minute:02}:{number % 60:02}+02:00",
        taken_at_source="exif",
        camera_make="Apple",
        camera_model="iPhone 12",
        lens="iPhone 12 back dual wide camera 4.2mm f/1.6",
        f_number=1.6,
        exposure_s=0.008333333333333333,
        iso=rng.choice((32, 50, 100, 400)),
        focal_mm=4.2,
        latitude=round(rng.uniform(-60, 70), 6),
        longitude=round(rng.uniform(-180, 180), 6),
        altitude_m=round(rng.uniform(0, 900), 1),
    )


def _added(image: str, number: int, rng: random.Random) -> FileAdded:
    return FileAdded(
        image_id=image,
        root=ROOT,
        path=f"{2008 + number % 17}/{number % 72:02}/IMG_{number:05}.jpg",
        size=rng.randrange(500_000, 6_000_000),
        mtime_ns=rng.randrange(1_200_000_000, 1_700_000_000) * 1_000_000_000,
    )


def _classified(image: str, rng: random.Random) -> ImageClassified:
    """One likely class, the rest spread over its neighbours, as from the network."""
    first, rest = rng.randrange(1000), 1.0
    classes: list[tuple[int, float]] = []
    for offset in range(20):
        p = rest * rng.uniform(0.1, 0.7)
        rest -= p
        classes.append(((first + offset * rng.randrange(1, 4)) % 1000, round(p, 6)))
    return ImageClassified(
        image_id=image,
        model_id=MODEL,
        weights_digest="0" * 64,
        preprocessing_id="lite-224-bicubic",
        classes=sorted(classes, key=lambda pair: -pair[1]),
    )


async def write(path: Path) -> int:
    """Append the library through the log itself and return its head position."""
    log = await SqliteLog.open(path)
    try:
        records = list(library())
        for start in range(0, len(records), GROUP):
            await log.append(records[start : start + GROUP])
        return await log.head()
    finally:
        await log.close()


def bare(events_db: Path, target: Path) -> float:
    """Seconds to read, decode and upsert each event into three tables."""
    target.unlink(missing_ok=True)
    began = time.perf_counter()
    log = sqlite3.connect(events_db)
    rows = log.execute(
        "SELECT position, kind, type, schema_version, data, stream, recorded_at FROM event ORDER BY position"
    ).fetchall()
    decoded = [(r, codec.decode_event(r[2], r[3], r[4])) for r in rows if r[1] == "E"]
    db = sqlite3.connect(target, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.executescript("""
      CREATE TABLE a (id INTEGER PRIMARY KEY, stream TEXT, type TEXT, at INTEGER);
      CREATE INDEX a_type ON a (type);
      CREATE TABLE b (id INTEGER PRIMARY KEY, stream TEXT, size INTEGER);
      CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT, score REAL);
    """)
    db.execute("BEGIN IMMEDIATE")
    upsert = "ON CONFLICT (id) DO UPDATE SET"
    db.executemany(
        f"INSERT INTO a VALUES (?, ?, ?, ?) {upsert} stream = excluded.stream, type = excluded.type, at = excluded.at",
        [(r[0], r[5], r[2], r[6]) for r, _ in decoded],
    )
    db.executemany(
        f"INSERT INTO b VALUES (?, ?, ?) {upsert} stream = excluded.stream, size = excluded.size",
        [(r[0], r[5], len(r[4])) for r, _ in decoded],
    )
    db.executemany(
        f"INSERT INTO c VALUES (?, ?, ?) {upsert} name = excluded.name, score = excluded.score",
        [(r[0], event.TYPE, 0.5) for r, event in decoded],
    )
    db.execute("COMMIT")
    db.close()
    log.close()
    return time.perf_counter() - began


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory(prefix="albumen-replay-") as name:
        folder = Path(name)
        settings = Settings(data=folder, previews=folder / "previews")
        events = asyncio.run(write(settings.events_db))
        floors, seconds = [], []
        for _ in range(RUNS):
            gc.collect()
            floors.append(bare(settings.events_db, folder / "bare.db"))
            gc.collect()
            seconds.append(rebuild(settings).seconds)
    ratio = median([floor / own for floor, own in zip(floors, seconds, strict=True)])
    repeated = f"median of {RUNS}, alternating"
    return [
        Measure(
            what=f"replay {events:,} events into all views",
            value=median(seconds),
            unit="s",
            target=1.2,
            smaller_is_better=True,
            note=repeated,
        ),
        Measure(what="replay", value=events / median(seconds), unit="events/s", note=repeated),
        Measure(
            what="bare read + decode + upsert into three tables",
            value=events / median(floors),
            unit="events/s",
            note=repeated,
        ),
        Measure(what="replay against bare", value=ratio, unit="×", target=0.35, note=repeated),
    ]
