"""A million photos against 15,000, both spread over ten years: each page's p95 as it is answered while nothing changes,
for one client; the replay's speed and memory; and how much memory the gateway takes."""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

from ops.bench import photos
from ops.bench.measure import Measure, percentile, size
from ops.bench.pages import load
from ops.bench.served import peak, resident, served
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild

FEW: Final = size(15_000, 100)
MANY: Final = size(1_000_000, 300)
SECONDS: Final = size(2.0, 0.1)
PAGES: Final = (
    *(
        "/",
        "/search?q=trip",
        "/search?q=dog",
        "/categories",
        "/categories/g0",
        "/albums",
        "/albums/a3",
        "/people",
    ),
    *("/places", "/months", "/folders", "/duplicates", "/models", "/jobs", "/history", "/settings", "/bin"),
    f"/images/{photos.image_id(FEW // 2)}",
)


class Figures(NamedTuple):
    events_per_s: float
    """Replayed."""
    replay_mb: float
    """At most."""
    pages: Mapping[str, list[float]]
    """Path -> milliseconds of each answer."""
    gateway_mb: float
    """After all of these."""


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        few, many = (_figures(Path(folder, str(count)), count) for count in (FEW, MANY))
    both = f"{MANY:,} / {FEW:,}"
    rows = []
    for path, times in many.pages.items():
        now, then = percentile(times, 95), percentile(few.pages[path], 95)
        rows.append(
            Measure(
                what=f"{path}: p95, {both}",
                value=now / then,
                unit="×",
                target=1.3,
                smaller_is_better=True,
                note=f"{now:.1f} / {then:.1f} ms",
            )
        )
    return [
        *rows,
        Measure(
            what=f"replay, {both}",
            value=many.events_per_s / few.events_per_s,
            unit="×",
            target=0.9,
            note=f"{many.events_per_s:,.0f} / {few.events_per_s:,.0f} events/s, "
            f"at most {many.replay_mb:.0f} / {few.replay_mb:.0f} MB",
        ),
        Measure(
            what=f"gateway, {MANY:,}",
            value=many.gateway_mb,
            unit="MB",
            target=500.0,
            smaller_is_better=True,
            note=f"{few.gateway_mb:.0f} MB with {FEW:,}",
        ),
    ]


def _figures(folder: Path, count: int) -> Figures:
    empty, data = folder / "photos", folder / "data"
    empty.mkdir(parents=True)
    asyncio.run(photos.append(data / "events.db", photos.library(count)))
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        events_per_s, replay_mb = process.submit(_replayed, data).result()
    with served(empty, data) as album:
        pages = {path: load(album.port, path, 1, SECONDS, anew=False) for path in PAGES}
        return Figures(events_per_s, replay_mb, pages, resident(album.process.pid))


def _replayed(data: Path) -> tuple[float, float]:
    """Events per second, and MB at most."""
    began = time.perf_counter()
    events = rebuild(Settings(data=data, previews=data / "previews")).events
    return events / (time.perf_counter() - began), peak()
