"""Queues in memory with RabbitMQ's rules: prefetch, round robin among consumers, unsettled messages back to the front
when their consumer leaves, dead letters for those that come back too often. No I/O: values in, calls out."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from services.kernel.bus import queues, topology
from services.kernel.bus.contract import DeadLetter, Message
from services.kernel.clock import now_us

DEAD_KEPT: Final = 10_000
"""How many dead letters to keep, the newest. They are in the log too, so older ones may go."""

Deliver = Callable[[int, Message], None]
"""Called with (delivery tag, message). Tags of a consumer count up from 1 without gaps."""


@dataclass(slots=True, eq=False)
class Entry:
    """A message, and how often it was delivered and came back unsettled."""

    message: Message
    returned: int = 0


class Consumer:
    """A consumer of a queue, and its unsettled deliveries."""

    __slots__ = ("_deliver", "_queue", "_tag", "prefetch", "unsettled")

    def __init__(self, queue: "WorkQueue", prefetch: int, deliver: Deliver) -> None:
        """Raises ValueError unless prefetch is at least 1."""
        self._queue, self._deliver, self._tag = queue, deliver, 0
        self.prefetch = queues.prefetch(prefetch)
        self.unsettled: dict[int, Entry] = {}

    def join(self) -> None:
        """From now on messages may be delivered, the first of them before this returns."""
        self._queue.admit(self)

    @property
    def full(self) -> bool:
        return len(self.unsettled) >= self.prefetch

    def take(self, entry: Entry) -> None:
        self._tag += 1
        self.unsettled[self._tag] = entry
        message = entry.message
        self._deliver(self._tag, replace(message, returned=entry.returned) if entry.returned else message)

    def settle(self, tag: int, dead: bool) -> None:
        """An unknown tag is ignored: it was already settled or returned."""
        entry = self.unsettled.pop(tag, None)
        if entry and dead:
            self._queue.die(entry, worn_out=False)
        self._queue.dispatch()

    def leave(self) -> None:
        """Return unsettled messages to the queue, in order."""
        entries, self.unsettled = list(self.unsettled.values()), {}
        self._queue.without(self, entries)


class WorkQueue:
    def __init__(self, name: str, dead: deque[DeadLetter]) -> None:
        self._name, self._dead = name, dead
        self.ready: deque[Entry] = deque()
        self._consumers: deque[Consumer] = deque()

    @property
    def consumers(self) -> int:
        return len(self._consumers)

    def put(self, messages: Sequence[Message]) -> None:
        self.ready.extend(map(Entry, messages))
        self.dispatch()

    def die(self, entry: Entry, *, worn_out: bool) -> None:
        self._dead.append(
            DeadLetter(message=entry.message, queue=self._name, worn_out=worn_out, died_us=now_us())
        )

    def admit(self, consumer: Consumer) -> None:
        self._consumers.append(consumer)
        self.dispatch()

    def without(self, consumer: Consumer, unsettled: Sequence[Entry]) -> None:
        if consumer in self._consumers:
            self._consumers.remove(consumer)
        for entry in reversed(unsettled):
            entry.returned += 1
            if entry.returned > topology.DELIVERY_LIMIT:
                self.die(entry, worn_out=True)
            else:
                self.ready.appendleft(entry)
        self.dispatch()

    def dispatch(self) -> None:
        consumers, full = self._consumers, 0
        while self.ready and full < len(consumers):
            consumer = consumers[0]
            consumers.rotate(-1)
            if consumer.full:
                full += 1
            else:
                full = 0
                consumer.take(self.ready.popleft())
