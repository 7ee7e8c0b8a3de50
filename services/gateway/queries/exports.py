"""Exports, running and ended."""

from typing import Final

import msgspec

from services.gateway.tables.pool import Views


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    job_id: str
    folder: str
    """Full path."""
    beside: bool
    """Sidecars lie beside the photos, not in the folder."""
    status: str
    """running, paused, done, failed or cancelled"""
    started_us: int
    """Microseconds since 1970, UTC."""
    finished_us: int | None
    photos: int
    """That were exported."""
    failed: int
    """Photo files for which no sidecar was written."""
    files_written: int
    """Files that were new or had to change."""
    files_unchanged: int
    """Files that were up to date."""
    reason: str
    """Why it stopped early; empty: it did not."""


_EXPORTS: Final = """SELECT e.job_id, e.folder, e.beside, j.status, j.started_us, j.finished_us, coalesce(j.done, 0),
    coalesce(j.failed, 0), e.written, e.unchanged, e.reason
  FROM export e JOIN job j USING (job_id)"""
_LATEST: Final = f"{_EXPORTS} ORDER BY j.position DESC LIMIT ?"
_ONE: Final = f"{_EXPORTS} WHERE e.job_id = ?"


async def latest_exports(views: Views, limit: int) -> list[ExportRow]:
    """Newest first."""
    return [_row(*row) for row in await views.fetch(_LATEST, (limit,))]


async def export(views: Views, job_id: str) -> ExportRow | None:
    return next((_row(*row) for row in await views.fetch(_ONE, (job_id,))), None)


def _row(*columns: object) -> ExportRow:
    fields = dict(zip(ExportRow.__struct_fields__, columns, strict=True))
    return msgspec.convert(fields | {"beside": bool(fields["beside"])}, ExportRow)
