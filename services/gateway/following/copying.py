"""Copies the log of another album as it grows: by `/events` in pages, then by `/events/stream`.

Every answer is compared with the copy before anything of it is added: if the album behind the address is another, or
its history was changed, the copy stays as it is, and says so. While the album can't be reached, it waits.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Final

import httpx
import structlog

from services.gateway.following import wording
from services.gateway.following.incoming import Differs, Incoming, Nonsense, lines_of, of_stream
from services.gateway.health.condition import Condition
from services.gateway.running.growth import PING_S
from services.gateway.web.log_headers import HASH, position_in
from services.kernel import gateway_client
from services.kernel.log.envelope import Envelope
from services.kernel.log.finding import LogError
from services.kernel.log.replica import NotInOrder, ReplicaLog
from services.kernel.settings import Settings

log = structlog.get_logger(__name__)

CODES: Final = ("origin_differs", "origin_away", "origin_ahead")
ASKED_FOR: Final = 4_000
"""Entries that are asked for at once."""
PER_COMMIT: Final = 4_000
"""Entries per transaction, which waits for the disk once."""
LARGEST_COMMIT: Final = 16 << 20
"""Bytes of their lines, from which on a transaction has fewer: they are in memory."""
PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0)
"""Before the album is tried again; the last one from then on."""
TOLD_AFTER_S: Final = 4.0
"""How long it must be away to be told: a gateway that is started again is back by then."""
REPLY_S: Final = 30.0
SILENT_S: Final = 3 * PING_S
"""A stream without even a comment is dead."""
_SAID: Final = 4_096
"""Bytes that are read of a refusal."""


class Ends(Exception):
    """Its log is shorter than the copy."""

    def __init__(self, end: int, head: int) -> None:
        super().__init__(f"its log ends at {end}, the copy at {head}")
        self.end, self.head = end, head


class Away(Exception):
    """It can't be reached, or doesn't let us in."""


class Copying:
    def __init__(self, settings: Settings, events: ReplicaLog) -> None:
        """Raises gateway_client.GatewayUnusable."""
        self.address = gateway_client.address(settings)
        self._events = events
        self._client = gateway_client.client(
            settings, timeout=REPLY_S, connections=4, headers={"Accept-Encoding": "identity"}
        )
        self._trouble: Condition | None = None
        self._since = self._current = time.monotonic()
        """Since when there is trouble; when the copy was last as long as the log."""
        self._head = 0
        """Of the album's log, as last heard."""
        self._as_of_s: float | None = None
        self._same = False

    async def close(self) -> None:
        await self._client.aclose()

    async def run(self) -> None:
        """Until it is cancelled."""
        failures = 0
        while True:
            before = await self._events.head()
            try:
                while await self._page():
                    pass
                await self._live()
            except (Differs, Ends, Nonsense, Away, httpx.HTTPError, NotInOrder, LogError) as error:
                failures = 0 if await self._events.head() > before else failures
                await self._failed(error)
            pause = PAUSES_S[min(failures, len(PAUSES_S) - 1)]
            failures += 1
            await asyncio.sleep(pause)

    async def ask(self) -> Collection[Condition]:
        """How the copy stands now."""
        now, behind = time.monotonic(), self._head - await self._events.head()
        if self._trouble:
            is_due = self._trouble.grave or now - self._since > TOLD_AFTER_S
            return [self._trouble] if is_due else []
        if behind <= 0:
            self._current = now
        return [wording.behind(self.address, behind)] if now - self._current > TOLD_AFTER_S else []

    async def same(self) -> bool:
        """Whether this address leads to the album that this is a copy of. Raises Away, httpx.HTTPError while nobody can
        tell."""
        if not self._same:
            try:
                async with self._asking("/events", limit=1) as (answer, incoming):
                    async for parts in lines_of(answer):
                        self._believe(incoming, parts)
            except (Differs, Ends, Nonsense):
                return False
        return True

    async def _failed(self, error: Exception) -> None:
        self._same = False
        if isinstance(error, Differs):
            trouble = wording.differs(self.address, error.position)
        elif isinstance(error, Ends):
            trouble = wording.ends(self.address, error.end, error.head)
        else:
            trouble = wording.away(
                self.address, str(error) or type(error).__name__, await self._last_known_s()
            )
        if self._trouble is None:
            self._since = time.monotonic()
            log.warning("the album can't be followed", address=self.address, reason=str(error))
        self._trouble = trouble

    async def _last_known_s(self) -> float | None:
        """Since the start, or of the last entry before it."""
        if self._as_of_s is None:
            head = await self._events.head()
            last = await self._events.read_positions([head])
            return last[0].recorded_at / 1e6 if last else None
        return self._as_of_s

    @asynccontextmanager
    async def _asking(
        self, path: str, limit: int | None = None, silent_s: float | None = None
    ) -> AsyncIterator[tuple[httpx.Response, Incoming]]:
        """The answer from the last entry of the copy on, after what its headers say has been compared."""
        head = await self._events.head()
        own = await self._events.read_positions([head])
        if head and not own:
            raise Away(f"entry {head} of the copy can’t be read")
        after = max(head - 1, 0)
        parameters = {"after": after} | ({"limit": limit} if limit else {})
        timeout = httpx.Timeout(REPLY_S, read=silent_s or REPLY_S)
        async with self._client.stream("GET", path, params=parameters, timeout=timeout) as answer:
            if not answer.is_success:
                reason = await _beginning(answer)
                raise Away(gateway_client.problem_of(answer.status_code, answer.reason_phrase, reason))
            end = position_in(answer.headers)
            if end is None:
                raise Away("it is no Albumen that can be followed")
            self._head = end
            if self._head < head:
                raise Ends(self._head, head)
            mine, theirs = await self._events.link(after) if after else None, answer.headers.get(HASH)
            if mine and theirs and mine.hex() != theirs:
                raise Differs(after)
            yield answer, Incoming(own[0] if own else None, bool(mine and theirs), limit)

    def _believe(self, incoming: Incoming, parts: Iterable[bytes]) -> list[Envelope]:
        """The new entries. Raises Nonsense, Differs."""
        rows = [row for part in parts if (row := incoming.taken(part))]
        self._same |= incoming.compared
        return rows

    async def _page(self) -> bool:
        """Copy the next ones; whether there may be more."""
        async with self._asking("/events", ASKED_FOR) as (answer, incoming):
            rows, size = list[Envelope](), 0
            try:
                async for parts in lines_of(answer):
                    rows += self._believe(incoming, parts)
                    size += sum(map(len, parts))
                    if len(rows) >= PER_COMMIT or size >= LARGEST_COMMIT:
                        batch, rows, size = rows, [], 0
                        await self._events.adopt(batch)
            except httpx.HTTPError:  # what has arrived whole is kept
                await self._events.adopt(rows)
                raise
            if not incoming.compared:
                raise Nonsense("it sent nothing of what it has")
            await self._events.adopt(rows)
        self._same, self._trouble = True, None
        return incoming.entries >= ASKED_FOR

    async def _live(self) -> None:
        """Copy entries as they are made. Raises Away once the stream has ended."""
        async with self._asking("/events/stream", silent_s=SILENT_S) as (answer, incoming):
            async for parts in lines_of(answer):
                rows = self._believe(incoming, filter(None, map(of_stream, parts)))
                await self._events.adopt(rows)
                if incoming.compared:
                    self._trouble = None
                self._head = max(self._head, await self._events.head())
                self._as_of_s = time.time()
        raise Away("it ended the connection")


async def _beginning(answer: httpx.Response) -> bytes:
    content = b""
    async for part in answer.aiter_raw():
        content += part
        if len(content) > _SAID:
            break
    return content[:_SAID]
