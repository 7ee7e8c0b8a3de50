"""Failures: files that could not be read, and images that a model could not classify; what scans pass over."""

import json

from services.domain.files.passed import FilesPassedOver
from services.domain.files.rejections import FileRejected, FolderUnreadable, RejectionWithdrawn
from services.domain.files.sources import SourceMoved
from services.domain.jobs.events import ClassificationFailed
from services.domain.problems.events import ProblemsIgnored, ProblemsShown
from services.projector.rows import names
from services.projector.rows.moving import Moving
from services.projector.rows.statement import Changes, Place, Statement, Table

_REJECTION = Table("rejection", 3)
_FAILURE = Table("failure", 2)
_PASSED = Table("passed_over", 1)

REJECT = Statement(
    _REJECTION,
    """INSERT INTO rejection (root, folder, name, size, mtime_ns, ctime_ns, reason, position, job_id, kind, ignored,
      since)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?8, ?, ?, 0, ?8)
    ON CONFLICT (root, folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
      ctime_ns = excluded.ctime_ns, reason = excluded.reason, position = excluded.position,
      job_id = excluded.job_id, kind = excluded.kind, ignored = 0, since = excluded.since""",
)
ACCEPT = Statement(_REJECTION, "DELETE FROM rejection WHERE root = ? AND folder = ? AND name = ?")
IGNORE_FILE = Statement(
    _REJECTION, "UPDATE rejection SET ignored = ?4 WHERE root = ?1 AND folder = ?2 AND name = ?3"
)
PASS = Statement(
    _PASSED,
    """INSERT INTO passed_over (root, kind, count, examples) VALUES (?, ?, ?, ?)
    ON CONFLICT (root, kind) DO UPDATE SET count = excluded.count, examples = excluded.examples""",
)
FIND_NONE = Statement(_PASSED, "DELETE FROM passed_over WHERE root = ? AND kind = ?")
LEAVE_ROOT = Statement(_PASSED, "DELETE FROM passed_over WHERE root = ?")
_MOVING = Moving(_REJECTION, "folder, name")
FAIL = Statement(
    _FAILURE,
    """INSERT INTO failure (image_id, model_id, job_id, position, reason, ignored) VALUES (?, ?, ?, ?, ?, 0)
    ON CONFLICT (image_id, model_id) DO UPDATE SET job_id = excluded.job_id, position = excluded.position,
      reason = excluded.reason, ignored = 0""",
)
SUCCEED = Statement(_FAILURE, "DELETE FROM failure WHERE image_id = ? AND model_id = ?")
IGNORE_FAILURE = Statement(_FAILURE, "UPDATE failure SET ignored = ?3 WHERE image_id = ?1 AND model_id = ?2")


def file_rejected(e: FileRejected, at: Place) -> Changes:
    version = (e.size, e.mtime_ns, e.ctime_ns)
    return [(REJECT, (e.root, *names.split(e.path), *version, e.reason, at.position, at.job_id, "file"))]


def folder_unreadable(e: FolderUnreadable, at: Place) -> Changes:
    return [(REJECT, (e.root, *names.split(e.path), 0, 0, None, e.reason, at.position, at.job_id, "folder"))]


def rejection_withdrawn(e: RejectionWithdrawn, at: Place) -> Changes:
    return [(ACCEPT, (e.root, *names.split(e.path)))]


def classification_failed(e: ClassificationFailed, at: Place) -> Changes:
    return [(FAIL, (e.image_id, e.model_id, at.job_id, at.position, e.reason))]


def problems_ignored(e: ProblemsIgnored, at: Place) -> Changes:
    return _ignored(e, 1)


def problems_shown(e: ProblemsShown, at: Place) -> Changes:
    return _ignored(e, 0)


def _ignored(e: ProblemsIgnored | ProblemsShown, ignored: int) -> Changes:
    files: Changes = [(IGNORE_FILE, (file.root, *names.split(file.path), ignored)) for file in e.files]
    return files + [(IGNORE_FAILURE, (one.image_id, one.model_id, ignored)) for one in e.failures]


def files_passed_over(e: FilesPassedOver, at: Place) -> Changes:
    if not e.count:
        return [(FIND_NONE, (e.root, e.kind))]
    return [(PASS, (e.root, e.kind, e.count, json.dumps(e.examples, ensure_ascii=False)))]


def problems_moved(e: SourceMoved, at: Place) -> Changes:
    """What was passed over is told again by the scan of the new path."""
    former: Changes = [(LEAVE_ROOT, (move.former,)) for move in e.moves]
    return former + _MOVING.changes(e.moves, at.position)
