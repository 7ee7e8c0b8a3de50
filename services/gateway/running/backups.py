"""Backs the log up each day while Albumen runs, and whenever somebody asks.

A backup is no command and no event: it changes nothing about the album, and an entry about it would make every backup
differ from the log that it is of. What was made, and when it was checked, stands beside each copy.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import msgspec
import structlog

from services.domain.words import StoredReason
from services.gateway.health.condition import Condition
from services.kernel.backup.daily import Failure, Report, Task, task
from services.kernel.backup.manifest import Backup, backups
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings

T = TypeVar("T")
log = structlog.get_logger(__name__)

_REPOSITORY: Final = Path(__file__).resolve().parents[3]
CHECK_S: Final = 60.0
"""How long after midnight, or after a second disk was connected, it may take to notice."""
ANSWER_S: Final = 5.0
"""For a disk that doesn't answer: a network mount whose server is gone."""
AGAIN_S: Final = 600.0
"""Until it is tried again where it failed, which may cost as much as a backup."""


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
        self._folders = [folder for folder in (settings.backups, settings.second_backups) if folder]
        self._threads = {
            folder: ThreadPoolExecutor(1, thread_name_prefix="backups") for folder in self._folders
        }
        """A disk that doesn't answer any more holds up one thread of its own, and nothing else."""
        self._making: asyncio.Task[Report] | None = None
        self._failures: dict[str, Failure] = {}

    @property
    def making(self) -> bool:
        return self._making is not None and not self._making.done()

    async def ask(self) -> Collection[Condition]:
        """What is wrong with each place: the last attempt failed there, or the next one would."""
        for folder in self._folders:
            try:
                why = await self._query(folder, _unwritable, folder, self._settings)
            except TimeoutError as error:
                why = _unreadable(error)
            if why := self._failure(folder) or why:
                return [_failed(why, grave=folder == self._settings.backups)]
        return []

    async def run(self) -> None:
        """Runs until cancelled."""
        await self._quiet()
        while True:
            try:
                due = await self._query(self._folders[-1], task, self._settings, datetime.now(UTC))
            except TimeoutError:
                due = None
            except OSError:
                due = "backup"  # it will say why the folder can't be listed
            if due and self._settings.events_db.exists():
                await self._start(due)
            failing = str(self._settings.backups) in self._failures
            await asyncio.sleep(AGAIN_S if failing else CHECK_S)

    async def now(self) -> Report:
        """A new backup, or the one that is being made. It goes on if the caller is cancelled."""
        return await self._start("backup")

    async def places(self) -> list[BackupPlace]:
        return [await self._place(folder) for folder in self._folders]

    async def find(self, name: str) -> Backup | None:
        places = await self.places()
        return next((one for place in places for one in place.backups if one.name == name), None)

    async def close(self) -> None:
        if self._making:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)
        for thread in self._threads.values():
            thread.shutdown(wait=False, cancel_futures=True)

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

    def _failure(self, folder: Path) -> Sentence | None:
        failure = self._failures.get(str(folder))
        return Sentence(failure.text, **failure.values) if failure else None

    async def _query(self, folder: Path, call: Callable[..., T], *args: object) -> T:
        """In the folder's own thread. Raises TimeoutError if its disk doesn't answer, and what `call` raises."""
        async with asyncio.timeout(ANSWER_S):
            return await asyncio.get_running_loop().run_in_executor(self._threads[folder], call, *args)

    async def _place(self, folder: Path) -> BackupPlace:
        second, failure = folder != self._settings.backups, self._failure(folder)
        try:
            listed = await self._query(folder, backups, folder)
            same_disk = second and await self._query(folder, _same_disk, folder, self._settings.data)
        except OSError as error:  # a timeout is one, too
            return BackupPlace(folder, second, [], failure or _unreadable(error), False)
        return BackupPlace(folder, second, listed, failure, same_disk)


def _same_disk(folder: Path, data: Path) -> bool:
    return folder.is_dir() and folder.stat().st_dev == data.stat().st_dev


def _unreadable(error: OSError) -> Sentence:
    return Sentence("It can’t be read (%(why)s).", why=StoredReason(error.strerror or "Connection timed out"))


def _unwritable(folder: Path, settings: Settings) -> Sentence | None:
    """Why a backup would fail there. The folder in the data folder is made with the first one."""
    if not folder.exists():
        if folder == settings.backups:
            return None
        return Sentence(
            "%(folder)s is not there. Connect its disk, or create the folder.", folder=str(folder)
        )
    if folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return None
    why = StoredReason("Permission denied" if folder.is_dir() else "Not a directory")
    return Sentence("%(folder)s can’t be written (%(why)s).", folder=str(folder), why=why)


def _failed(why: Sentence, grave: bool) -> Condition:
    return Condition(
        code="backup_failed",
        problem=Sentence("No new backup: %(why)s", why=why),
        remedy=Sentence("Earlier backups stay. Albumen tries again automatically."),
        grave=grave,
    )
