"""Whether the read tables, which the pages show, follow the log."""

import fcntl
import time
from collections.abc import Collection, Mapping
from typing import Final

from services.domain.words import Number
from services.gateway.health.condition import Condition
from services.gateway.tables.pool import Views
from services.kernel.log.eventlog import Log
from services.kernel.sentence import Sentence
from services.kernel.settings import Settings

LASTING_S: Final = 4.0
"""How long it must last: a projector that is restarted is back by then, and a burst of events is read."""

STARTING_S: Final = 20.0
"""How long the first projector may take to start, on a busy machine."""


class Projection:
    def __init__(
        self, settings: Settings, events: Log, views: Views, ended: Mapping[str, float | None] | None = None
    ) -> None:
        """`ended`: services that were started with us, and when one ended by itself (`time.monotonic`)."""
        self._lock = settings.run / "projector.lock"
        self._events, self._views = events, views
        self._position, self._seen = -1, True
        self._ended = ended or {}
        self._began = self._progress = time.monotonic()
        """`_progress`: when the position last changed or was at the end."""
        self._present: float | None = None
        """Until when a projector was there; None: the first is being started."""

    async def ask(self) -> Collection[Condition]:
        now, head = time.monotonic(), await self._events.head()
        if self._views.damage:
            return [_damaged(self._views.damage)]
        position = await self._views.position()
        if position != self._position or position >= head:
            self._position, self._progress = position, now
        if not self._there():
            self._progress = now
            return self._without_projector(now)
        self._present = now
        return [_behind(head - position)] if now - self._progress > LASTING_S else []

    def _without_projector(self, now: float) -> list[Condition]:
        since = self._ended.get("projector") if self._present is None else self._present
        if since is None:  # the first one, which has not ended
            since = self._began + STARTING_S
            if self._began + LASTING_S < now <= since + LASTING_S:
                return [_starting()]
        return [_down()] if now - since > LASTING_S else []

    def _there(self) -> bool:
        """Twice in a row, so that one that starts and dies again and again doesn't count."""
        before, self._seen = self._seen, self._held()
        return before and self._seen

    def _held(self) -> bool:
        """Whether a projector holds its lock."""
        try:
            with self._lock.open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False


def _damaged(reason: str) -> Condition:
    """`reason`: SQLite's."""
    return Condition(
        code="tables_damaged",
        problem=Sentence("The index that pages are read from is damaged (%(why)s).", why=reason),
        remedy=Sentence("It is being rebuilt from the log; if this message stays, restart Albumen."),
    )


def _starting() -> Condition:
    return Condition(
        code="projector_starting",
        problem=Sentence("The service that updates the pages (projector) has not started yet."),
        remedy=Sentence("It is starting; until then new changes don't show."),
        grave=False,
    )


def _down() -> Condition:
    return Condition(
        code="projector_down",
        problem=Sentence("The service that updates the pages (projector) is not running."),
        remedy=Sentence(
            "Nothing is lost, but new changes don't show. If Albumen started it, it restarts automatically; "
            "its log says why it stopped."
        ),
    )


def _behind(number: int) -> Condition:
    """`number`: of events."""
    return Condition(
        code="projector_behind",
        problem=Sentence("The pages are %(number)s changes behind.", number=Number(number)),
        remedy=Sentence("Nothing is lost: they are catching up. If this message stays, restart Albumen."),
    )
