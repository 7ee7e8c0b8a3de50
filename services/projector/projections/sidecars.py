"""Sidecar files: what they say about the pictures they belong to."""

from services.domain.files.checked import FilesChecked
from services.domain.files.events import SidecarGone, SidecarRead
from services.domain.files.sources import SourceMoved
from services.knowledge.stated import DAY, SECOND
from services.projector.projections.dates import milliseconds
from services.projector.projections.inside import lists
from services.projector.projections.problems import ACCEPT
from services.projector.rows import names, rules
from services.projector.rows.moving import Moving
from services.projector.rows.statement import Changes, Place, Statement, Table

SIDECAR = Table("sidecar", 4)

SAY = Statement(
    SIDECAR,
    """INSERT INTO sidecar (image_id, root, folder, name, size, mtime_ns, kind, claim_at, claim_ms, stated, latitude,
      longitude, altitude_m, description, favorite, archived, trashed, people, keywords, terms, paths, properties,
      regions, unread, stars, kinds, ctime_ns, since, facts)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (image_id, root, folder, name) DO UPDATE SET size = excluded.size, mtime_ns = excluded.mtime_ns,
      kind = excluded.kind, claim_at = excluded.claim_at, claim_ms = excluded.claim_ms, stated = excluded.stated,
      latitude = excluded.latitude, longitude = excluded.longitude,
      altitude_m = excluded.altitude_m, description = excluded.description,
      favorite = excluded.favorite, archived = excluded.archived, trashed = excluded.trashed,
      people = excluded.people, keywords = excluded.keywords, terms = excluded.terms, paths = excluded.paths,
      properties = excluded.properties, regions = excluded.regions,
      unread = excluded.unread, stars = excluded.stars,
      kinds = excluded.kinds, ctime_ns = excluded.ctime_ns, since = excluded.since, facts = excluded.facts""",
)
CHECK = Statement(
    SIDECAR,
    "UPDATE sidecar SET ctime_ns = ?5 WHERE image_id = ?1 AND root = ?2 AND folder = ?3 AND name = ?4",
)
FALL_SILENT = Statement(
    SIDECAR, "DELETE FROM sidecar WHERE image_id = ? AND root = ? AND folder = ? AND name = ?"
)
_MOVING = Moving(SIDECAR, "image_id, folder, name")


def _stated(e: SidecarRead) -> int:
    """Before it was recorded, a day without a time was noon to the second."""
    if e.digitized:
        return 0
    return e.taken_stated or (DAY if (e.taken_at or "")[11:] == "12:00:00" else SECOND)


def sidecar_read(e: SidecarRead, at: Place) -> Changes:
    claim = (e.taken_at, milliseconds(e.taken_at)) if e.taken_at else (None, None)
    row = (
        e.image_id, e.root, *names.split(e.path), e.size, e.mtime_ns, e.kind, *claim, _stated(e),
        e.latitude, e.longitude, e.altitude_m, e.description, int(e.favorite), int(e.archived), int(e.trashed),
        *lists(e), e.stars, rules.stored(rules.of_sidecar(e)), e.ctime_ns, at.position, e.facts,
    )  # fmt: skip
    if e.unread and not (e.description or e.properties):
        return [(SAY, row)]  # it can't be read at all, and stays among the problems
    return [(SAY, row), (ACCEPT, (e.root, *names.split(e.path)))]


def files_checked(e: FilesChecked, at: Place) -> Changes:
    return [(CHECK, (one.image_id, e.root, *names.split(one.path), one.ctime_ns)) for one in e.sidecars]


def sidecar_gone(e: SidecarGone, at: Place) -> Changes:
    return [(FALL_SILENT, (e.image_id, e.root, *names.split(e.path)))]


def sidecars_moved(e: SourceMoved, at: Place) -> Changes:
    return _MOVING.changes(e.moves, at.position)
