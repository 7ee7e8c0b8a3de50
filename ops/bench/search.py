"""Latency of searches in 100,000 photos: completion at each key press, then the first page and the facets, each for a
query that the server has not cached.

Result sizes: a few (part of a file name, 10 photos), some (a camera model, 2,500), many (a word in most folder names).
"""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import httpx

from ops.bench.measure import Measure, percentile, size
from ops.bench.pages import opened

COUNT: Final = size(100_000, 200)
ROUNDS: Final = size(8, 1)
TYPED: Final = (
    *("cat", "category 1", "category:cat", "alb", "nok"),
    *("camera:m1", "-is:h", "trip", "folder:trip", "x"),
)
SEARCHES: Final = {
    "few": ("IMG_0{0}12", "name:0{0}345", "year:2016 month:june 0{0}1"),
    "some": ("camera:m{0} year:2016..", "m1{0}", 'category:"Category 1{0}"', 'album:"Album {0}" -nokia'),
    "many": ("trip -m{0}", "img -m1{0}", "nokia -m2{0}", "-category:c{0}"),
}


def timed(client: httpx.Client, path: str, searches: Iterable[str]) -> list[float]:
    """Milliseconds of each response."""
    times = []
    for q in searches:
        began = time.perf_counter()
        client.get(path, params={"q": q}).raise_for_status()
        times.append((time.perf_counter() - began) * 1000)
    return times


def measure() -> list[Measure]:
    measures: list[Measure] = []

    def add(what: str, times: list[float], target: float | None = None) -> None:
        note = f"p50 {percentile(times, 50):.1f}, {len(times)} answers"
        value = percentile(times, 95)
        measures.append(
            Measure(what=what, value=value, unit="ms", target=target, smaller_is_better=True, note=note)
        )

    with tempfile.TemporaryDirectory() as folder, opened(Path(folder), COUNT) as album:
        client = album.client
        add("first completion, cold cache", timed(client, "/search/complete", ["do"]))
        keys = [q[:end] for q in TYPED for end in range(1, len(q) + 1)]
        add("completion, each key: p95", timed(client, "/search/complete", keys * 2), 30.0)
        for amount, patterns in SEARCHES.items():
            searches = [pattern.format(n) for n in range(1, ROUNDS + 1) for pattern in patterns]
            add(f"first page, {amount} found: p95", timed(client, "/search", searches), 30.0)
            add(f"facets, {amount} found: p95", timed(client, "/search/facets", searches))
            add(f"first page again, {amount} found: p95", timed(client, "/search", searches[-8:]), 30.0)
    return measures
