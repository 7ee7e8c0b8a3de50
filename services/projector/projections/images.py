"""Images, the files they were seen in, files that could not be read, and the folders they come from."""

from datetime import UTC, datetime, timedelta

from services.kernel.events import (
    FileAdded,
    FileMissing,
    FileRejected,
    FileReplaced,
    FileReturned,
    ImageImported,
    ScanStarted,
    SourceUnavailable,
)
from services.projector.statement import Changes, Place, Statement, Table

_IMAGE = Table("image", 1)
_FILE = Table("file", 3)
_REJECTION = Table("rejection", 3)
_SOURCE = Table("source", 1)

IMPORT = Statement(
    _IMAGE,
    """INSERT INTO image (image_id, position, taken_ms, taken_at, taken_at_source, month, visible, width, height,
      colour, format, size, orientation, camera_make, camera_model, lens, f_number, exposure_s, iso, focal_mm, latitude,
      longitude, altitude_m)
    VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (image_id) DO UPDATE SET position = excluded.position, taken_ms = excluded.taken_ms,
      taken_at = excluded.taken_at, taken_at_source = excluded.taken_at_source, month = excluded.month,
      width = excluded.width, height = excluded.height, colour = excluded.colour, format = excluded.format,
      size = excluded.size, orientation = excluded.orientation, camera_make = excluded.camera_make,
      camera_model = excluded.camera_model, lens = excluded.lens, f_number = excluded.f_number,
      exposure_s = excluded.exposure_s, iso = excluded.iso, focal_mm = excluded.focal_mm,
      latitude = excluded.latitude, longitude = excluded.longitude, altitude_m = excluded.altitude_m""",
)
"""`visible` is corrected by the triggers, or at the end of a bulk load."""
SEE = Statement(
    _FILE,
    """INSERT INTO file (root, folder, name, image_id, size, mtime_ns, missing) VALUES (?, ?, ?, ?, ?, ?, 0)
    ON CONFLICT (root, folder, name) DO UPDATE SET image_id = excluded.image_id, size = excluded.size,
      mtime_ns = excluded.mtime_ns, missing = 0""",
)
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
    """INSERT INTO rejection (root, folder, name, size, mtime_ns, reason, position, job_id)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (root, folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
      reason = excluded.reason, position = excluded.position, job_id = excluded.job_id""",
)
ACCEPT = Statement(_REJECTION, "DELETE FROM rejection WHERE root = ? AND folder = ? AND name = ?")
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
    )
    return [(IMPORT, values)]


def file_seen(e: FileAdded | FileReplaced, at: Place) -> Changes:
    folder, name = _split(e.path)
    seen = (e.root, folder, name, e.image_id, e.size, e.mtime_ns)
    return [(SEE, seen), (ACCEPT, (e.root, folder, name))]


def file_missing(e: FileMissing, at: Place) -> Changes:
    return [(MISS, (e.root, *_split(e.path), e.image_id))]


def file_returned(e: FileReturned, at: Place) -> Changes:
    path = (e.root, *_split(e.path))
    return [(RETURN, (*path, e.image_id)), (ACCEPT, path)]


def file_rejected(e: FileRejected, at: Place) -> Changes:
    path = (e.root, *_split(e.path))
    return [(REJECT, (*path, e.size, e.mtime_ns, e.reason, at.position, at.job_id)), (SPOIL, path)]


def scan_started(e: ScanStarted, at: Place) -> Changes:
    return [(SOURCE, (root, None)) for root in e.roots]


def source_unavailable(e: SourceUnavailable, at: Place) -> Changes:
    return [(SOURCE, (e.root, e.reason))]
