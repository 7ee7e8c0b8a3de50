"""Whether the message broker and the classifiers are there."""

import asyncio
import time
from collections.abc import Collection, Mapping
from typing import Final

from services.gateway.health.condition import Condition
from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.bus.topology import CLASSIFY_BULK
from services.kernel.sentence import Sentence

LASTING_S: Final = 4.0
"""How long it must last to count."""
SILENT_BROKER_S: Final = 3.0
"""A broker may hold the connection and not answer."""
LOADING_S: Final = 90.0
"""How long the first classifier of `albumen up` may take to load its network."""


INFERENCE: Final = "inference"
"""The classifier's name as a service."""


class Services:
    def __init__(self, bus: Bus, ended: Mapping[str, float | None] | None = None) -> None:
        """`ended`: services that were started with us, and when one ended by itself (`time.monotonic`). None: the
        classifiers are processes of their own."""
        self._bus, self._ended = bus, ended or {}
        self._began = self._connected = time.monotonic()
        """`_connected`: until when the broker was there."""
        self._served: float | None = self._began if ended is None else None
        """Until when a classifier was there, or one should have been; None: the first is being started."""

    async def ask(self) -> Collection[Condition]:
        try:
            async with asyncio.timeout(SILENT_BROKER_S):
                consumers = await self._bus.consumers(CLASSIFY_BULK) if self._bus.connected else None
        except (BusUnavailable, TimeoutError):
            consumers = None
        now = time.monotonic()
        if consumers is not None:
            self._connected = now
        if consumers or (consumers is None and self._served is not None):  # without a broker it is unknown
            self._served = now
        if now - self._connected > LASTING_S:
            return [_broker_away()]
        return [] if consumers else self._without_classifier(now)

    def _without_classifier(self, now: float) -> list[Condition]:
        since = self._ended.get(INFERENCE) if self._served is None else self._served
        if since is None:  # the first one, which has not ended
            since = self._began + LOADING_S
            if INFERENCE in self._ended and self._began + LASTING_S < now <= since + LASTING_S:
                return [_workers_starting()]
        return [_workers_missing()] if now - since > LASTING_S else []


def _broker_away() -> Condition:
    return Condition(
        code="broker_away",
        problem=Sentence("The message broker can't be reached."),
        remedy=Sentence(
            "Start RabbitMQ, or check ALBUMEN_BROKER: work continues automatically when the broker is back."
        ),
    )


def _workers_starting() -> Condition:
    return Condition(
        code="workers_starting",
        problem=Sentence("The classifier is starting."),
        remedy=Sentence("Photos get categories once it has loaded its network."),
        grave=False,
    )


def _workers_missing() -> Condition:
    return Condition(
        code="workers_missing",
        problem=Sentence("No classifier is running."),
        remedy=Sentence(
            "Nothing is lost, but photos get no categories. Start one (albumen inference); if Albumen "
            "started it, it restarts automatically, and its log says why it stopped."
        ),
    )
