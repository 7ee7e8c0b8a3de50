"""End to end with 15,000 photos: start-up, classification (job, previews, network, log, read tables), memory.

The previews are a few dozen images under 15,000 names: as much reading, decoding and computing as with distinct ones.
The bare network is measured in the same run, before and after.
"""

import asyncio
import io
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

import httpx
import numpy as np
from PIL import Image

from ops.bench.measure import Measure, size
from ops.bench.paired import Contestant
from ops.bench.photos import Entry, append
from ops.bench.served import memory, served, until
from services.domain.files.events import FileAdded, ImageImported
from services.kernel.paths import preview_path

PHOTOS: Final = size(15_000, 40)
PICTURES: Final = size(64, 4)
STARTS: Final = size(5, 1)
NETWORK_S: Final = size(6.0, 0.2)
BATCH: Final = size(32, 2)


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        empty = Path(name) / "photos"
        empty.mkdir()
        fill(data, PHOTOS)
        with served(empty, data):
            pass  # makes the read tables
        starts = []
        for _ in range(STARTS):
            with served(empty, data) as (_, seconds, _, _):
                starts.append(seconds)
        network = Contestant("ops.bench.network", "ours", str(BATCH))
        bare = [network.run(NETWORK_S)]
        with served(empty, data) as (process, _, client, _):
            first = client.get("/api/images?limit=1").json()["items"][0]["id"]
            _classified(client, first)  # loads the network
            seconds = _classified(client)
            resident = memory(process.pid)
        bare.append(network.run(NETWORK_S))
        network.close()
    rate = PHOTOS / seconds
    share = rate / median(bare)
    small = {"smaller_is_better": True}
    pages = resident["gateway"] + resident["projector"]
    parts = f"RSS after the job: gateway {resident['gateway']:.0f}, projector {resident['projector']:.0f}"
    bare_note = f"bare, at batch {BATCH} in the same run: {median(bare):.0f} photos/s"
    return [
        Measure(
            what="start to first page",
            value=median(starts),
            unit="s",
            target=2.0,
            note=f"{STARTS} starts",
            **small,
        ),
        Measure(
            what="classify, end to end", value=rate, unit="photos/s", note=f"{PHOTOS} in {seconds:.0f} s"
        ),
        Measure(what="classify / bare network", value=share, unit="×", target=0.7, note=bare_note),
        Measure(what="gateway + projector", value=pages, unit="MB", target=250, note=parts, **small),
        Measure(
            what="inference",
            value=resident["inference"],
            unit="MB",
            target=1200,
            note="RSS after the job",
            **small,
        ),
    ]


def fill(data: Path, photos: int) -> None:
    """Write the log and the previews of a scanned library."""
    chance = np.random.default_rng(1)
    ids = [bytes(chance.integers(0, 256, 16, np.uint8)).hex() for _ in range(photos)]
    asyncio.run(append(data / "events.db", _scanned(ids)))
    sources = [_picture(number) for number in range(PICTURES)]
    for number, image_id in enumerate(ids):
        path = preview_path(data / "previews", image_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sources[number % PICTURES])


def _scanned(ids: list[str]) -> Iterator[Entry]:
    for number, image_id in enumerate(ids):
        imported = ImageImported(
            image_id=image_id, format="JPEG", size=2_000_000, width=4000, height=3000, colour="#808080",
            taken_at=f"20{number % 24:02}-{number % 12 + 1:02}-{number % 28 + 1:02}T10:{number % 60:02}:00",
            taken_at_source="exif",
        )  # fmt: skip
        added = FileAdded(
            image_id=image_id, root="/gone", path=f"{number}.jpg", size=2_000_000, mtime_ns=number
        )
        yield f"image-{image_id}", imported
        yield f"image-{image_id}", added


def _picture(seed: int) -> bytes:
    """A 512-pixel preview of 47 kB, the average of real photos: a smooth background with some noise."""
    chance = np.random.default_rng(seed)
    ground = Image.fromarray(chance.integers(0, 256, (6, 8, 3), np.uint8)).resize(
        (512, 384), Image.Resampling.BICUBIC
    )
    grain = chance.normal(0, 4, (384, 512, 3))
    content = io.BytesIO()
    picture = Image.fromarray(np.clip(np.asarray(ground) + grain, 0, 255).astype(np.uint8))
    picture.save(content, "JPEG", quality=90, subsampling=0)
    return content.getvalue()


def _classified(client: httpx.Client, *ids: str) -> float:
    """Seconds from the command until the read tables show the results of these photos, or else of all."""
    began = time.perf_counter()
    status_url = client.post("/commands/classify", json={"images": ids or "all"}).json()["status_url"]
    until(lambda: client.get(status_url).json()["status"] == "done", every=0.5)
    return time.perf_counter() - began
