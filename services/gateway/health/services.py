"""Whether the message broker and the classifiers are there."""

import time
from collections.abc import Collection
from typing import Final

from services.gateway.health.condition import Condition
from services.kernel.bus.contract import Bus, BusUnavailable
from services.kernel.bus.topology import CLASSIFY_BULK
from services.kernel.sentence import Sentence

LASTING_S: Final = 4.0
"""How long it must last to count."""
LOADING_S: Final = 90.0
"""How long the first classifier of `albumen up` may take to load its network."""


class Services:
    def __init__(self, bus: Bus, elsewhere: bool) -> None:
        """`elsewhere`: the classifiers are processes of their own, rather than started with us."""
        self._bus = bus
        self._connected = time.monotonic()
        self._served = self._connected + (0 if elsewhere else LOADING_S)
        """Until when the broker, and a classifier, were there or had reason not to be."""

    async def ask(self) -> Collection[Condition]:
        now = time.monotonic()
        try:
            consumers = await self._bus.consumers(CLASSIFY_BULK) if self._bus.connected else None
        except BusUnavailable:
            consumers = None
        if consumers is not None:
            self._connected = now
        if consumers or consumers is None:  # without a broker it is unknown
            self._served = max(self._served, now) if consumers is None else now
        if now - self._connected > LASTING_S:
            return [_broker_away()]
        return [_workers_missing()] if now - self._served > LASTING_S else []


def _broker_away() -> Condition:
    return Condition(
        code="broker_away",
        problem=Sentence("The message broker can't be reached."),
        remedy=Sentence(
            "Start RabbitMQ, or check ALBUMEN_BROKER: work continues by itself when the broker is back."
        ),
    )


def _workers_missing() -> Condition:
    return Condition(
        code="workers_missing",
        problem=Sentence("No classifier is running."),
        remedy=Sentence(
            "Nothing is lost, but photos get no categories. Start one (albumen inference); where Albumen started it, "
            "it is restarted by itself, and its log says why it stopped."
        ),
    )
