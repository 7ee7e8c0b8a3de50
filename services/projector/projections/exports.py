"""Exports: where to, and what came of it."""

import msgspec

from services.domain.exports.export import ExportFinished, ExportStarted
from services.projector.projections.jobs import BEGIN, FINISH
from services.projector.rows.statement import Changes, Place, Statement, Table

_EXPORT = Table("export", 1)

FOLDER = Statement(
    _EXPORT,
    """INSERT INTO export (job_id, folder, beside) VALUES (?, ?, ?)
    ON CONFLICT (job_id) DO UPDATE SET folder = excluded.folder, beside = excluded.beside, written = 0, unchanged = 0,
      reason = '', failures = '[]'""",
)
RESULT = Statement(
    _EXPORT, "UPDATE export SET written = ?2, unchanged = ?3, reason = ?4, failures = ?5 WHERE job_id = ?1"
)


def export_started(e: ExportStarted, at: Place) -> Changes:
    begin = (e.job_id, at.position, "export", None, None, None, None, at.recorded_us, None, 0)
    return [(BEGIN, begin), (FOLDER, (e.job_id, e.folder, int(e.beside)))]


def export_finished(e: ExportFinished, at: Place) -> Changes:
    failures = msgspec.json.encode(e.failures).decode()
    finish = (e.job_id, at.recorded_us, e.exported + e.failed, e.exported, e.failed, None)
    result = (e.job_id, e.files_written, e.files_unchanged, e.reason, failures)
    return [(FINISH, (*finish, "failed" if e.reason else "done")), (RESULT, result)]
