"""Messages as rows of the table `event`, and back."""

from typing import Any, Final
from uuid import UUID

from services.kernel.log.envelope import Envelope

Columns = tuple[Any, ...]
"""The values of COLUMNS."""

COLUMNS: Final = """position, event_id, stream, version, kind, type, schema_version, data, correlation_id, causation_id,
  recorded_at"""


def envelope(row: Columns) -> Envelope:
    position, event_id, stream, version, kind, name, schema, data, correlation, causation, recorded = row
    return Envelope(
        position=position,
        event_id=UUID(bytes=event_id),
        stream=stream,
        version=version,
        kind=kind,
        type=name,
        schema_version=schema,
        data=data,
        correlation_id=UUID(bytes=correlation),
        causation_id=UUID(bytes=causation) if causation else None,
        recorded_at=recorded,
    )


def row(e: Envelope) -> Columns:
    causation = e.causation_id.bytes if e.causation_id else None
    # fmt: off
    return (
        e.position, e.event_id.bytes, e.stream, e.version, e.kind, e.type, e.schema_version, e.data,
        e.correlation_id.bytes, causation, e.recorded_at,
    )
    # fmt: on
