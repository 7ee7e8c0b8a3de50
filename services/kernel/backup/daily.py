"""The backup of a day: `python -m services.kernel.backup.daily TASK DATA SECOND`.

A process of its own, with low priority: copying and checking a large log takes a while, and the pages don't wait for
it. It prints a `Report` as JSON. `SECOND` may be empty.
"""

import contextlib
import os
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import msgspec

from services.kernel.backup.making import BackupFailed, make, making, mirror, prune
from services.kernel.backup.manifest import Backup, backups
from services.kernel.settings import Settings

Task = Literal["backup", "mirror"]
NICENESS: Final = 10
WRONG_CLOCK: Final = timedelta(days=1)
"""A backup that is further in the future was made while the clock was wrong, and says nothing about today."""


class Failure(msgspec.Struct, frozen=True):
    """A sentence, as a value that crosses processes."""

    folder: str
    text: str
    values: dict[str, str | int] = {}


class Report(msgspec.Struct, frozen=True):
    name: str | None = None
    """Of the new backup; None: there is none."""
    failures: list[Failure] = []
    """Of each place that has no new backup."""


def due(times: Iterable[datetime], now: datetime) -> bool:
    """Pure: whether no backup is from today (UTC). So a day on which the computer was off is made up at its next
    start."""
    newest = max((time for time in times if time < now + WRONG_CLOCK), default=None)
    return newest is None or newest.date() < now.date()


def task(settings: Settings, now: datetime) -> Task | None:
    """What is to be done: a new backup, or a copy of the newest in the second place, whose disk was away. While it is
    away, nothing. Raises OSError if the first place can't be listed."""
    own, second = backups(settings.backups), settings.second_backups
    if due((one.time for one in own), now):
        return "backup"
    whole = next((one for one in own if one.whole), None)
    try:
        if second is None or whole is None or not second.is_dir():
            return None
        return None if any(one.same(whole) for one in backups(second)) else "mirror"
    except OSError:
        return None


def back_up(settings: Settings, now: datetime | None = None) -> Report:
    """A new backup in each place, even if it fails in the other; then what retention doesn't keep is deleted there."""
    second = settings.second_backups
    try:
        with making(settings):
            with contextlib.suppress(OSError):  # `make` says what is wrong with it
                settings.backups.mkdir(mode=0o700, exist_ok=True)
            backup, failures = _made(settings, settings.backups, now)
            if second and backup:
                failures += _mirrored(backup, second)
            elif second:
                backup, more = _made(settings, second, now)
                failures += more
    except BackupFailed as error:
        return Report(failures=[_failure(settings.backups, error)])
    return Report(backup.name if backup else None, failures)


def copy_newest(settings: Settings) -> Report:
    """Into the second place."""
    newest = next((one for one in backups(settings.backups) if one.whole), None)
    if newest is None or settings.second_backups is None:
        return Report()
    try:
        with making(settings):
            return Report(newest.name, _mirrored(newest, settings.second_backups))
    except BackupFailed as error:
        return Report(failures=[_failure(settings.second_backups, error)])


def _made(settings: Settings, folder: Path, now: datetime | None) -> tuple[Backup | None, list[Failure]]:
    try:
        backup = make(settings, folder, now=now)
        prune(folder, backup)
    except BackupFailed as error:
        return None, [_failure(folder, error)]
    return backup, []


def _mirrored(backup: Backup, second: Path) -> list[Failure]:
    try:
        prune(second, mirror(backup, second))
    except BackupFailed as error:
        return [_failure(second, error)]
    return []


def _failure(folder: Path, error: BackupFailed) -> Failure:
    values = {
        name: value if isinstance(value, int) else str(value) for name, value in error.sentence.values.items()
    }
    return Failure(str(folder), error.sentence.text, values)


def main() -> None:
    data, second = Path(sys.argv[2]), sys.argv[3]
    os.nice(NICENESS)
    own = Settings(data=data, previews=data / "previews", second_backups=Path(second) if second else None)
    report = copy_newest(own) if sys.argv[1] == "mirror" else back_up(own)
    sys.stdout.buffer.write(msgspec.json.encode(report))


if __name__ == "__main__":
    main()
