"""The album as it was: read tables up to a log position, `past-<digest>-<position>.db`, beside the current ones.

Requested by the command `LookBack`. Pages wait for the file, so it appears only once complete. A failed build
(interrupted, disk full) loses nothing: whoever is still waiting asks again.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Final

import structlog

from services.domain.history.looking_back import LookBack
from services.kernel.clock import now_us
from services.kernel.log.codec import BrokenEvent, UnknownEvent, decode_command
from services.kernel.log.sqlite import open_reader
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import Interrupted, LogUnreadable, NoLog
from services.projector.rebuild import load
from services.projector.source import Row, Source

log = structlog.get_logger(__name__)

KEPT: Final = 3
FRESH_US: Final = 600_000_000
"""Older requests are ignored: whoever was waiting has asked again."""
_NAME: Final = re.compile(r"past-([0-9a-f]+)-(\d+)\.db")
_CHECKPOINT: Final = """SELECT position, event_id FROM checkpoint JOIN checkpoint_event USING (name)
  WHERE name = 'views'"""


class Past:
    """Builds in its own thread so that current events don't wait for it."""

    def __init__(self, settings: Settings, interrupted: Callable[[], bool]) -> None:
        self._settings, self._interrupted = settings, interrupted
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="past")

    def ask(self, rows: Iterable[Row]) -> None:
        """Build what new rows of the log request; only the newest few."""
        for position in asked(rows, now_us()):
            self._thread.submit(self._look_back, position)

    def close(self) -> None:
        """Returns quickly once `interrupted` returns True."""
        self._thread.shutdown(cancel_futures=True)

    def _look_back(self, position: int) -> None:
        try:
            look_back(self._settings, position, self._interrupted)
        except Interrupted:
            return
        except (OSError, sqlite3.Error, NoLog, LogUnreadable):
            log.exception("the album as it was can't be built", position=position)


def asked(rows: Iterable[Row], now: int) -> list[int]:
    """Pure: the positions requested by recent commands among rows of the log, oldest first, `KEPT` at most."""
    positions: dict[int, None] = {}
    for row in rows:
        if row[1] == "C" and row[2] == LookBack.TYPE and now - row[6] < FRESH_US:
            try:
                command = decode_command(row[2], row[4])
            except (UnknownEvent, BrokenEvent):
                continue
            if isinstance(command, LookBack):
                positions.pop(command.position, None)
                positions[command.position] = None
    return list(positions)[-KEPT:]


def look_back(
    settings: Settings, position: int, interrupted: Callable[[], bool] = lambda: False
) -> Path | None:
    """The file, built if missing; None when the log ends earlier. Concurrent calls build it once.

    Raises NoLog, LogUnreadable, Interrupted, OSError, sqlite3.Error.
    """
    lock = settings.run / "past.lock"
    with closing(Source(settings.events_db)) as source, generation.lock(lock, interrupted):
        if position > source.head():
            return None
        path = settings.views / f"past-{generation.digest()}-{position}.db"
        if not _fits(path, position, source.event_id(position)):
            _build(path, source, position, interrupted)
        path.touch()
        _tidy(settings.views)
        return path


def _build(path: Path, source: Source, position: int, interrupted: Callable[[], bool]) -> None:
    began = time.monotonic()
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in path.parent.glob("past-*.part*"):  # from a killed build
        leftover.unlink(missing_ok=True)
    part = path.with_name(f"{path.name}.part")
    load(part, source, None, interrupted, until=position)
    part.replace(path)
    log.info("looked back", position=position, seconds=round(time.monotonic() - began, 3), file=path.name)


def _fits(path: Path, position: int, event_id: bytes) -> bool:
    """Whether it is complete and was built from this very log."""
    try:
        with closing(open_reader(path)) as db:
            return bool(db.execute(_CHECKPOINT).fetchone() == (position, event_id))
    except sqlite3.Error:
        return False


def _tidy(folder: Path) -> None:
    """Keep only the newest few built by this version of the program."""
    mine: list[Path] = []
    for path in folder.glob("past-*.db"):
        if (match := _NAME.fullmatch(path.name)) and match[1] == generation.digest():
            mine.append(path)
        else:
            path.unlink(missing_ok=True)
    for path in sorted(mine, key=lambda one: one.stat().st_mtime_ns)[:-KEPT]:
        path.unlink(missing_ok=True)
