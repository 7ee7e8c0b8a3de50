"""Messages as rows of the table `event`, and back."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.kernel.log.envelope import Envelope

Columns = tuple[Any, ...]
"""The values of COLUMNS."""

COLUMN_NAMES: Final = (
    *(
        "position",
        "event_id",
        "stream",
        "version",
        "kind",
        "type",
        "schema_version",
        "data",
        "correlation_id",
    ),
    *("causation_id", "recorded_at"),
)
COLUMNS: Final = ", ".join(COLUMN_NAMES)
INSERT: Final = f"INSERT INTO event ({COLUMNS}) VALUES ({', '.join('?' * len(COLUMN_NAMES))})"

_SIZE: Final = 16
"""Bytes of an id."""


def envelope(row: Columns) -> Envelope:
    position, event_id, stream, version, kind, name, schema, data, correlation, causation, recorded = row
    return Envelope(
        position=position,
        event_id=_uuid(event_id),
        stream=stream,
        version=version,
        kind=kind,
        type=name,
        schema_version=schema,
        data=data,
        correlation_id=_uuid(correlation),
        causation_id=_uuid(causation) if causation else None,
        recorded_at=recorded,
    )


def _uuid(content: bytes) -> UUID:
    """Cut or filled up if the row is damaged: the rest of it can be shown."""
    return (
        UUID(bytes=content)
        if len(content) == _SIZE
        else UUID(bytes=bytes(content)[:_SIZE].ljust(_SIZE, b"\0"))
    )


def row(e: Envelope) -> Columns:
    causation = e.causation_id.bytes if e.causation_id else None
    # fmt: off
    return (
        e.position, e.event_id.bytes, e.stream, e.version, e.kind, e.type, e.schema_version, e.data,
        e.correlation_id.bytes, causation, e.recorded_at,
    )
    # fmt: on


def read_leniently(db: sqlite3.Connection, sql: str, parameters: Sequence[object]) -> list[Columns]:
    """All rows. In a damaged one, bytes that are no UTF-8 are replaced; SQLite's binding would fail."""
    try:
        return db.execute(sql, parameters).fetchall()
    except sqlite3.OperationalError as error:
        if "UTF-8" not in str(error):
            raise
    db.text_factory = replaced
    try:
        return db.execute(sql, parameters).fetchall()
    finally:
        db.text_factory = str


def replaced(text: bytes) -> str:
    """U+FFFD in place of what is no UTF-8."""
    return text.decode("utf-8", "replace")
