"""Sends events one after the other, in the order of the log, each until it is taken.

How far it has come is kept in the data folder, so that nothing is left out while Albumen or the receiver is off. An
event may come twice, with the same id. What was in the log before the address was set is not sent.
"""

import asyncio
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from services.domain.words import StoredReason
from services.gateway.health.condition import Condition
from services.gateway.presentation.log_line import line
from services.gateway.running.growth import grown
from services.gateway.webhooks.target import NotLocal, Target, local_address
from services.kernel.durable import put_in_place
from services.kernel.log.envelope import Envelope
from services.kernel.log.sqlite_log import SqliteLog
from services.kernel.sentence import Sentence

log = structlog.get_logger(__name__)

PAUSES_S: Final = (1.0, 5.0, 30.0, 120.0, 300.0)
"""Pauses before an event is sent again; the last one from then on."""
TAKEN_S: Final = 15.0
KEPT_EVERY: Final = 100
"""Events, at most, that are sent again after a power cut."""
TOLD_AFTER: Final = 3
"""Failures in a row."""
_PAGE: Final = 500
_LOOK_S: Final = 60.0


class _Kept(msgspec.Struct, frozen=True):
    url: str
    position: int
    """Of the last event that was sent, or not wanted."""


class Delivery:
    def __init__(self, target: Target, events: SqliteLog, stopping: asyncio.Event, folder: Path) -> None:
        """`folder`: the data folder."""
        self._target, self._events, self._stopping = target, events, stopping
        self._path = folder / "webhook.json"
        self._failures, self._why = 0, ""

    async def ask(self) -> Collection[Condition]:
        """Whether the receiver takes nothing."""
        if self._failures < TOLD_AFTER:
            return []
        problem = Sentence(
            "Events can’t be sent to %(address)s (%(why)s).",
            address=self._target.url,
            why=StoredReason(self._why),
        )
        remedy = Sentence("Start the receiver, or correct ALBUMEN_WEBHOOK: nothing is left out.")
        return [Condition(code="webhook_failing", problem=problem, remedy=remedy, grave=False)]

    async def run(self) -> None:
        """Until Albumen stops."""
        position = await self._begin()
        async with httpx.AsyncClient(timeout=TAKEN_S, trust_env=False) as client:
            while not self._stopping.is_set():
                rows = await self._events.read(position, _PAGE)
                for row in rows:
                    if self._target.wants(row.kind, row.type):
                        await self._until_taken(client, row)
                    position = row.position
                    if position % KEPT_EVERY == 0:
                        await self._keep(position)
                if rows:
                    await self._keep(position)
                else:
                    await grown(self._events, self._stopping, position, _LOOK_S)

    async def _begin(self) -> int:
        """The position to go on after."""
        head = await self._events.head()
        try:
            kept = msgspec.json.decode(await asyncio.to_thread(self._path.read_bytes), type=_Kept)
        except (OSError, msgspec.DecodeError):
            kept = None
        if kept and kept.url == self._target.url and kept.position <= head:
            return kept.position
        await self._keep(head)
        return head

    async def _keep(self, position: int) -> None:
        await asyncio.to_thread(self._write, msgspec.json.encode(_Kept(self._target.url, position)))

    def _write(self, content: bytes) -> None:
        part = self._path.with_suffix(".part")
        try:
            part.write_bytes(content)
            put_in_place(part, self._path)
        except OSError as error:  # then some events are sent again after the next start
            log.warning("how far events were sent could not be kept", reason=str(error))

    async def _until_taken(self, client: httpx.AsyncClient, row: Envelope) -> None:
        while True:
            try:
                await self._send(client, row)
            except (httpx.HTTPError, httpx.InvalidURL, NotLocal) as error:
                self._why = str(error) or type(error).__name__
            else:
                self._failures = 0
                return
            pause = PAUSES_S[min(self._failures, len(PAUSES_S) - 1)]
            self._failures += 1
            log.warning("an event was not taken", position=row.position, reason=self._why, again_in_s=pause)
            await asyncio.sleep(pause)

    async def _send(self, client: httpx.AsyncClient, row: Envelope) -> None:
        """Raises httpx.HTTPError and NotLocal. Redirects are not followed."""
        body, sent_s, message_id = content(row), int(time.time()), str(row.event_id)
        parts = urlsplit(self._target.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        url = httpx.URL(self._target.url)
        response = await client.post(
            url.copy_with(host=await local_address(host, port)),
            content=body,
            headers={
                "Host": url.netloc.decode("ascii"),
                "Content-Type": "application/json",
                "User-Agent": "Albumen",
                "webhook-id": message_id,
                "webhook-timestamp": str(sent_s),
                "webhook-signature": self._target.signature(message_id, sent_s, body),
            },
            extensions={"sni_hostname": host},
        )
        if not response.is_success:
            raise httpx.HTTPError(f"it answered {response.status_code}")


def content(row: Envelope) -> bytes:
    """The message's body: what happened, when, and the entry as `/events` has it."""
    happened = datetime.fromtimestamp(row.recorded_at / 1e6, UTC).isoformat()
    return msgspec.json.encode({"type": row.type, "timestamp": happened, "data": msgspec.Raw(line(row))})
