"""The pages while a scan has to do with what somebody put into the photo folder to keep it busy.

Measured are how long the gateway's event loop did nothing else (`steps.py`), which a busy machine does not change, and
the longest answers to somebody who asks for pages all the time, against those of the same gateway at rest.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from ops.bench.library import polling
from ops.bench.measure import Measure, percentile, size
from ops.bench.served import served
from ops.bench.steps import longest, stops

FILES: Final = size(50_000, 500)
SECONDS: Final = size(20.0, 1.0)
"""For each folder; what isn't done by then is stopped, as with Ctrl-C."""
PAGES: Final = ("/", "/jobs", "/categories")
_LONGEST: Final = 100_000
"""Bytes of an ignore file that are read."""


def measure() -> list[Measure]:
    return [one for name, fill in FOLDERS.items() for one in _measured(name, fill)]


def _measured(name: str, fill: Callable[[Path], None]) -> list[Measure]:
    with tempfile.TemporaryDirectory() as temporary:
        root, photos = Path(temporary) / "root", Path(temporary) / "photos"
        root.mkdir()
        photos.mkdir()
        fill(photos)
        report = Path(temporary) / "stops"
        with served(root, Path(temporary) / "data", stops=report) as (_, _, client, _):
            with polling(client, PAGES) as calm:
                time.sleep(SECONDS / 4)
            photos.rename(root / "photos")
            since = time.monotonic()
            with polling(client, PAGES) as times:
                url = client.post("/commands/scan", json={}).json()["status_url"]
                seconds = _until_done(client, url)
            stop, spent = longest(stops(report, since))
            began = time.perf_counter()
        ended = time.perf_counter() - began
    note = (
        f"p95 {percentile(times, 95) * 1000:.0f} in {seconds:.0f} s; at rest at most {max(calm) * 1000:.0f}"
    )
    return [
        Measure(
            what=f"longest stop of the event loop, {name}",
            value=stop,
            unit="ms",
            target=50,
            smaller_is_better=True,
            note=spent,
        ),
        Measure(
            what=f"longest answer, {name}",
            value=max(times) * 1000,
            unit="ms",
            target=100,
            smaller_is_better=True,
            note=note,
        ),
        Measure(what="end of the program meanwhile", value=ended, unit="s", target=5, smaller_is_better=True),
    ]


def _until_done(client: httpx.Client, status_url: str) -> float:
    """Seconds, SECONDS at most."""
    began = time.perf_counter()
    while (seconds := time.perf_counter() - began) < SECONDS:
        if client.get(status_url).json()["status"] in ("done", "failed"):
            break
        time.sleep(0.2)
    return seconds


def _names(folder: Path) -> None:
    for number in range(FILES):
        (folder / f"IMG_{number:05}.jpg").touch()


def _bytes(folder: Path) -> None:
    for number in range(FILES):
        name = b"%05d" % number + b"\xff\xfe\xe9" * 80
        (folder / os.fsdecode(name + b".jpg")).touch()


def _rules(folder: Path) -> None:
    lines = "\n".join(f"a*{number:04}*" for number in range(10_000))
    (folder / ".albumenignore").write_text(lines[:_LONGEST])
    for number in range(FILES * 2 // 5):
        (folder / f"{number:05}{'a' * 45}.jpg").touch()


def _pipes(folder: Path) -> None:
    os.mkfifo(folder / ".albumenignore")
    for number in range(FILES // 100):
        os.mkfifo(folder / f"{number}.jpg")
        (folder / f"{number}").symlink_to(folder)


FOLDERS: Final[dict[str, Callable[[Path], None]]] = {
    f"a folder of {FILES:,} photos": _names,
    "names of 250 bytes that are no text": _bytes,
    "10,000 lines of an ignore file": _rules,
    "pipes, and links in a circle": _pipes,
}
