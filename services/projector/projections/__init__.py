"""From an event to the statements that bring it into the read tables. Pure: no clock, no file, no database.

Each statement is an upsert or a delete, so the tables come out the same however often and in whatever batches
the log is replayed.
"""

import importlib
import pkgutil
from functools import lru_cache
from typing import Final
from uuid import UUID

from services.kernel.log.codec import decode_event
from services.kernel.log.envelope import Envelope
from services.kernel.log.event import Event
from services.projector.rows.handlers import handlers
from services.projector.rows.statement import Changes, Place

SUBJECTS: Final = tuple(
    importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
)
"""Where projections are looked for: every module here. The SQL of their tables lies beside them (`schema.py`)."""
PROJECTIONS: Final = handlers(SUBJECTS)
"""Every event of the log has at least one (a test makes sure)."""
_BY_TYPE: Final = {cls.TYPE: projections for cls, projections in PROJECTIONS.items()}


@lru_cache(maxsize=256)
def _text(correlation_id: bytes) -> str:
    return str(UUID(bytes=correlation_id))


def changes(event: Event, place: Place) -> Changes:
    """Of an event that is one of today's."""
    first, *others = _BY_TYPE[event.TYPE]
    result = first(event, place)
    for project in others:
        result += project(event, place)
    return result


def project_row(
    position: int, name: str, schema_version: int, data: str, correlation_id: bytes, recorded_us: int
) -> Changes:
    """Of an event as it lies in the log. Raises codec.UnknownEvent or codec.BrokenEvent."""
    event = decode_event(name, schema_version, data)
    return changes(event, Place(position, recorded_us, _text(correlation_id)))


def project(envelope: Envelope) -> Changes:
    """Of any message; commands change nothing. Raises codec.UnknownEvent or codec.BrokenEvent."""
    if envelope.kind == "C":
        return []
    return project_row(
        envelope.position,
        envelope.type,
        envelope.schema_version,
        envelope.data,
        envelope.correlation_id.bytes,
        envelope.recorded_at,
    )
