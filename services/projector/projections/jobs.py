"""Jobs: started once, paused and resumed at will, ended once. The first event to end a job wins."""

import msgspec

from services.domain.files.events import ScanFinished, ScanStarted
from services.domain.history.erased import Erased, PhotosErased
from services.domain.history.losses import EntryLost, LogRecovered
from services.domain.history.undo import CommandUndone
from services.domain.jobs import events
from services.projector.rows.statement import Changes, Place, Statement, Table

_JOB = Table("job", 1)
_UNDONE = Table("undone", 1)

BEGIN = Statement(
    _JOB,
    """INSERT INTO job (job_id, position, kind, status, model_id, scope, images, asked, started_us, zone, activates)
    VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (job_id) DO UPDATE SET position = excluded.position, kind = excluded.kind, status = 'running',
      model_id = excluded.model_id, scope = excluded.scope, images = excluded.images,
      asked = excluded.asked, started_us = excluded.started_us, zone = excluded.zone,
      activates = excluded.activates, finished_us = NULL,
      total = NULL, done = NULL, failed = NULL, added = NULL""",
)
_UNENDED = "WHERE job_id = ?1 AND status IN ('running', 'paused')"
FINISH = Statement(
    _JOB,
    f"""UPDATE job SET status = ?7, finished_us = ?2, total = ?3, done = ?4, failed = ?5, added = ?6
    {_UNENDED}""",
)
CANCEL = Statement(
    _JOB,
    f"""UPDATE job SET status = 'cancelled', finished_us = ?2, total = ?3, done = ?4, failed = ?5 {_UNENDED}""",
)
PAUSE = Statement(_JOB, "UPDATE job SET status = 'paused' WHERE job_id = ?1 AND status = 'running'")
RESUME = Statement(_JOB, "UPDATE job SET status = 'running' WHERE job_id = ?1 AND status = 'paused'")
UNDO = Statement(
    _UNDONE,
    """INSERT INTO undone (command_id, position) VALUES (?, ?)
    ON CONFLICT (command_id) DO UPDATE SET position = excluded.position""",
)


def scan_started(e: ScanStarted, at: Place) -> Changes:
    return [(BEGIN, (at.job_id, at.position, "scan", None, None, None, None, at.recorded_us, e.zone, 0))]


def scan_finished(e: ScanFinished, at: Place) -> Changes:
    done = e.added + e.moved + e.unchanged
    return [(FINISH, (at.job_id, at.recorded_us, e.found, done, e.rejected, e.added, "done"))]


def classification_requested(e: events.ClassificationRequested, at: Place) -> Changes:
    named = (msgspec.json.encode(e.images).decode(), len(e.images)) if e.scope == "images" else (None, None)
    rest = (*named, at.recorded_us, None, int(e.activates))
    return [(BEGIN, (e.job_id, at.position, "classify", e.model_id, e.scope, *rest))]


def job_finished(e: events.JobFinished, at: Place) -> Changes:
    return [(FINISH, (e.job_id, at.recorded_us, e.done + e.failed, e.done, e.failed, None, "done"))]


def job_cancelled(e: events.JobCancelled, at: Place) -> Changes:
    return [(CANCEL, (e.job_id, at.recorded_us, e.total, e.done, e.failed))]


def job_paused(e: events.JobPaused, at: Place) -> Changes:
    return [(PAUSE, (e.job_id,))]


def job_resumed(e: events.JobResumed, at: Place) -> Changes:
    return [(RESUME, (e.job_id,))]


def command_undone(e: CommandUndone, at: Place) -> Changes:
    return [(UNDO, (e.command_id, at.position))]


def erased(e: Erased, at: Place) -> Changes:
    return []


def photos_erased(e: PhotosErased, at: Place) -> Changes:
    return []


def entry_lost(e: EntryLost, at: Place) -> Changes:
    return []


def log_recovered(e: LogRecovered, at: Place) -> Changes:
    return []
