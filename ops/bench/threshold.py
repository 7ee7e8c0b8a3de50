"""How fast the slider of a category answers what another threshold would change, with 100,000 photos that all have a
score there: the worst case. Asked over HTTP, as if the read tables had changed since the last question, so that
nothing is remembered.
"""

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from ops.bench.measure import Measure, percentile
from ops.bench.pages import _id, fill, server

PHOTOS: Final = 100_000
VALUES: Final = (0.1, 0.3, 0.34, 0.36, 0.4, 0.6, 0.9, 1.0)
"""Thresholds that are asked about; the one of now is 0.35."""
TIMES: Final = 8
TARGET_MS: Final = 200.0


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as folder:
        views = Path(folder) / "views"
        fill(views, PHOTOS)
        db = sqlite3.connect(views / "views.db", isolation_level=None)
        db.execute("BEGIN")
        db.executemany(
            "INSERT OR REPLACE INTO label VALUES (?, 'lite0', 'c0', ?)",
            ((_id(n), 0.1 + n * 0.618034 % 1 * 0.9) for n in range(PHOTOS)),
        )
        db.execute("COMMIT")
        times: dict[float, list[float]] = {value: [] for value in VALUES}
        with server(Path(folder)) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            for _ in range(TIMES):
                for value in VALUES:
                    db.execute("UPDATE checkpoint SET position = position + 1")
                    began = time.perf_counter()
                    client.get("/categories/c0/threshold", params={"value": value}).raise_for_status()
                    times[value].append((time.perf_counter() - began) * 1000)
        db.close()
    every = [one for some in times.values() for one in some]
    worst = max(VALUES, key=lambda value: percentile(times[value], 50))
    note = f"p50 {percentile(every, 50):.0f}; slowest to {worst}, p50 {percentile(times[worst], 50):.0f}"
    return [
        Measure(
            what=f"another threshold, {PHOTOS:,} photos: p95",
            value=percentile(every, 95),
            unit="ms",
            target=TARGET_MS,
            smaller_is_better=True,
            note=f"{note}; {len(every)} questions",
        )
    ]


if __name__ == "__main__":
    for one in measure():
        print(f"{one.what:50} {one.value:8.2f} {one.unit}  {one.note}")
