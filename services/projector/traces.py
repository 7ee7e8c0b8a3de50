"""The traces that rows of the log belong to."""

from collections.abc import Callable, Iterator
from functools import cache
from uuid import UUID

from services.kernel.tracing.spans import Origin
from services.projector.source import Row


def origins(rows: list[Row], is_command: Callable[[UUID], bool]) -> Iterator[Origin]:
    """One of each row whose correlation id is whole. `is_command`: is asked once for each."""

    @cache
    def origin(correlation_id: bytes) -> Origin:
        own = UUID(bytes=correlation_id)
        return Origin(own, own if is_command(own) else None)

    for row in rows:
        if isinstance(row[5], bytes) and len(row[5]) == 16:
            yield origin(row[5])
