"""Scanning 12-megapixel JPEGs in the worker processes, against a bare scaled decode in as many processes."""

import asyncio
import io
import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np
from PIL import Image

from ops.bench.measure import Measure, size
from ops.bench.paired import median_ratio
from services.gateway.reading.photo import Photo
from services.gateway.workers.pool import WorkerPool

FILES: Final = size(48, 4)
ROUNDS: Final = size(5, 1)
PIXELS: Final = size((4000, 3000), (400, 300))
"""Width and height of a photo."""


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = [make(folder / f"{number}.jpg", number) for number in range(FILES)]
        ours, theirs = asyncio.run(_rounds(folder))
    cores = len(os.sched_getaffinity(0))
    each = sum(sizes) / FILES / 1e6
    note = f"{FILES} files of 12 MP, {each:.1f} MB each, {cores} processes; {ROUNDS} rounds, alternating"
    return [
        Measure(what="scan: hash, dates, preview", value=median(ours), unit="files/s", note=note),
        Measure(what="bare scaled decode (1/8)", value=median(theirs), unit="files/s"),
        Measure(
            what="scan / bare decode", value=median_ratio(ours, theirs), unit="×", target=0.75, note=note
        ),
    ]


def make(path: Path, seed: int, pixels: tuple[int, int] = PIXELS) -> int:
    """Write a synthetic photo (smooth background with sensor noise) and return its size in bytes. `pixels`: width and
    height."""
    chance = np.random.default_rng(seed)
    ground = Image.fromarray(chance.integers(0, 256, (12, 16, 3), np.uint8)).resize(
        pixels, Image.Resampling.BICUBIC
    )
    width, height = pixels
    grain = np.repeat(chance.normal(0, 5, (height, width, 1)).astype(np.float32), 3, 2)
    content = io.BytesIO()
    Image.fromarray(np.clip(np.asarray(ground) + grain, 0, 255).astype(np.uint8)).save(
        content, "JPEG", quality=80
    )
    path.write_bytes(content.getvalue())
    return len(content.getvalue())


async def _rounds(folder: Path) -> tuple[list[float], list[float]]:
    ours, theirs = [], []
    with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as bare:
        bare.map(decode, [str(folder / "0.jpg")] * 4)
        for number in range(ROUNDS):
            pool = WorkerPool(folder / f"previews{number}")
            await asyncio.gather(*(pool.read(folder, "0.jpg") for _ in range(pool.workers)))
            began = time.perf_counter()
            photos = await asyncio.gather(*(pool.read(folder, f"{file}.jpg") for file in range(FILES)))
            ours.append(FILES / (time.perf_counter() - began))
            assert all(isinstance(photo, Photo) for photo in photos)
            await pool.close()
            began = time.perf_counter()
            await asyncio.to_thread(bare.map, decode, [str(folder / f"{n}.jpg") for n in range(FILES)], 1)
            theirs.append(FILES / (time.perf_counter() - began))
    return ours, theirs


def decode(path: str) -> None:
    with Image.open(path) as picture:
        picture.draft("RGB", (picture.width // 8, picture.height // 8))
        picture.load()
