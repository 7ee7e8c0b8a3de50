"""Ids of traces and spans, such that every process computes them from a row of the log or a message alone.

A trace has the id of the command that began it, which is the correlation id of everything that the command led to: 128
bits, as a trace id has. The command's own span has an id derived from it, so that those who do something because of it
find their parent.
"""

import hashlib
import re
from typing import Final, NamedTuple
from uuid import UUID

_TRACEPARENT: Final = re.compile(
    r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL
)


class SpanContext(NamedTuple):
    """Names a span, maybe another program's."""

    trace_id: int
    """128 bits."""
    span_id: int
    """64 bits."""
    sampled: bool = True

    @property
    def traceparent(self) -> str:
        """As a header has it."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{int(self.sampled):02x}"


def command_span(command_id: UUID) -> int:
    """The id of a command's span."""
    return int.from_bytes(hashlib.blake2b(command_id.bytes, digest_size=8).digest(), "big") or 1


def parsed_traceparent(text: object) -> SpanContext | None:
    """By W3C's Trace Context (level 1, §3.2); None for what is not one, which counts as if there were none."""
    match = _TRACEPARENT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    version, trace_id, span_id, flags, more = match.groups()
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(span_id, 16):
        return None
    return SpanContext(int(trace_id, 16), int(span_id, 16), bool(int(flags, 16) & 1))
