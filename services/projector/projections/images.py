"""Images, the files they were seen in, files that could not be read, and the folders they come from.

The date that a picture is shown at is chosen among claims (`views.sql`, `date_claim`): its bytes', its files', its
sidecars' and the person's.
"""

import json
from datetime import UTC, datetime, timedelta

from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileRejected,
    FileReplaced,
    FileReturned,
    FolderUnreadable,
    ImageImported,
    RejectionWithdrawn,
    ScanStarted,
    SidecarRead,
    SourceUnavailable,
)
from services.domain.photos.dates import DateCorrected
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.domain.problems.events import ProblemsIgnored, ProblemsShown
from services.projector import names, rules
from services.projector.projections.categories import ruled
from services.projector.projections.mentions import mentioned
from services.projector.statement import Changes, Place, Statement, Table

IMAGE = Table("image", 1)
_FILE = Table("file", 3)
_REJECTION = Table("rejection", 3)
_SOURCE = Table("source", 1)
SIDECAR = Table("sidecar", 4)
_CORRECTION = Table("correction", 1)
_HIDDEN = Table("hidden", 1)
_SUCCESSION = Table("succession", 2)

IMPORT = Statement(
    IMAGE,
    """INSERT INTO image (image_id, position, taken_ms, taken_at, taken_at_source, month, visible, width, height,
      colour, format, size, orientation, camera_make, camera_model, lens, f_number, exposure_s, iso, focal_mm, latitude,
      longitude, altitude_m, description, phash, grey, frames, duration_s, part, camera, own_at, own_ms, own_source)
    VALUES (?, ?, ?3, ?4, ?5, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?4, ?3, ?5)
    ON CONFLICT (image_id) DO UPDATE SET position = excluded.position, taken_ms = excluded.taken_ms,
      taken_at = excluded.taken_at, taken_at_source = excluded.taken_at_source, month = excluded.month,
      width = excluded.width, height = excluded.height, colour = excluded.colour, format = excluded.format,
      size = excluded.size, orientation = excluded.orientation, camera_make = excluded.camera_make,
      camera_model = excluded.camera_model, lens = excluded.lens, f_number = excluded.f_number,
      exposure_s = excluded.exposure_s, iso = excluded.iso, focal_mm = excluded.focal_mm,
      latitude = excluded.latitude, longitude = excluded.longitude, altitude_m = excluded.altitude_m,
      description = excluded.description, phash = excluded.phash, grey = excluded.grey, frames = excluded.frames,
      duration_s = excluded.duration_s, part = excluded.part, camera = excluded.camera,
      own_at = excluded.own_at, own_ms = excluded.own_ms, own_source = excluded.own_source""",
)
"""`visible` and the date are corrected by the triggers, or at the end of a bulk load."""
SEE = Statement(
    _FILE,
    """INSERT INTO file (root, folder, name, stem, edited_of, image_id, size, mtime_ns, missing, claim_at, claim_ms,
      claim_source)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)
    ON CONFLICT (root, folder, name) DO UPDATE SET image_id = excluded.image_id, size = excluded.size,
      mtime_ns = excluded.mtime_ns, missing = 0, claim_at = excluded.claim_at, claim_ms = excluded.claim_ms,
      claim_source = excluded.claim_source""",
)
SUCCEED = Statement(
    _SUCCESSION,
    """INSERT INTO succession (image_id, previous_image_id, position) VALUES (?, ?, ?)
    ON CONFLICT (image_id, previous_image_id) DO UPDATE SET position = excluded.position""",
)
LEAVE = Statement(_FILE, "DELETE FROM file WHERE root = ? AND folder = ? AND name = ? AND image_id = ?")
MISS = Statement(
    _FILE, "UPDATE file SET missing = 1 WHERE root = ? AND folder = ? AND name = ? AND image_id = ?"
)
RETURN = Statement(
    _FILE, "UPDATE file SET missing = 0 WHERE root = ? AND folder = ? AND name = ? AND image_id = ?"
)
SPOIL = Statement(_FILE, "UPDATE file SET missing = 1 WHERE root = ? AND folder = ? AND name = ?")
"""What stands there now can't be read, so the picture that was there is gone from there."""
REJECT = Statement(
    _REJECTION,
    """INSERT INTO rejection (root, folder, name, size, mtime_ns, reason, position, job_id, kind, ignored)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
    ON CONFLICT (root, folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
      reason = excluded.reason, position = excluded.position, job_id = excluded.job_id, kind = excluded.kind,
      ignored = 0""",
)
IGNORE = Statement(
    _REJECTION, "UPDATE rejection SET ignored = ?4 WHERE root = ?1 AND folder = ?2 AND name = ?3"
)
ACCEPT = Statement(_REJECTION, "DELETE FROM rejection WHERE root = ? AND folder = ? AND name = ?")
SAY = Statement(
    SIDECAR,
    """INSERT INTO sidecar (image_id, root, folder, name, size, mtime_ns, kind, claim_at, claim_ms, latitude, longitude,
      altitude_m, description, favorite, archived, trashed, people, keywords)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (image_id, root, folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
      kind = excluded.kind, claim_at = excluded.claim_at, claim_ms = excluded.claim_ms, latitude = excluded.latitude,
      longitude = excluded.longitude, altitude_m = excluded.altitude_m, description = excluded.description,
      favorite = excluded.favorite, archived = excluded.archived, trashed = excluded.trashed,
      people = excluded.people, keywords = excluded.keywords""",
)
CORRECT = Statement(
    _CORRECTION,
    """INSERT INTO correction (image_id, claim_at, claim_ms) VALUES (?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET claim_at = excluded.claim_at, claim_ms = excluded.claim_ms""",
)
UNCORRECT = Statement(_CORRECTION, "DELETE FROM correction WHERE image_id = ?")
HIDE = Statement(
    _HIDDEN,
    """INSERT INTO hidden (image_id, position) VALUES (?, ?)
    ON CONFLICT (image_id) DO UPDATE SET position = excluded.position""",
)
SHOW = Statement(_HIDDEN, "DELETE FROM hidden WHERE image_id = ?")
SOURCE = Statement(
    _SOURCE,
    """INSERT INTO source (root, unavailable) VALUES (?, ?)
    ON CONFLICT (root) DO UPDATE SET unavailable = excluded.unavailable""",
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(taken_at: str) -> int:
    """Since 1970, UTC; a time without an offset is read as UTC. 0 for what is no time at all: one picture with
    a broken date must not stop the others."""
    try:
        taken = datetime.fromisoformat(taken_at)
    except ValueError:
        return 0
    return ((taken if taken.tzinfo else taken.replace(tzinfo=UTC)) - _EPOCH) // _MILLISECOND


def _split(path: str) -> tuple[str, str]:
    folder, _, name = path.rpartition("/")
    return folder, name


def image_imported(e: ImageImported, at: Place) -> Changes:
    taken = e.taken_at
    values = (
        e.image_id,
        at.position,
        milliseconds(taken),
        taken,
        e.taken_at_source,
        taken[:7],
        e.width,
        e.height,
        e.colour,
        e.format,
        e.size,
        e.orientation,
        e.camera_make,
        e.camera_model,
        e.lens,
        e.f_number,
        e.exposure_s,
        e.iso,
        e.focal_mm,
        e.latitude,
        e.longitude,
        e.altitude_m,
        e.description,
        _signed(e.phash),
        int(e.grey),
        e.frames,
        e.duration_s,
        rules.part(e),
        rules.camera(e),
    )
    return [(IMPORT, values), *ruled(e.image_id, rules.of_picture(e))]


def _signed(phash: str | None) -> int | None:
    """Of 16 hex digits: SQLite's integers have a sign."""
    return int.from_bytes(bytes.fromhex(phash), signed=True) if phash else None


def _seen(e: FileAdded | FileReplaced | FileMoved) -> Changes:
    folder, name = _split(e.path)
    claim = (e.taken_at, milliseconds(e.taken_at), e.taken_at_source) if e.taken_at else (None, None, None)
    stem = names.stem(name)
    original = names.original(stem)
    bonds = (f"{folder}/{stem}", f"{folder}/{original}" if original else None)
    seen = (e.root, folder, name, *bonds, e.image_id, e.size, e.mtime_ns, *claim)
    by_name = ruled(e.image_id, rules.of_path(e.path))
    return [(SEE, seen), (ACCEPT, (e.root, folder, name)), *by_name]


def file_added(e: FileAdded, at: Place) -> Changes:
    return _seen(e)


def file_replaced(e: FileReplaced, at: Place) -> Changes:
    return [*_seen(e), (SUCCEED, (e.image_id, e.previous_image_id, at.position))]


def file_moved(e: FileMoved, at: Place) -> Changes:
    return [(LEAVE, (e.from_root, *_split(e.from_path), e.image_id)), *_seen(e)]


def sidecar_read(e: SidecarRead, at: Place) -> Changes:
    claim = (e.taken_at, milliseconds(e.taken_at)) if e.taken_at else (None, None)
    said = (
        e.image_id,
        e.root,
        *_split(e.path),
        e.size,
        e.mtime_ns,
        e.kind,
        *claim,
        e.latitude,
        e.longitude,
        e.altitude_m,
        e.description,
        int(e.favorite),
        int(e.archived),
        int(e.trashed),
        json.dumps(e.people, ensure_ascii=False),
        json.dumps(e.keywords, ensure_ascii=False),
    )
    return [(SAY, said), *ruled(e.image_id, rules.of_sidecar(e), "sidecar")]


def date_corrected(e: DateCorrected, at: Place) -> Changes:
    if e.taken_at is None:
        return [(UNCORRECT, (e.image_id,))]
    return [(CORRECT, (e.image_id, e.taken_at, milliseconds(e.taken_at)))]


def images_hidden(e: ImagesHidden, at: Place) -> Changes:
    hidden: Changes = [(HIDE, (image, at.position)) for image in e.image_ids]
    return hidden + mentioned(e.image_ids, at)


def images_unhidden(e: ImagesUnhidden, at: Place) -> Changes:
    shown: Changes = [(SHOW, (image,)) for image in e.image_ids]
    return shown + mentioned(e.image_ids, at)


def file_missing(e: FileMissing, at: Place) -> Changes:
    return [(MISS, (e.root, *_split(e.path), e.image_id))]


def file_returned(e: FileReturned, at: Place) -> Changes:
    path = (e.root, *_split(e.path))
    return [(RETURN, (*path, e.image_id)), (ACCEPT, path)]


def file_rejected(e: FileRejected, at: Place) -> Changes:
    path = (e.root, *_split(e.path))
    return [(REJECT, (*path, e.size, e.mtime_ns, e.reason, at.position, at.job_id, "file")), (SPOIL, path)]


def folder_unreadable(e: FolderUnreadable, at: Place) -> Changes:
    return [(REJECT, (e.root, *_split(e.path), 0, 0, e.reason, at.position, at.job_id, "folder"))]


def problems_ignored(e: ProblemsIgnored, at: Place) -> Changes:
    return [(IGNORE, (file.root, *_split(file.path), 1)) for file in e.files]


def problems_shown(e: ProblemsShown, at: Place) -> Changes:
    return [(IGNORE, (file.root, *_split(file.path), 0)) for file in e.files]


def rejection_withdrawn(e: RejectionWithdrawn, at: Place) -> Changes:
    return [(ACCEPT, (e.root, *_split(e.path)))]


def scan_started(e: ScanStarted, at: Place) -> Changes:
    return [(SOURCE, (root, None)) for root in e.roots]


def source_unavailable(e: SourceUnavailable, at: Place) -> Changes:
    return [(SOURCE, (e.root, e.reason))]
