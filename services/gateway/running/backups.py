"""Backs the log up each day while Albumen runs, and whenever somebody asks.

A backup is no command and no event: it changes nothing about the album, and an entry about it would make every backup
differ from the log that it is of. What was made, and when it was checked, stands beside each copy.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog

from services.kernel.backup.daily import Failure, Report, Task, task
from services.kernel.backup.manifest import Backup, backups
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings

log = structlog.get_logger(__name__)

_REPOSITORY: Final = Path(__file__).resolve().parents[3]
CHECK_S: Final = 600.0
"""How long after midnight, or after a second disk was connected, it may take to notice."""


class BackupPlace(msgspec.Struct, frozen=True):
    folder: Path
    second: bool
    backups: list[Backup]
    """Newest first."""
    failure: Sentence | None
    """Why the last attempt failed here."""
    same_disk: bool
    """The second place is on the disk of the data folder, which it should outlive."""


class Backups:
    def __init__(self, settings: Settings, quiet: Callable[[], Awaitable[None]]) -> None:
        """`quiet`: returns once pages are shown and no scan runs."""
        self._settings, self._quiet = settings, quiet
        self._making: asyncio.Task[Report] | None = None
        self._failures: dict[str, Failure] = {}

    @property
    def making(self) -> bool:
        return self._making is not None and not self._making.done()

    @property
    def failures(self) -> list[Sentence]:
        """Of the last attempt, one for each place that has no new backup."""
        return [Sentence(failure.text, **failure.values) for failure in self._failures.values()]

    async def run(self) -> None:
        """Runs until cancelled."""
        await self._quiet()
        while True:
            try:
                due = await asyncio.to_thread(task, self._settings, datetime.now(UTC))
            except OSError:
                due = "backup"  # it will say why the folder can't be listed
            if due and self._settings.events_db.exists():
                await self._start(due)
            await asyncio.sleep(CHECK_S)

    async def now(self) -> Report:
        """A new backup, or the one that is being made. It goes on if the caller is cancelled."""
        return await self._start("backup")

    async def places(self) -> list[BackupPlace]:
        return await asyncio.to_thread(self._places)

    async def find(self, name: str) -> Backup | None:
        places = await self.places()
        return next((one for place in places for one in place.backups if one.name == name), None)

    async def close(self) -> None:
        if self._making:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def _start(self, what: Task) -> Report:
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._make(what), name="backup")
        return await asyncio.shield(self._making)

    async def _make(self, what: Task) -> Report:
        report = await self._child(what)
        settings = self._settings
        folders = (
            [settings.backups, settings.second_backups] if what == "backup" else [settings.second_backups]
        )
        for folder in folders:
            self._failures.pop(str(folder), None)
        self._failures |= {failure.folder: failure for failure in report.failures}
        for failure in report.failures:
            log.warning("a backup failed", folder=failure.folder, reason=failure.text % failure.values)
        if report.name:
            log.info("backed up", name=report.name)
        return report

    async def _child(self, what: Task) -> Report:
        settings = self._settings
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "services.kernel.backup.daily", what),
                *(str(settings.data), str(settings.second_backups or "")),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": str(_REPOSITORY)},
            )
        except OSError as error:
            return self._broken(error.strerror or str(error))
        try:
            answer, _ = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        try:
            return msgspec.json.decode(answer, type=Report)
        except msgspec.DecodeError:
            return self._broken(f"status {process.returncode}")

    def _broken(self, why: str) -> Report:
        text = Sentence("The program that makes backups did not finish (%(why)s).").text
        return Report(failures=[Failure(str(self._settings.backups), text, {"why": why})])

    def _places(self) -> list[BackupPlace]:
        second = self._settings.second_backups
        places = [self._place(self._settings.backups, False)]
        return [*places, self._place(second, True)] if second else places

    def _place(self, folder: Path, second: bool) -> BackupPlace:
        failure = self._failures.get(str(folder))
        sentence = Sentence(failure.text, **failure.values) if failure else None
        try:
            listed = backups(folder)
            same_disk = second and folder.stat().st_dev == self._settings.data.stat().st_dev
        except OSError as error:
            why = error.strerror or str(error)
            return BackupPlace(
                folder, second, [], sentence or Sentence("It can’t be read (%(why)s).", why=why), False
            )
        return BackupPlace(folder, second, listed, sentence, same_disk)
