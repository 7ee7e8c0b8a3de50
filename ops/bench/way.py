"""The whole way on a library of 15,000 photos: start-up, classify (job, previews, network, log, read tables), memory.

Previews are a few dozen pictures under 15,000 names: what is read, decoded and computed is as much as with as many
pictures. The bare network is measured in the same run, before and after.
"""

import asyncio
import io
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

import httpx
import numpy as np
from PIL import Image

from ops.bench.measure import Measure
from ops.bench.paired import Contestant
from services.domain.files.events import FileAdded, ImageImported
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.ids import new_id
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.paths import preview_path

PHOTOS: Final = 15_000
PICTURES: Final = 64
STARTS: Final = 5
NETWORK_S: Final = 6.0
PATIENCE_S: Final = 1200.0


def measure() -> list[Measure]:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name) / "data"
        empty = Path(name) / "photos"
        empty.mkdir()
        asyncio.run(_fill(data))
        with _served(empty, data):
            pass  # makes the read tables
        starts = []
        for _ in range(STARTS):
            with _served(empty, data) as (_, seconds, _, _):
                starts.append(seconds)
        network = Contestant("ops.bench.network", "ours", "32")
        bare = [network.run(NETWORK_S)]
        with _served(empty, data) as (process, _, client, _):
            _until(lambda: any(model["device"] for model in client.get("/api/models").json()))
            seconds = _classified(client)
            memory = _memory(process.pid)
        bare.append(network.run(NETWORK_S))
        network.close()
    rate = PHOTOS / seconds
    share = rate / median(bare)
    small = {"smaller_is_better": True}
    pages = memory["gateway"] + memory["projector"]
    parts = f"RSS after the job: gateway {memory['gateway']:.0f}, projector {memory['projector']:.0f}"
    bare_note = f"bare, at batch 32 in the same run: {median(bare):.0f} photos/s"
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
            what="classify, the whole way", value=rate, unit="photos/s", note=f"{PHOTOS} in {seconds:.0f} s"
        ),
        Measure(what="classify / bare network", value=share, unit="×", target=0.7, note=bare_note),
        Measure(what="gateway + projector", value=pages, unit="MB", target=250, note=parts, **small),
        Measure(
            what="inference",
            value=memory["inference"],
            unit="MB",
            target=1200,
            note="RSS after the job",
            **small,
        ),
    ]


async def _fill(data: Path) -> None:
    """The log of a library that was scanned, and its previews."""
    log = await SqliteLog.open(data / "events.db")
    chance = np.random.default_rng(1)
    ids = [bytes(chance.integers(0, 256, 16, np.uint8)).hex() for _ in range(PHOTOS)]
    records: list[Record] = []
    for number, image_id in enumerate(ids):
        records += _found(number, image_id)
        if len(records) >= 4000:
            await log.append(records)
            records = []
    await log.append(records)
    await log.close()
    sources = [_picture(number) for number in range(PICTURES)]
    for number, image_id in enumerate(ids):
        path = preview_path(data / "previews", image_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sources[number % PICTURES])


def _found(number: int, image_id: str) -> list[Record]:
    imported = ImageImported(
        image_id=image_id, format="JPEG", size=2_000_000, width=4000, height=3000, colour="#808080",
        taken_at=f"20{number % 24:02}-{number % 12 + 1:02}-{number % 28 + 1:02}T10:{number % 60:02}:00",
        taken_at_source="exif",
    )  # fmt: skip
    added = FileAdded(image_id=image_id, root="/gone", path=f"{number}.jpg", size=2_000_000, mtime_ns=number)
    return [
        record_event(event, event_id=new_id(), stream=f"image-{image_id}", correlation_id=new_id())
        for event in (imported, added)
    ]


def _picture(seed: int) -> bytes:
    """A 512-pixel preview of 47 kB, the mean of real photos: smooth ground and some grain."""
    chance = np.random.default_rng(seed)
    ground = Image.fromarray(chance.integers(0, 256, (6, 8, 3), np.uint8)).resize(
        (512, 384), Image.Resampling.BICUBIC
    )
    grain = chance.normal(0, 4, (384, 512, 3))
    content = io.BytesIO()
    picture = Image.fromarray(np.clip(np.asarray(ground) + grain, 0, 255).astype(np.uint8))
    picture.save(content, "JPEG", quality=90, subsampling=0)
    return content.getvalue()


@contextmanager
def _served(
    photos: Path, data: Path, wait: bool = True, classify: bool = False
) -> Iterator[tuple[subprocess.Popen[str], float, httpx.Client, str]]:
    """`albumen up`: the process, seconds to the first page, a client, the address. `wait`: until the read tables
    know all of the log."""
    began = time.perf_counter()
    arguments = ["up", str(photos), "--data", str(data), "--port", "0", "--no-browser"]
    arguments += [] if classify else ["--no-classify"]
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    url = process.stdout.readline().removeprefix("Albumen: ").strip()
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            assert client.get("/", headers={"Accept": "text/html"}).status_code == 200
            seconds = time.perf_counter() - began
            if wait:
                _until(lambda: client.get("/readyz").json()["views"]["lag"] == 0)
            yield process, seconds, client, url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _until(check: Any, every: float = 0.05) -> None:
    limit = time.perf_counter() + PATIENCE_S
    while not check():
        if time.perf_counter() > limit:
            raise TimeoutError
        time.sleep(every)


def _classified(client: httpx.Client) -> float:
    """Seconds from the command to its end, when the read tables hold all of it."""
    began = time.perf_counter()
    status_url = client.post("/commands/classify", json={"images": "all"}).json()["status_url"]
    _until(lambda: client.get(status_url).json()["status"] == "done", every=0.5)
    return time.perf_counter() - began


def _memory(gateway: int) -> dict[str, float]:
    """MB of each process that is resident now."""
    found = {"gateway": _resident(gateway)}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                name = (entry / "cmdline").read_text().rstrip("\0").rpartition("\0")[2]
            except OSError:
                continue
            if parent == gateway:
                found[name] = _resident(int(entry.name))
    return found


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
