"""The album as it was: read tables up to a position of the log, `past-<digest>-<position>.db`, beside those in use.

Asked for by the command `LookBack`. Pages wait for the file, so it appears when it is whole. Nothing is lost when it
is not built (stopped in the middle, no room on the disk): whoever still waits asks again.
"""

import re
import sqlite3
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import structlog

from services.domain.history.looking_back import LookBack
from services.kernel.clock import now_us
from services.kernel.log.codec import BrokenEvent, UnknownEvent, decode_command
from services.kernel.log.sqlite import open_reader
from services.kernel.settings import Settings
from services.projector import generation
from services.projector.errors import GapInLog, Interrupted, NoLog
from services.projector.rebuild import load
from services.projector.source import Row, Source

log = structlog.get_logger(__name__)

KEPT: Final = 3
FRESH_US: Final = 600_000_000
"""Older requests are history by now: whoever waited has asked again."""
_NAME: Final = re.compile(r"past-([0-9a-f]+)-(\d+)\.db")
_CHECKPOINT: Final = """SELECT position, event_id FROM checkpoint JOIN checkpoint_event USING (name)
  WHERE name = 'views'"""


class Past:
    """Builds in a thread of its own, so that the present does not wait for the past."""

    def __init__(self, settings: Settings, interrupted: Callable[[], bool]) -> None:
        self._settings, self._interrupted = settings, interrupted
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="past")

    def ask(self, rows: Iterable[Row]) -> None:
        """What new rows of the log ask for; of many the newest few."""
        for position in asked(rows, now_us()):
            self._thread.submit(self._built, position)

    def close(self) -> None:
        """Once `interrupted` says so it does not take long."""
        self._thread.shutdown(cancel_futures=True)

    def _built(self, position: int) -> None:
        try:
            look_back(self._settings, position, self._interrupted)
        except Interrupted:
            return
        except (OSError, sqlite3.Error, GapInLog, NoLog, UnknownEvent, BrokenEvent):
            log.exception("the album as it was can't be built", position=position)


def asked(rows: Iterable[Row], now: int) -> list[int]:
    """Pure: the positions that fresh commands among rows of the log ask for, oldest first, `KEPT` at most."""
    found: dict[int, None] = {}
    for row in rows:
        if row[1] == "C" and row[2] == LookBack.TYPE and now - row[6] < FRESH_US:
            command = decode_command(row[2], row[4])
            if isinstance(command, LookBack):
                found.pop(command.position, None)
                found[command.position] = None
    return list(found)[-KEPT:]


def look_back(
    settings: Settings, position: int, interrupted: Callable[[], bool] = lambda: False
) -> Path | None:
    """The file, built unless it is there; None when the log ends before. Two at once build it once.

    Raises NoLog, GapInLog, Interrupted, codec.UnknownEvent, codec.BrokenEvent, OSError, sqlite3.Error.
    """
    source = Source(settings.events_db)
    try:
        with generation.lock(settings.run / "past.lock", interrupted):
            if position > source.head():
                return None
            path = settings.views / f"past-{generation.digest()}-{position}.db"
            if not _fits(path, position, source.event_id(position)):
                _build(path, source, position, interrupted)
            path.touch()
            _tidy(settings.views)
            return path
    finally:
        source.close()


def _build(path: Path, source: Source, position: int, interrupted: Callable[[], bool]) -> None:
    began = time.monotonic()
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob("past-*.part*"):  # of a build that was killed
        left.unlink(missing_ok=True)
    part = path.with_name(f"{path.name}.part")
    load(part, source, None, interrupted, until=position)
    part.replace(path)
    log.info("looked back", position=position, seconds=round(time.monotonic() - began, 3), file=path.name)


def _fits(path: Path, position: int, event_id: bytes) -> bool:
    """It is whole and was made from this very log."""
    try:
        db = open_reader(path)
    except sqlite3.Error:
        return False
    try:
        return bool(db.execute(_CHECKPOINT).fetchone() == (position, event_id))
    except sqlite3.Error:
        return False
    finally:
        db.close()


def _tidy(folder: Path) -> None:
    """Only the newest few of this program's stay."""
    mine: list[Path] = []
    for path in folder.glob("past-*.db"):
        match = _NAME.fullmatch(path.name)
        if match and match[1] == generation.digest():
            mine.append(path)
        else:
            path.unlink(missing_ok=True)
    for path in sorted(mine, key=lambda one: one.stat().st_mtime_ns)[:-KEPT]:
        path.unlink(missing_ok=True)
