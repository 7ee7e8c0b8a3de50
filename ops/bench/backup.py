"""A backup, a restore and forgetting a photo, with the log of a library of 15,000 photos."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Final

from ops.bench.measure import Measure, median, size
from ops.bench.replay import PHOTOS, write
from services.cli.erasing import erase
from services.kernel.backup.making import make
from services.kernel.backup.restoring import restore
from services.kernel.log.rewriting import each
from services.kernel.settings import Settings
from services.projector.rebuild import rebuild

RUNS: Final = size(5, 1)


def measure() -> list[Measure]:
    backing_up: list[float] = []
    restoring: list[float] = []
    with tempfile.TemporaryDirectory(prefix="albumen-backup-") as name:
        folder = Path(name)
        settings = Settings(data=folder / "data", previews=folder / "previews")
        asyncio.run(write(settings.events_db))
        settings.backups.mkdir()
        for number in range(RUNS):
            began = time.perf_counter()
            backup = make(settings, settings.backups)
            backing_up.append(time.perf_counter() - began)
            new = Settings(data=folder / f"new-{number}", previews=folder / "previews")
            began = time.perf_counter()
            restore(new, settings.backups)
            rebuild(new)
            restoring.append(time.perf_counter() - began)
        image = next(row.stream for row in each(settings.events_db) if row.type == "image_imported")
        began = time.perf_counter()
        erase(settings, [image.removeprefix("image-")], lambda done: None)
        forgetting_s = time.perf_counter() - began
    note = f"{PHOTOS:,} photos; median of {RUNS}"
    return [
        Measure(
            what="backup, read back and checked",
            value=median(backing_up),
            unit="s",
            target=10,
            smaller_is_better=True,
            note=f"{backup.size / 1e6:.0f} MB; {note}",
        ),
        Measure(
            what="restore, until pages can be shown",
            value=median(restoring),
            unit="s",
            target=60,
            smaller_is_better=True,
            note=note,
        ),
        Measure(what="forget a photo", value=forgetting_s, unit="s", note=f"{PHOTOS:,} photos"),
    ]
