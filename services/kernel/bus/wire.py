"""The protocol between the embedded broker and a child: a length (4 bytes, big-endian), then a MessagePack array of
operations. Everything sent in one turn of the event loop travels in one frame."""

import asyncio
import socket
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

import msgspec

from services.kernel.bus.contract import DeadLetter, Message

MAX_FRAME: Final = 8 << 20
"""Bytes. A peer that announces more is dropped."""
MAX_MESSAGE: Final = 2 << 20
"""Bytes of one message; ours are a few kilobytes."""
LARGEST_SENT: Final = 1 << 20
"""Bytes at which a frame is sent and the next one begun."""
_CLOSE_S: Final = 2.0


class Gone(Exception):
    """The other end has closed the connection, or the process behind it has ended."""


class BrokenFrame(Exception):
    """The data received is not a frame of ours: the connection can no longer be used."""


class Op(msgspec.Struct, array_like=True):
    """One operation. A `call` is answered by the `Done` with the same number."""


class Publish(Op, tag=1):
    call: int
    queue: str
    messages: list[Message]


class Subscribe(Op, tag=2):
    call: int
    consumer: int
    queue: str
    prefetch: int


class Unsubscribe(Op, tag=3):
    call: int
    consumer: int


class Settle(Op, tag=4):
    consumer: int
    acked: list[int]
    rejected: list[int]


class Depth(Op, tag=5):
    call: int
    queue: str


class Purge(Op, tag=6):
    call: int
    queue: str


class Listen(Op, tag=7):
    call: int
    on: bool


class Ring(Op, tag=8):
    """In both directions."""


class Deliver(Op, tag=9):
    """From the broker; the messages are tagged `first`, `first + 1`…"""

    consumer: int
    first: int
    messages: list[Message]


class Done(Op, tag=10):
    """From the broker."""

    call: int
    value: int


class Dead(Op, tag=11):
    """Answered by `Letters`."""

    call: int
    limit: int


class Letters(Op, tag=12):
    """From the broker."""

    call: int
    letters: list[DeadLetter]


class Resolve(Op, tag=13):
    """Put dead letters back into their queues, or drop them; all when `ids` is None."""

    call: int
    ids: list[UUID] | None
    again: bool


class Consumers(Op, tag=14):
    """How many a queue has."""

    call: int
    queue: str


_FromChild = (
    Publish | Subscribe | Unsubscribe | Settle | Depth | Purge | Listen | Ring | Dead | Resolve | Consumers
)
Ops = _FromChild | Deliver | Done | Letters
_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_decoder = msgspec.msgpack.Decoder(list[Ops])


def weight(message: Message) -> int:
    """Approximate size of the message in a frame, in bytes. Raises ValueError when that is too large."""
    size = len(message.body) + 4 * len(message.type) + 160
    if size > MAX_MESSAGE:
        raise ValueError(f"A message of {size} bytes is too large for the bus: send ids, not contents.")
    return size


def chunks(messages: Sequence[Message]) -> Iterator[list[Message]]:
    """Split so that each part fits into a frame. Raises ValueError for a message too large for any."""
    part, size = list[Message](), 0
    for message in messages:
        part.append(message)
        size += weight(message)
        if size >= LARGEST_SENT:
            yield part
            part, size = [], 0
    if part:
        yield part


class Wire:
    """One end of the socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._loop = asyncio.get_running_loop()
        self._pending: list[Op] = []
        self._size = 0

    @classmethod
    async def over(cls, sock: socket.socket) -> "Wire":
        """Takes ownership of the socket."""
        return cls(*await asyncio.open_unix_connection(sock=sock, limit=LARGEST_SENT))

    def send(self, op: Op, size: int = 32) -> None:
        """Add to the frame sent at the end of this event loop turn. Never fails: `receive` reports lost connections."""
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending.append(op)
        self._grow(size)

    def settle(self, consumer: int, tag: int, dead: bool) -> None:
        last = self._pending[-1] if self._pending else None
        if isinstance(last, Settle) and last.consumer == consumer:
            (last.rejected if dead else last.acked).append(tag)
            self._grow(9)
        else:
            self.send(Settle(consumer, [] if dead else [tag], [tag] if dead else []))

    def deliver(self, consumer: int, tag: int, message: Message) -> None:
        """A consumer's tags must be passed in order and without gaps."""
        last = self._pending[-1] if self._pending else None
        if isinstance(last, Deliver) and last.consumer == consumer:
            last.messages.append(message)
            self._grow(weight(message))
        else:
            self.send(Deliver(consumer, tag, [message]), weight(message))

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size >= LARGEST_SENT:
            self._flush()

    def _flush(self) -> None:
        if self._pending and not self._writer.is_closing():
            payload = _encoder.encode(self._pending)
            self._writer.write(len(payload).to_bytes(4, "big") + payload)
        self._pending, self._size = [], 0

    async def receive(self) -> list[Ops]:
        """The next frame. Raises Gone or BrokenFrame."""
        try:
            length = int.from_bytes(await self._reader.readexactly(4), "big")
            if length > MAX_FRAME:
                raise BrokenFrame(f"a frame of {length} bytes")
            return _decoder.decode(await self._reader.readexactly(length))
        except (asyncio.IncompleteReadError, OSError) as error:
            raise Gone from error
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise BrokenFrame(str(error)) from error

    async def drain(self) -> None:
        """Wait until the other end has read enough. Raises Gone."""
        try:
            await self._writer.drain()
        except OSError as error:
            raise Gone from error

    async def close(self) -> None:
        """Send pending operations and close; an unresponsive peer is not waited for."""
        self._flush()
        self._writer.close()
        try:
            async with asyncio.timeout(_CLOSE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()
