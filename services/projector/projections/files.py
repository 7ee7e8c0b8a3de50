"""Files that contain images, and their source folders."""

from services.domain.files import events
from services.domain.files.absences import MissingAnswered, MissingSettled
from services.domain.files.checked import FilesChecked
from services.domain.files.doubts import InheritanceDoubted, InheritancesChecked
from services.domain.files.editing import EditSuspected
from services.domain.files.folders import SourceAdded, SourceRemoved
from services.domain.files.forgetting import SourceForgotten, SourceRestored
from services.domain.files.rejections import FileRejected
from services.domain.files.removals import CopiesRemoved, RemovalsIgnored
from services.domain.files.sources import SourceMoved
from services.knowledge.folding import differing
from services.projector.projections.dates import milliseconds
from services.projector.projections.problems import ACCEPT
from services.projector.rows import names, rules
from services.projector.rows.mentions import mentioned
from services.projector.rows.moving import Moving
from services.projector.rows.statement import Changes, Place, Statement, Table

_FILE = Table("file", 3)
_SUCCESSION = Table("succession", 2)
_SOURCE = Table("source", 1)

SEE = Statement(
    _FILE,
    """INSERT INTO file (root, folder, name, stem, edited_of, edit_certain, image_id, size, mtime_ns, missing, claim_at,
      claim_ms, claim_source, kinds, ctime_ns, sort_key, inode, since, plain_folder, plain_name)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (root, folder, name) DO UPDATE SET image_id = excluded.image_id, size = excluded.size,
      mtime_ns = excluded.mtime_ns, missing = 0, claim_at = excluded.claim_at, claim_ms = excluded.claim_ms,
      claim_source = excluded.claim_source, kinds = excluded.kinds,
      ctime_ns = excluded.ctime_ns, inode = excluded.inode, since = excluded.since""",
)
SUCCEED = Statement(
    _SUCCESSION,
    """INSERT INTO succession (image_id, previous_image_id, position) VALUES (?, ?, ?)
    ON CONFLICT (image_id, previous_image_id) DO UPDATE SET position = excluded.position""",
)
IMAGE_ID, SORT_KEY = 6, 14
"""Which of its parameters they are."""
LEAVE = Statement(_FILE, "DELETE FROM file WHERE root = ? AND folder = ? AND name = ? AND image_id = ?")
MISS = Statement(
    _FILE, "UPDATE file SET missing = 1 WHERE root = ? AND folder = ? AND name = ? AND image_id = ?"
)
RETURN = Statement(
    _FILE, "UPDATE file SET missing = 0 WHERE root = ? AND folder = ? AND name = ? AND image_id = ?"
)
CHECK = Statement(
    _FILE,
    """UPDATE file SET ctime_ns = ?5, inode = ?6
    WHERE root = ?1 AND folder = ?2 AND name = ?3 AND image_id = ?4""",
)
DATE = Statement(
    _FILE,
    """UPDATE file SET claim_at = ?5, claim_ms = ?6, claim_source = ?7
    WHERE root = ?1 AND folder = ?2 AND name = ?3 AND image_id = ?4""",
)
SPOIL = Statement(_FILE, "UPDATE file SET missing = 1 WHERE root = ? AND folder = ? AND name = ?")
"""The file there now is unreadable, so the picture that was there counts as missing."""
SET_SOURCE = Statement(
    _SOURCE,
    """INSERT INTO source (root, unavailable, in_use, forgotten) VALUES (?, ?, 1, 0)
    ON CONFLICT (root) DO UPDATE SET unavailable = excluded.unavailable, in_use = 1""",
)
ASK = Statement(
    _SOURCE,
    """INSERT INTO source (root, unavailable, question, missing, photos, below, opened)
    VALUES (?, ?, nullif(?, ''), ?, ?, ?, ?)
    ON CONFLICT (root) DO UPDATE SET unavailable = excluded.unavailable, in_use = 1, question = excluded.question,
      missing = excluded.missing, photos = excluded.photos, below = excluded.below,
      opened = iif(excluded.opened, excluded.opened, opened)""",
)
ANSWER = Statement(
    _SOURCE,
    """INSERT INTO source (root, answer, answered, answered_at, in_use) VALUES (?, ?, ?, ?, 0)
    ON CONFLICT (root) DO UPDATE SET answer = excluded.answer, answered = excluded.answered,
      answered_at = excluded.answered_at""",
)
SETTLE = Statement(_SOURCE, "UPDATE source SET question = NULL WHERE root = ?1")
UNUSE = Statement(_SOURCE, "UPDATE source SET in_use = 0 WHERE in_use = ?", sweeping=True)
LET_GO = Statement(_SOURCE, "UPDATE source SET in_use = 0 WHERE root = ?")
MARK_FORGOTTEN = Statement(
    _SOURCE,
    """INSERT INTO source (root, in_use, forgotten) VALUES (?1, 0, ?2)
    ON CONFLICT (root) DO UPDATE SET forgotten = excluded.forgotten""",
)
HIDE_FILES = Statement(_FILE, "UPDATE file SET missing = 2 WHERE root = ? AND missing = 0", sweeping=True)
SHOW_FILES = Statement(_FILE, "UPDATE file SET missing = 0 WHERE root = ? AND missing = 2", sweeping=True)
LEAVE_SOURCE = Statement(_SOURCE, "DELETE FROM source WHERE root = ?")
_MOVING = Moving(_FILE, "folder, name")


def _seen(e: events.FileAdded | events.FileReplaced | events.FileMoved, at: Place) -> Changes:
    folder, name = names.split(e.path)
    claim = (e.taken_at, milliseconds(e.taken_at), e.taken_at_source) if e.taken_at else (None, None, None)
    stem = names.stem(name)
    original = names.original(stem)
    of = f"{folder}/{original.stem}" if original else None
    bonds = (f"{folder}/{stem}", of, int(original is not None and original.certain))
    seen = (e.root, folder, name, *bonds, e.image_id, e.size, e.mtime_ns, *claim)
    kinds = rules.stored(rules.of_path(e.path))
    order = names.sort_key(folder, name)
    plain = (differing(folder), differing(name))
    return [
        (SEE, (*seen, kinds, e.ctime_ns, order, e.inode, at.position, *plain)),
        (ACCEPT, (e.root, folder, name)),
    ]


def file_added(e: events.FileAdded, at: Place) -> Changes:
    return _seen(e, at)


def file_replaced(e: events.FileReplaced, at: Place) -> Changes:
    return [*_seen(e, at), (SUCCEED, (e.image_id, e.previous_image_id, at.position))]


def edit_suspected(e: EditSuspected, at: Place) -> Changes:
    """It belongs to the history of the former picture as well."""
    return mentioned([e.previous_image_id], at)


def inheritance_doubted(e: InheritanceDoubted, at: Place) -> Changes:
    return mentioned([e.image_id, e.previous_image_id], at)


def inheritances_checked(e: InheritancesChecked, at: Place) -> Changes:
    return []


def file_moved(e: events.FileMoved, at: Place) -> Changes:
    return [(LEAVE, (e.from_root, *names.split(e.from_path), e.image_id)), *_seen(e, at)]


def file_missing(e: events.FileMissing, at: Place) -> Changes:
    return [(MISS, (e.root, *names.split(e.path), e.image_id))]


def file_returned(e: events.FileReturned, at: Place) -> Changes:
    path = (e.root, *names.split(e.path))
    return [(RETURN, (*path, e.image_id)), (ACCEPT, path)]


def file_rejected(e: FileRejected, at: Place) -> Changes:
    return [(SPOIL, (e.root, *names.split(e.path)))]


def files_checked(e: FilesChecked, at: Place) -> Changes:
    changes: Changes = []
    for one in e.files:
        place = (e.root, *names.split(one.path), one.image_id)
        changes.append((CHECK, (*place, one.ctime_ns, one.inode)))
        if one.taken_at:
            changes.append((DATE, (*place, one.taken_at, milliseconds(one.taken_at), one.taken_at_source)))
    return changes


def scan_started(e: events.ScanStarted, at: Place) -> Changes:
    return [(UNUSE, (1,)), *((SET_SOURCE, (root, None)) for root in e.roots)]


def source_unavailable(e: events.SourceUnavailable, at: Place) -> Changes:
    first = 0 if e.again else at.position
    return [(ASK, (e.root, e.reason, e.question, e.missing, e.held, e.below, first))]


def missing_answered(e: MissingAnswered, at: Place) -> Changes:
    """It counts while its question is open (`queries/absences.py`)."""
    return [(ANSWER, (e.root, e.answer, e.question, at.position))]


def missing_settled(e: MissingSettled, at: Place) -> Changes:
    return [(SETTLE, (e.root,))]


def copies_removed(e: CopiesRemoved, at: Place) -> Changes:
    """The files themselves are missing by `FileMissing`."""
    return []


def removals_ignored(e: RemovalsIgnored, at: Place) -> Changes:
    return []


def source_moved(e: SourceMoved, at: Place) -> Changes:
    roots = [move.root for move in e.moves]
    sources: Changes = [(LEAVE_SOURCE, (move.former,)) for move in e.moves if move.former not in roots]
    sources += [(SET_SOURCE, (root, None)) for root in roots]
    return sources + _MOVING.changes(e.moves, at.position)


def source_forgotten(e: SourceForgotten, at: Place) -> Changes:
    return [(MARK_FORGOTTEN, (e.root, 1)), (HIDE_FILES, (e.root,))]


def source_added(e: SourceAdded, at: Place) -> Changes:
    """The scan that begins with it says the same of all folders."""
    return []


def source_removed(e: SourceRemoved, at: Place) -> Changes:
    return [(LET_GO, (e.root,))]


def source_restored(e: SourceRestored, at: Place) -> Changes:
    return [(MARK_FORGOTTEN, (e.root, 0)), (SHOW_FILES, (e.root,))]
