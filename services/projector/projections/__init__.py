"""Turns an event into the statements that project it into the read tables. Pure: no clock, no file, no database.

Every statement is an upsert or a delete, so replaying the log any number of times in any batches gives the same tables.
"""

import importlib
import pkgutil
from functools import lru_cache
from typing import Final

from services.kernel.log.codec import decode_event
from services.kernel.log.envelope import Envelope
from services.kernel.log.event import Event
from services.projector.rows.handlers import handlers
from services.projector.rows.statement import Changes, Place

SUBJECTS: Final = tuple(
    importlib.import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)
)
"""Every module here is scanned for projections. The SQL of their tables lies beside them (`schema.py`)."""
PROJECTIONS: Final = handlers(SUBJECTS)
"""Every event type has at least one (enforced by a test)."""
_BY_TYPE: Final = {cls.TYPE: projections for cls, projections in PROJECTIONS.items()}


@lru_cache(maxsize=256)
def _text(correlation_id: bytes) -> str:
    """Like `str(UUID(bytes=…))`, which takes ten times as long. Raises ValueError unless it has 16 bytes."""
    if len(correlation_id) != 16:
        raise ValueError("bytes is not a 16-char string")
    h = correlation_id.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def changes(event: Event, place: Place) -> Changes:
    """Of an event of the current schema version."""
    projections = _BY_TYPE[event.TYPE]
    result = projections[0](event, place)
    for project in projections[1:]:
        result += project(event, place)
    return result


def project_row(
    position: int, name: str, schema_version: int, data: str, correlation_id: bytes, recorded_us: int
) -> Changes:
    """Of an event as stored in the log. Raises codec.UnknownEvent or codec.BrokenEvent."""
    event = decode_event(name, schema_version, data)
    return changes(event, Place(position, recorded_us, _text(correlation_id)))


def project(e: Envelope) -> Changes:
    """Of any message; commands change nothing. Raises codec.UnknownEvent or codec.BrokenEvent."""
    if e.kind == "C":
        return []
    return project_row(e.position, e.type, e.schema_version, e.data, e.correlation_id.bytes, e.recorded_at)
