"""The library as users experience it: 12-megapixel photos from an empty library to the last verdict, and scans of
15,000 unchanged files, through the real gateway and all its services.

Baselines in the same run: a bare scaled decode in as many processes, a naive Keras script (which makes no previews),
and `find` plus reading one table.
"""

import contextlib
import itertools
import multiprocessing
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
from PIL import Image

from ops.bench.decode import decode, make
from ops.bench.measure import Measure, percentile, size
from ops.bench.served import caught_up, children, memory, resident, rested, served, until

LARGE: Final = size(384, 6)
DIFFERENT: Final = size(24, 3)
"""Generated images. The others are copies with extra bytes at the end, which makes each a photo of its own."""
SMALL: Final = size(15_000, 40)
RESCANS: Final = size(5, 1)
NAIVE: Final = """
import os, sys, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from ops.bench.network import SPEC, plain_keras
model = plain_keras(SPEC)
side = SPEC.input_size
began = time.perf_counter()
photos = keras.utils.image_dataset_from_directory(
    sys.argv[1], labels=None, image_size=(side, side), batch_size=32, shuffle=False, verbose=False)
model.predict((photos.map(lambda x: (x - 127) / 128)), verbose=0)
print(time.perf_counter() - began)
"""


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return [*_cold(folder), *_again(folder)]


def _cold(folder: Path) -> list[Measure]:
    photos = folder / "large"
    photos.mkdir()
    for number in range(DIFFERENT):
        make(photos / f"{number}.jpg", number)
    for number in range(DIFFERENT, LARGE):
        content = (photos / f"{number % DIFFERENT}.jpg").read_bytes()
        (photos / f"{number}.jpg").write_bytes(content + number.to_bytes(4))
    files = [str(path) for path in sorted(photos.glob("*.jpg"))]
    with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        pool.map(decode, files[:4])
        began = time.perf_counter()
        pool.map(decode, files, 1)
        bare = LARGE / (time.perf_counter() - began)
    scan_s, _ = _first(photos, folder / "data-scan", False)
    all_s, workers = _first(photos, folder / "data-all", True)
    naive_s = float(
        subprocess.run(
            [sys.executable, "-c", NAIVE, str(photos)], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
    )
    note = f"{LARGE} JPEGs of 12 MP, from the command to the read tables; including the start of the workers"
    return [
        Measure(what="cold scan", value=LARGE / scan_s, unit="files/s", note=note),
        Measure(
            what="cold scan / bare decode",
            value=LARGE / scan_s / bare,
            unit="×",
            target=0.75,
            note=f"bare scaled decode (1/8) in the same run: {bare:.0f} files/s",
        ),
        Measure(
            what="scanned and classified", value=LARGE / all_s, unit="photos/s", note="from an empty library"
        ),
        Measure(
            what="scanned and classified / naive Keras",
            value=naive_s / all_s,
            unit="×",
            target=2.5,
            note=f"image_dataset_from_directory + predict, without previews: {LARGE / naive_s:.0f} photos/s",
        ),
        Measure(
            what="worker that reads photos",
            value=workers,
            unit="MB",
            target=150,
            smaller_is_better=True,
            note="RSS, maximum while scanning",
        ),
    ]


def _first(photos: Path, data: Path, classify: bool) -> tuple[float, float]:
    """(Seconds from the command until all photos, with their verdicts if `classify`, are in the read tables; MB of the
    largest worker). Gateway and classifier are running already."""
    root = data.with_name(f"{data.name}-root")
    root.mkdir()
    largest = 0.0
    with served(root, data, classify=classify) as (process, _, client, _):
        if classify:
            rested(client)
        photos.rename(root / "photos")
        began = time.perf_counter()
        client.post("/commands/scan", json={})

        def done() -> bool:
            nonlocal largest
            largest = max(largest, _worker(process.pid))
            if classify:
                return any(model["active"] and model["classified"] == LARGE for model in _models(client))
            return bool(client.get("/api/images?limit=1").json()["total"] == LARGE)

        until(done, every=0.2)
        seconds = time.perf_counter() - began
    (root / "photos").rename(photos)
    return seconds, largest


def _models(client: httpx.Client) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = client.get("/api/models").json()
    return models


def _worker(gateway: int) -> float:
    """MB of the gateway's largest worker, its decoder included."""
    largest = 0.0
    for pid, arguments in children(gateway):
        if any("gateway.workers.worker" in argument for argument in arguments):
            with contextlib.suppress(OSError, StopIteration):  # it has exited meanwhile
                both = [pid, *(decoder for decoder, _ in children(pid))]
                largest = max(largest, sum(map(resident, both)))
    return largest


def _again(folder: Path) -> list[Measure]:
    photos, data = folder / "small", folder / "data-small"
    _small(photos)
    with served(photos, data, wait=False) as (process, _, client, _):
        began = time.perf_counter()
        with polling(client) as times:
            until(lambda: client.get("/api/images?limit=1").json()["total"] == SMALL, every=0.25)
        cold_s = time.perf_counter() - began
        caught_up(client)
        rescans = [_rescan(client) for _ in range(RESCANS)]
        in_memory = memory(process.pid)
    floors = [_floor(photos, data) for _ in range(RESCANS)]
    return [
        Measure(
            what=f"first scan of {SMALL:,} small files",
            value=SMALL / cold_s,
            unit="files/s",
            note=f"64 × 48 pixels; {cold_s:.0f} s",
        ),
        Measure(
            what="timeline meanwhile: p95",
            value=percentile(times, 95) * 1000,
            unit="ms",
            target=80,
            smaller_is_better=True,
            note=f"p50 {median(times) * 1000:.1f}, {len(times)} requests",
        ),
        Measure(
            what=f"scan of {SMALL:,} unchanged files",
            value=median(rescans),
            unit="s",
            target=1.5,
            smaller_is_better=True,
            note=f"from the command until the read tables show its end; median of {RESCANS}",
        ),
        Measure(
            what="the same / find + one table",
            value=median(rescans) / median(floors),
            unit="×",
            target=1.5,
            smaller_is_better=True,
            note=f"find -printf and reading the file table: {median(floors):.3f} s",
        ),
        Measure(what="gateway after these scans", value=in_memory["gateway"], unit="MB", note="RSS"),
    ]


def _small(photos: Path) -> None:
    chance = random.Random(0)  # noqa: S311  images, not secrets
    base = Image.effect_noise((64, 48), 60).convert("RGB")
    for number in range(SMALL):
        path = photos / f"{number // 250:02}" / f"IMG_{number:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        base.putpixel((number % 64, number // 64 % 48), (chance.randrange(256), number % 256, number // 256))
        base.save(path, "JPEG", comment=f"{number}".encode())


@contextlib.contextmanager
def polling(client: httpx.Client, paths: Sequence[str] = ("/",)) -> Iterator[list[float]]:
    """Response times of pages, requested over and over from a thread, one after the other: at least one."""
    times: list[float] = []
    stop = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as other:
            for path in itertools.cycle(paths):
                if stop.wait(0.02) and times:
                    break
                began = time.perf_counter()
                other.get(path, headers={"Accept": "text/html"})
                times.append(time.perf_counter() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield times
    finally:
        stop.set()
        thread.join()


def _rescan(client: httpx.Client) -> float:
    began = time.perf_counter()
    status_url = client.post("/commands/scan", json={}).json()["status_url"]
    until(lambda: client.get(status_url).json()["status"] == "done", every=0.01)
    return time.perf_counter() - began


def _floor(photos: Path, data: Path) -> float:
    began = time.perf_counter()
    find = ["/usr/bin/find", str(photos), "-printf", "%p %s %T@\\n"]
    subprocess.run(find, stdout=subprocess.PIPE, check=True)
    views = data / "views" / (data / "views" / "current").read_text().strip()
    with contextlib.closing(sqlite3.connect(views)) as db:
        rows = db.execute("SELECT root, folder, name, image_id, size, mtime_ns FROM file").fetchall()
        assert len(rows) == SMALL
    return time.perf_counter() - began
