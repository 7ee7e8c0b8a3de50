"""How often shared albums are opened: counted in memory, and appended once an hour at most for each link."""

import time
from collections.abc import Callable
from typing import Final

import msgspec
import structlog

from services.domain.albums.sharing import SharedAlbumVisited
from services.kernel.log.envelope import record_event
from services.kernel.log.eventlog import Log
from services.kernel.log.finding import LogError
from services.kernel.log.ids import new_id

log = structlog.get_logger(__name__)

APART_S: Final = 3600.0


class _Count(msgspec.Struct):
    album_id: str
    visits: int = 0
    """Not in the log yet."""
    appended_s: float = float("-inf")


class Visits:
    """A crash loses the visits of the last hour, and nothing else. Those that can't be appended count with the next."""

    def __init__(self, events: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self._events, self._clock = events, clock
        self._counts: dict[str, _Count] = {}

    async def note(self, album_id: str, link_id: str) -> None:
        """One more. The link exists, so there are never more counts than links."""
        count = self._counts.setdefault(link_id, _Count(album_id))
        count.visits += 1
        if self._clock() - count.appended_s >= APART_S:
            await self._append(link_id, count)

    async def close(self) -> None:
        for link_id, count in self._counts.items():
            if count.visits:
                await self._append(link_id, count)

    async def _append(self, link_id: str, count: _Count) -> None:
        visits, count.visits, count.appended_s = count.visits, 0, self._clock()
        event = SharedAlbumVisited(album_id=count.album_id, link_id=link_id, visits=visits)
        own = new_id()
        try:
            await self._events.append([record_event(event, event_id=own, correlation_id=own)])
        except LogError as error:
            count.visits += visits
            log.warning("visits of a shared album can't be saved", why=str(error))
