"""Imports from other programs."""

from services.domain.imports import events
from services.projector.projections.jobs import BEGIN, FINISH
from services.projector.rows.statement import Changes, Place, Statement, Table

SOURCE = Statement(
    Table("import", 1),
    "INSERT INTO import (job_id, source) VALUES (?, ?) ON CONFLICT (job_id) DO UPDATE SET source = excluded.source",
)
FAILURE = Statement(
    Table("import_failure", 3),
    """INSERT INTO import_failure (job_id, number, place, path, name, reason) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (job_id, number, place) DO UPDATE SET path = excluded.path, name = excluded.name,
      reason = excluded.reason""",
)


def import_started(e: events.ImportStarted, at: Place) -> Changes:
    begin = (e.job_id, at.position, "import", None, None, None, None, at.recorded_us, None, 0)
    return [(BEGIN, begin), (SOURCE, (e.job_id, e.source))]


def import_failed(e: events.ImportFailed, at: Place) -> Changes:
    return [
        (FAILURE, (e.job_id, at.position, place, one.path, one.name, one.reason))
        for place, one in enumerate(e.failures)
    ]


def import_finished(e: events.ImportFinished, at: Place) -> Changes:
    return [(FINISH, (e.job_id, at.recorded_us, e.total, e.matches, e.failed, e.changed, "done"))]
