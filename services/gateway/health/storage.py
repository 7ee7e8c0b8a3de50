"""Whether Albumen can write where it keeps its own files."""

import asyncio
import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from services.domain.words import StoredReason
from services.gateway.health.condition import Condition
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings

FULL: Final = 16 << 20
"""Bytes below which nothing is sure to be written any more: a batch of the log, its read tables, some previews."""
LOW: Final = 256 << 20
"""Bytes below which it is time to make room: an hour of scanning fills them."""
CODES_OF_STORAGE: Final = ("data_gone", "disk_full", "read_only", "disk_low")


class Storage:
    """The data folder, and the previews where they are elsewhere."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def ask(self) -> Collection[Condition]:
        return await asyncio.to_thread(self._ask)

    def _ask(self) -> list[Condition]:
        conditions = dict[str, Condition]()
        for folder in dict.fromkeys((self._settings.data, self._settings.previews)):
            if condition := self._of(folder):
                conditions.setdefault(condition.code, condition)
        return list(conditions.values())

    def _of(self, folder: Path) -> Condition | None:
        try:
            seen = os.statvfs(folder)
        except FileNotFoundError:
            if folder != self._settings.data:
                return None  # made with the first preview
            return _gone(folder)
        except OSError as error:
            return not_writable(folder, error.strerror or str(error))
        free = seen.f_bavail * seen.f_frsize
        if free < FULL or (seen.f_files and not seen.f_favail):
            return full(folder, free)
        if reason := self._locked(folder, seen):
            return not_writable(folder, reason)
        return low(folder, free) if free < LOW else None

    def _locked(self, folder: Path, seen: os.statvfs_result) -> str | None:
        """Why nothing can be written there, as the system says it."""
        if seen.f_flag & os.ST_RDONLY:
            return "Read-only file system"
        paths = [folder]
        if folder == self._settings.data:
            log = self._settings.events_db
            paths += [self._settings.run, self._settings.views, log, log.with_name(f"{log.name}-wal")]
        for path in paths:
            if path.exists() and not os.access(path, os.W_OK | (os.X_OK if path.is_dir() else 0)):
                return "Permission denied"
        return None


def _gone(folder: Path) -> Condition:
    return Condition(
        code="data_gone",
        problem=Sentence("The data folder %(folder)s is gone.", folder=str(folder)),
        remedy=Sentence("Put it back, then restart Albumen."),
    )


def full(folder: Path, free: int) -> Condition:
    """`free`: bytes."""
    return Condition(
        code="disk_full",
        problem=Sentence(
            "The disk is full: %(free)s MB are free for %(folder)s, and nothing can be saved.",
            free=free >> 20,
            folder=str(folder),
        ),
        remedy=Sentence("Free some space: Albumen then continues automatically."),
    )


def low(folder: Path, free: int) -> Condition:
    return Condition(
        code="disk_low",
        problem=Sentence(
            "The disk is almost full: %(free)s MB are free for %(folder)s.",
            free=free >> 20,
            folder=str(folder),
        ),
        remedy=Sentence("Free some space soon."),
        grave=False,
    )


def not_writable(folder: Path, reason: str) -> Condition:
    """`reason`: as the operating system says it."""
    return Condition(
        code="read_only",
        problem=Sentence(
            "Albumen can't write to %(folder)s: %(why)s.", folder=str(folder), why=StoredReason(reason)
        ),
        remedy=Sentence("Give your account permission to write there: Albumen then continues automatically."),
    )
