"""What happened between a command and its rows in the read tables, as spans. While nobody exports them, nothing is
noted, and each call costs one comparison.

A span is made as it ends. Those that are open are known by their trace, because one batch may be about several.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, Protocol
from uuid import UUID

import msgspec

from services.kernel.tracing.ids import SpanContext, command_span, parsed_traceparent

SpanKind = Literal["internal", "server", "producer", "consumer"]
Attribute = str | int | bool

IN_A_BATCH: Final = 32
"""Traces of a batch that get a span of it each …"""
LINKED: Final = 128
"""… and those, beyond these, that the first of these spans is linked to: as many as OpenTelemetry allows by default."""


class Origin(NamedTuple):
    """What something is done for: a record or message has the same attributes, and maybe a `traceparent`."""

    correlation_id: UUID
    causation_id: UUID | None
    """None, unless of a record that is a command itself (`kind`): no command began it."""


class _HasOrigin(Protocol):
    @property
    def correlation_id(self) -> UUID: ...
    @property
    def causation_id(self) -> UUID | None: ...


class _Delivery(Protocol):
    @property
    def message(self) -> _HasOrigin: ...


class SpanData(msgspec.Struct, kw_only=True):
    """Ended, or about to be. Attributes are counts, positions, types and ids: never what people or files are called."""

    name: str
    context: SpanContext
    parent: SpanContext | None
    kind: SpanKind = "internal"
    began_ns: int = msgspec.field(default_factory=time.time_ns)
    ended_ns: int = 0
    """Nanoseconds since 1970, UTC, both."""
    attributes: dict[str, Attribute] = {}
    links: list[SpanContext] = []
    failed: bool = False
    kept: bool = True
    """Whether it is exported."""


class HttpRequest(msgspec.Struct, kw_only=True):
    """An HTTP request, whose trace is known once it has given a command."""

    span_id: int
    caller: SpanContext | None
    trace_id: int | None = None


_export: Callable[[SpanData], None] | None = None
_NONE: Final[Mapping[int, int]] = MappingProxyType({})
_open: ContextVar[Mapping[int, int]] = ContextVar("open_spans", default=_NONE)
"""Trace id -> id of its innermost span."""
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_nothing: Final = nullcontext()


def export_to(export: Callable[[SpanData], None] | None) -> None:
    """From now on, spans go there, from any thread. None: nowhere. It must neither wait nor raise."""
    global _export
    _export = export


def are_exported() -> bool:
    return _export is not None


def open_spans() -> Mapping[int, int]:
    """Trace id -> id of its innermost span. Empty while nobody exports."""
    return _open.get()


def traceparent(correlation_id: UUID) -> str | None:
    """For the header of a message: the innermost open span of its trace."""
    if _export is None or (span_id := _open.get().get(correlation_id.int)) is None:
        return None
    return SpanContext(correlation_id.int, span_id).traceparent


def batch(
    name: str,
    origins: Iterable[_HasOrigin],
    kind: SpanKind = "internal",
    within: Iterable[Mapping[int, int]] = (),
) -> AbstractContextManager[None]:
    """One span in each of their traces, beyond `IN_A_BATCH` a link to the command instead. Its parent is, in this
    order, what the message says, the innermost open span, and the command. `within`: `open_spans()` of those for whom
    it is done. An attribute says how many there are of a trace: messages, if `kind` is of messages, or records."""
    if _export is None:
        return _nothing
    return _batch(name, origins, kind, within, {})


def received(queue: str, deliveries: Iterable[_Delivery]) -> AbstractContextManager[None]:
    """Messages are processed."""
    if _export is None:
        return _nothing
    messages = [delivery.message for delivery in deliveries]
    return _messaging("process", queue, messages, "consumer")


def sent(queue: str, origins: Iterable[_HasOrigin]) -> AbstractContextManager[None]:
    """Messages, one of each, are made and published."""
    if _export is None:
        return _nothing
    return _messaging("send", queue, origins, "producer")


def _messaging(
    operation: str, queue: str, origins: Iterable[_HasOrigin], kind: SpanKind
) -> AbstractContextManager[None]:
    """By the semantic conventions for messaging."""
    attributes: dict[str, Attribute] = {
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": queue,
    }
    return _batch(f"{operation} {queue}", origins, kind, (), attributes)


@contextmanager
def _batch(
    name: str,
    origins: Iterable[_HasOrigin],
    kind: SpanKind,
    within: Iterable[Mapping[int, int]],
    attributes: Mapping[str, Attribute],
) -> Iterator[None]:
    around = dict(_open.get())
    for theirs in within:
        around.update(theirs)
    counts, first = Counter[int](), dict[int, _HasOrigin]()
    for origin in origins:
        trace_id = origin.correlation_id.int
        counts[trace_id] += 1
        first.setdefault(trace_id, origin)
    each = list(first.values())
    counted = "messaging.batch.message_count" if kind in ("producer", "consumer") else "albumen.records"
    spans = [
        SpanData(
            name=name,
            context=SpanContext(one.correlation_id.int, _new_span_id()),
            parent=_parent(one, around),
            kind=kind,
            attributes={**attributes, counted: counts[one.correlation_id.int]},
        )
        for one in each[:IN_A_BATCH]
    ]
    for one in each[IN_A_BATCH : IN_A_BATCH + LINKED]:
        spans[0].links.append(_of_command(one))
    with _within(spans):
        yield


def _parent(one: _HasOrigin, around: Mapping[int, int]) -> SpanContext | None:
    trace_id = one.correlation_id.int
    parent = parsed_traceparent(getattr(one, "traceparent", None))
    if parent and parent.trace_id == trace_id:
        return parent
    if trace_id in around:
        return SpanContext(trace_id, around[trace_id])
    return _of_command(one) if one.causation_id or getattr(one, "kind", None) == "C" else None


def _of_command(one: _HasOrigin) -> SpanContext:
    return SpanContext(one.correlation_id.int, command_span(one.correlation_id))


def stage(name: str) -> AbstractContextManager[None]:
    """A part of what the open spans are about: one more in each of their traces."""
    if _export is None:
        return _nothing
    spans = [
        SpanData(
            name=name,
            context=SpanContext(trace_id, _new_span_id()),
            parent=SpanContext(trace_id, span_id),
        )
        for trace_id, span_id in _open.get().items()
    ]
    return _within(spans)


def command(command_id: UUID, name: str) -> AbstractContextManager[SpanData | None]:
    """A command that is decided and appended: the beginning of a trace, but for the request that gave it. `forget` the
    span if it had been given before: that one's has the same id."""
    if _export is None:
        return _nothing
    span = SpanData(name=name, context=SpanContext(command_id.int, command_span(command_id)), parent=None)
    if request := _request.get():
        request.trace_id = request.trace_id or command_id.int
        theirs = SpanContext(request.caller.trace_id if request.caller else request.trace_id, request.span_id)
        if theirs.trace_id == command_id.int:
            span.parent = theirs
        elif request.caller is None or request.caller.sampled:
            span.links = [theirs]
    return _command(span)


@contextmanager
def _command(span: SpanData) -> Iterator[SpanData]:
    with _within([span]):
        yield span


def forget(span: SpanData | None) -> None:
    """Don't export it."""
    if span:
        span.kept = False


@contextmanager
def request(traceparent: str | None, method: str) -> Iterator[SpanData]:
    """An HTTP request. Its span is exported if it gave a command or if the caller's trace is recorded: then it is part
    of that, and the command's own trace has a link to it. For whoever is calling chooses the ids of a trace of theirs,
    but never those of ours."""
    caller = parsed_traceparent(traceparent)
    own = HttpRequest(span_id=_new_span_id(), caller=caller)
    span = SpanData(name=method, context=SpanContext(0, own.span_id), parent=caller, kind="server")
    token = _request.set(own)
    try:
        yield span
    except BaseException as error:
        span.failed, span.attributes["error.type"] = True, type(error).__name__
        raise
    finally:
        _request.reset(token)
        trace_id = caller.trace_id if caller else own.trace_id
        if trace_id and (caller is None or caller.sampled):
            span.context = SpanContext(trace_id, own.span_id)
            _ended([span])


@contextmanager
def _within(spans: Sequence[SpanData]) -> Iterator[None]:
    token = _open.set({**_open.get(), **{span.context.trace_id: span.context.span_id for span in spans}})
    try:
        yield
    except BaseException as error:
        for span in spans:
            span.failed, span.attributes = True, {**span.attributes, "error.type": type(error).__name__}
        raise
    finally:
        _open.reset(token)
        _ended(spans)


def _ended(spans: Iterable[SpanData]) -> None:
    now, export = time.time_ns(), _export
    for span in spans:
        span.ended_ns = max(now, span.began_ns)
        if export and span.kept:
            export(span)


def _new_span_id() -> int:
    return int.from_bytes(os.urandom(8)) or 1
