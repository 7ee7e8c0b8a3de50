"""Latency of a category's threshold slider, which previews its effect, with 100,000 photos that all have a score in the
category: the worst case. Requested over HTTP, each time after another change to the album, so that nothing is cached.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from ops.bench.measure import Measure, percentile, size
from ops.bench.pages import opened
from ops.bench.photos import LABELS
from ops.bench.served import caught_up

PHOTOS: Final = size(100_000, 200)
VALUES: Final = (0.1, 0.3, 0.34, 0.36, 0.4, 0.6, 0.9, 1.0)
"""Thresholds to preview."""
NOW: Final = 0.35
TIMES: Final = size(8, 1)
TARGET_MS: Final = 200.0


def graded(number: int) -> list[tuple[int, float]]:
    """Every photo has a different score in the first category."""
    return [(0, 0.1 + number * 0.618034 % 1 * 0.9), (1 + number % (len(LABELS) - 1), 0.8)]


def command(client: httpx.Client, name: str, **fields: object) -> None:
    """Give a command and wait until the read tables show its effect."""
    client.post(f"/commands/{name}", json=fields).raise_for_status()
    caught_up(client, every=0.01)


def measure() -> list[Measure]:
    times: dict[float, list[float]] = {value: [] for value in VALUES}
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), PHOTOS, graded) as album:
        client = album.client
        (category,) = [one["id"] for one in client.get("/api/categories").json() if one["name"] == LABELS[0]]
        command(client, "set-threshold", category_id=category, threshold=NOW)
        for turn in range(TIMES):
            for value in VALUES:
                command(client, "describe-album", album_id="a0", description=f"Turn {turn}, {value}.")
                began = time.perf_counter()
                client.get(f"/categories/{category}/threshold", params={"value": value}).raise_for_status()
                times[value].append((time.perf_counter() - began) * 1000)
    every = [one for some in times.values() for one in some]
    worst = max(VALUES, key=lambda value: percentile(times[value], 50))
    note = f"p50 {percentile(every, 50):.0f}; slowest to {worst}, p50 {percentile(times[worst], 50):.0f}"
    return [
        Measure(
            what=f"threshold preview, {PHOTOS:,} photos: p95",
            value=percentile(every, 95),
            unit="ms",
            target=TARGET_MS,
            smaller_is_better=True,
            note=f"{note}; {len(every)} requests",
        )
    ]
