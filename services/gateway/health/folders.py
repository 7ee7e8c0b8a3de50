"""Whether the photo folders are there and can be read."""

import asyncio
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from services.domain.words import StoredReason
from services.gateway.archives.roots import entered
from services.gateway.health.condition import Condition
from services.gateway.reading.threads import to_photo_thread
from services.kernel.sentence import Sentence

HANGING_S: Final = 5.0
"""A network mount whose server is gone may not answer at all."""


class Folders:
    def __init__(self, roots: Sequence[str]) -> None:
        self._roots = roots
        self._asking: dict[str, asyncio.Task[str | None]] = {}
        """One that hangs keeps one thread, not a new one every few seconds."""

    async def ask(self) -> Collection[Condition]:
        for root in self._roots:
            if root not in self._asking:
                self._asking[root] = asyncio.create_task(to_photo_thread(_why_not, root))
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=HANGING_S)
        reasons = {root: _result(task) for root, task in self._asking.items()}
        self._asking = {root: task for root, task in self._asking.items() if not task.done()}
        away = [(root, reason) for root, reason in reasons.items() if reason]
        return [_away(*away[0])] if away else []


def _why_not(root: str) -> str | None:
    """Why the folder can't be read, as the operating system says it; None if it can."""
    try:
        entered(Path(root))
    except OSError as error:
        return error.strerror or str(error)
    return None


def _result(task: "asyncio.Task[str | None]") -> str | None:
    return task.result() if task.done() else "Connection timed out"


def _away(root: str, reason: str) -> Condition:
    return Condition(
        code="photos_away",
        problem=Sentence(
            "The photo folder %(folder)s can't be read: %(why)s.", folder=root, why=StoredReason(reason)
        ),
        remedy=Sentence(
            "Until then the library stays as it is: connect the disk, or give your account permission to read it."
        ),
        grave=False,
    )
