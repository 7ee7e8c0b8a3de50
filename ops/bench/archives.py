"""Scanning photos inside a zip, and inside a `.tgz`, against the same in a folder: walk, hash, dates, preview."""

import asyncio
import io
import shutil
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path
from statistics import median
from typing import Final

from ops.bench.decode import make
from ops.bench.measure import Measure, size
from ops.bench.paired import median_ratio
from services.gateway.archives.shelf import Shelf
from services.gateway.listing.archives import Archives
from services.gateway.listing.walk import Folder, walk
from services.gateway.reading.photo import Photo
from services.gateway.workers.pool import WorkerPool

FILES: Final = size(10_000, 8)
ROUNDS: Final = size(3, 1)
PIXELS: Final = (800, 600)
"""Small ones, so that what an archive costs isn't hidden by decoding."""
KINDS: Final = ("folder", "zip", "tgz")


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _make(folder)
        rates, again = asyncio.run(_rounds(folder))
    note = f"{FILES} files of {PIXELS[0]} × {PIXELS[1]}; {ROUNDS} rounds, alternating"
    ratios = [
        Measure(
            what=f"scan of a {kind} / of the folder",
            value=median_ratio(rates[kind], rates["folder"]),
            unit="×",
            target=0.9 if kind == "zip" else None,
            note=note,
        )
        for kind in KINDS[1:]
    ]
    listed = [
        Measure(what=f"walk of an unchanged {kind}", value=1000 * median(again[kind]), unit="ms", note=note)
        for kind in KINDS
    ]
    return [
        Measure(what="scan of the folder", value=median(rates["folder"]), unit="files/s"),
        *ratios,
        *listed,
    ]


def _make(folder: Path) -> None:
    one = folder / "one.jpg"
    make(one, 1, PIXELS)
    jpeg = one.read_bytes()
    for kind in KINDS:
        (folder / kind).mkdir()
    with (
        zipfile.ZipFile(folder / "zip" / "photos.zip", "w") as zipped,
        tarfile.open(folder / "tgz" / "photos.tgz", "w:gz", compresslevel=1) as tarred,
    ):
        for number in range(FILES):
            name, content = f"{number % 50}/{number}.jpg", jpeg + number.to_bytes(4)
            path = folder / "folder" / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            zipped.writestr(name, content)
            row = tarfile.TarInfo(name)
            row.size = len(content)
            tarred.addfile(row, io.BytesIO(content))


async def _rounds(folder: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Files per second, and seconds to walk what is known, of each kind."""
    rates: dict[str, list[float]] = {kind: [] for kind in KINDS}
    again: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind in KINDS:
            previews = folder / "previews"
            pool = WorkerPool(previews)
            shelf = Shelf(previews)
            await pool.confinement()
            began = time.perf_counter()
            await _scanned(folder / kind, pool, await asyncio.to_thread(_paths, folder / kind, shelf))
            rates[kind].append(FILES / (time.perf_counter() - began))
            began = time.perf_counter()
            assert len(await asyncio.to_thread(_paths, folder / kind, shelf)) == FILES
            again[kind].append(time.perf_counter() - began)
            await pool.close()
            await asyncio.to_thread(shutil.rmtree, previews)
    return rates, again


def _paths(root: Path, shelf: Shelf) -> list[str]:
    steps = Archives(root, shelf).walked(walk(root))
    return [picture.path for step in steps if isinstance(step, Folder) for picture in step.pictures]


async def _scanned(root: Path, pool: WorkerPool, paths: list[str]) -> None:
    photos = await asyncio.gather(*(pool.read(root, path) for path in paths))
    assert all(isinstance(photo, Photo) for photo in photos)
