"""The write side's queries on the read tables: which photos a job still has to process, and what exists.

Outstanding work is a query, never a stored list, so that nothing is forgotten or done twice: a photo is outstanding
until the log has a verdict or a failure for it from the job.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from services.domain.categories.category import Category
from services.domain.estate import Estate
from services.domain.models.events import ModelKind
from services.gateway.queries.inherited import estate
from services.gateway.queries.models import active_model
from services.gateway.queries.timeline import NEWEST_FIRST
from services.gateway.tables.pool import Reader
from services.knowledge.formats import ANIMATED


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    job_id: str
    position: int
    kind: str
    """`scan`, `classify`, `export` or `import`."""
    status: str
    """running, paused, done, failed or cancelled"""
    model_id: str | None
    scope: str | None
    asked: int | None
    """Number of photos listed in the job if `scope` is `images`."""
    started_us: int
    finished_us: int | None
    total: int | None
    done: int | None
    failed: int | None
    added: int | None
    activates: bool = False
    """Its model comes into use once it is done."""
    task: ModelKind = "classes"
    """What its model says of photos. Classes come first."""


class FileRow(msgspec.Struct, frozen=True):
    """What the library knew about a path at the last scan."""

    image_id: str | None
    """None if it was rejected."""
    size: int
    mtime_ns: int
    missing: bool = False
    ctime_ns: int | None = None
    """None if nobody has noted it yet."""
    inode: int | None = None
    """As in `FileAdded`."""
    stale: bool = False
    """A reader read it that knew less (`knowledge.facts_version`)."""

    def same(self, size: int, mtime_ns: int) -> bool:
        return (self.size, self.mtime_ns) == (size, mtime_ns)

    def touched(self, ctime_ns: int | None) -> bool:
        """The file system has changed something about the file since, perhaps its bytes. Inode numbers aren't compared:
        those of FAT, exFAT and network mounts change with every mount, and a file that replaces another gets another
        change time anyway."""
        return self.ctime_ns is not None and ctime_ns is not None and self.ctime_ns != ctime_ns


_JOBS = """SELECT job_id, position, kind, status, model_id, scope, asked, started_us, finished_us, total, done,
  failed, added, activates, coalesce((SELECT m.kind FROM model m WHERE m.model_id = job.model_id), 'classes')
  FROM job"""
_UNFINISHED = f"{_JOBS} WHERE status IN ('running', 'paused') ORDER BY position"
_RECENT = f"{_JOBS} ORDER BY position DESC LIMIT ?"
_ONE = f"{_JOBS} WHERE job_id = ?"

# ?1 model, ?2 position of the job, ?3 its id. A photo that was rotated since is looked at again, by another job: each
# has one result per photo, whose id is derived from the job's.
_NEW_VERDICT = """SELECT 1 FROM verdict v
  WHERE v.image_id = i.image_id AND v.model_id = ?1 AND v.position > ?2"""
_VERDICTS = {
    "unclassified": """SELECT 1 FROM verdict v WHERE v.image_id = i.image_id AND v.model_id = ?1
      AND (v.rotation = i.rotation OR v.job_id = ?3)""",
    "all": _NEW_VERDICT,
    "images": _NEW_VERDICT,
}
_TO_DO = {
    scope: f"""NOT EXISTS ({verdict}) AND NOT EXISTS (SELECT 1 FROM failure f
      WHERE f.image_id = i.image_id AND f.model_id = ?1 AND f.position > ?2)"""
    for scope, verdict in _VERDICTS.items()
}
_AMONG = {
    "unclassified": "i.visible = 1",
    "all": "i.visible = 1",
    "images": "i.image_id IN (SELECT n.value FROM job j CROSS JOIN json_each(j.images) n WHERE j.job_id = ?3)",
}
_NOT_DONE = {scope: f"FROM image i WHERE {among} AND {_TO_DO[scope]}" for scope, among in _AMONG.items()}
_OUTSTANDING = {
    scope: f"SELECT i.image_id {where} ORDER BY {NEWEST_FIRST} LIMIT ?4" for scope, where in _NOT_DONE.items()
}
_LEFT = {scope: f"SELECT count(*) {where}" for scope, where in _NOT_DONE.items()}
# The photos of a job, whichever job has answered for them since it began.
_OF_JOB = _AMONG | {
    "unclassified": """i.visible = 1 AND NOT EXISTS (SELECT 1 FROM verdict v
      WHERE v.image_id = i.image_id AND v.model_id = ?1 AND v.rotation = i.rotation AND v.since <= ?2)""",
}
_PROGRESS = {
    scope: f"""SELECT count(*), count(*) FILTER (WHERE {_TO_DO[scope]}), (SELECT count(*)
        FROM failure f JOIN image i USING (image_id) WHERE f.model_id = ?1 AND f.position > ?2 AND {of_job})
      FROM image i WHERE {of_job}"""
    for scope, of_job in _OF_JOB.items()
}

_NEVER_TRIED = """SELECT 1 FROM image i WHERE i.visible = 1
  AND NOT EXISTS (SELECT 1 FROM verdict v
    WHERE v.image_id = i.image_id AND v.model_id = ?1 AND v.rotation = i.rotation)
  AND NOT EXISTS (SELECT 1 FROM failure f WHERE f.image_id = i.image_id AND f.model_id = ?1) LIMIT 1"""
_DONE = "SELECT count(*) FROM verdict WHERE job_id = ?"
_FAILED = "SELECT count(*) FROM failure WHERE job_id = ?"
_FAILED_IMAGES = """SELECT image_id FROM failure WHERE model_id = ?1 AND (?2 IS NULL OR job_id = ?2)
    AND (?3 IS NULL OR reason = ?3) AND (?2 IS NOT NULL OR ignored = 0) ORDER BY position"""
_FAILURES = """SELECT f.image_id, coalesce((SELECT path FROM file WHERE image_id = f.image_id LIMIT 1), ''), f.reason
  FROM failure f WHERE f.job_id = ? ORDER BY f.position LIMIT 200"""
_REJECTED = "SELECT NULL, path, reason FROM rejection WHERE job_id = ? ORDER BY position LIMIT 200"
_NOT_EXPORTED = """SELECT v.value ->> 'image_id', v.value ->> 'path', v.value ->> 'reason'
  FROM export e CROSS JOIN json_each(e.failures) v WHERE e.job_id = ?"""
_NOT_IMPORTED = """SELECT NULL, iif(name = '', path, name), reason FROM import_failure WHERE job_id = ?
  ORDER BY number, place LIMIT 200"""
_FAILURES_OF = {
    "scan": _REJECTED,
    "classify": _FAILURES,
    "export": _NOT_EXPORTED,
    "import": _NOT_IMPORTED,
}
_REJECTED_COUNT = "SELECT count(*) FROM rejection WHERE job_id = ?"
_KNOWN = "SELECT image_id FROM image WHERE image_id IN (SELECT value FROM json_each(?))"
_POSITION = "SELECT latitude, longitude FROM located WHERE image_id = ?"
IS_STILL = f"""part = 'photo'
  AND NOT (frames > 1 AND format IN ({", ".join(f"'{name}'" for name in sorted(ANIMATED))}))"""
"""Whether an image is no video and no animation."""
_STILL = f"SELECT image_id FROM image WHERE {IS_STILL} AND image_id IN (SELECT value FROM json_each(?))"
_ROTATIONS = """SELECT image_id, rotation FROM image
  WHERE rotation <> 1 AND image_id IN (SELECT value FROM json_each(?))"""
_BY_NAME = """SELECT image_id FROM image WHERE image_id IN (SELECT value FROM json_each(?))
  ORDER BY sort_key, image_id"""
_DATES = "SELECT image_id, taken_at FROM image WHERE image_id IN (SELECT value FROM json_each(?))"
_UNDATED = f"{_DATES} AND taken_at_source = 'mtime'"
_OWN_PATHS = """SELECT DISTINCT item FROM remark WHERE field = 'keywords' AND value = 1 AND instr(item, '|')
  AND image_id IN (SELECT value FROM json_each(?)) ORDER BY item"""
_COPIES = "SELECT full_path FROM copy WHERE image_id = ?"
_UNDONE = "SELECT command_id FROM undone WHERE command_id IN (SELECT value FROM json_each(?))"
_CATEGORIES = "SELECT category_id, name FROM category WHERE deleted = 0"
_TREE = """SELECT (SELECT max(position) FROM checkpoint), c.category_id, c.name, c.kind, c.group_id, c.deleted,
    c.hidden, m.into_id, c.chosen FROM category c LEFT JOIN merged m USING (category_id)"""
_DECIDED = "SELECT image_id, position FROM decision WHERE category_id = ?"
_MODELS = "SELECT model_id FROM model WHERE input_size > 0"
_BESIDE = "SELECT model_id, kind FROM model WHERE kind <> 'classes' ORDER BY kind, model_id"


def _jobs(rows: list[tuple[Any, ...]]) -> list[JobRow]:
    return [JobRow(**dict(zip(JobRow.__struct_fields__, row, strict=True))) for row in rows]


def _of(job: JobRow) -> tuple[Any, ...]:
    return (job.model_id, job.position, job.job_id)[: 2 if job.scope == "all" else 3]


class Work:
    def __init__(self, views: Reader) -> None:
        self._views = views

    async def unfinished(self) -> list[JobRow]:
        """Running and paused jobs, oldest first."""
        return _jobs(await self._views.fetch(_UNFINISHED))

    async def recent(self, limit: int) -> list[JobRow]:
        return _jobs(await self._views.fetch(_RECENT, (limit,)))

    async def job(self, job_id: str) -> JobRow | None:
        return next(iter(_jobs(await self._views.fetch(_ONE, (job_id,)))), None)

    async def outstanding(self, job: JobRow, limit: int) -> list[str]:
        """Image ids a classify job still has to process, newest photo first."""
        sql = _OUTSTANDING[job.scope or "all"]
        rows = await self._views.fetch(sql, (job.model_id, job.position, job.job_id, limit))
        return [row[0] for row in rows]

    async def left(self, job: JobRow) -> int:
        return await self._count(_LEFT[job.scope or "all"], _of(job))

    async def progress(self, job: JobRow) -> tuple[int, int, int]:
        """(total, classified, failed) of a running or paused classify job. What another job has done of it meanwhile is
        done, so that its total doesn't move."""
        rows = await self._views.fetch(_PROGRESS[job.scope or "all"], _of(job))
        total, remaining, failed = rows[0] if rows else (0, 0, 0)
        return total, total - remaining - failed, failed

    async def done(self, job: JobRow) -> tuple[int, int]:
        """(classified, failed) of an ended one, as far as no other job has asked about the same photos since."""
        return await self._count(_DONE, (job.job_id,)), await self._count(_FAILED, (job.job_id,))

    async def failed_images(self, model_id: str, job_id: str | None, reason: str | None = None) -> list[str]:
        """Photos a model failed on: in one job or all not ignored; for one reason or any."""
        return [row[0] for row in await self._views.fetch(_FAILED_IMAGES, (model_id, job_id, reason))]

    async def rejected(self, job_id: str) -> int:
        return await self._count(_REJECTED_COUNT, (job_id,))

    async def failures(self, job: JobRow) -> list[tuple[str | None, str, str]]:
        """(image id, path, reason), at most 200."""
        rows = await self._views.fetch(_FAILURES_OF[job.kind], (job.job_id,))
        return [(row[0], row[1], row[2]) for row in rows]

    async def never_tried(self, model_id: str) -> bool:
        """Whether any visible photo, as it is rotated now, has neither a verdict nor a failure from the model."""
        return bool(await self._views.fetch(_NEVER_TRIED, (model_id,)))

    async def known_images(self, images: Sequence[str]) -> set[str]:
        """The ids that exist in the library."""
        return {row[0] for row in await self._views.fetch(_KNOWN, (json.dumps(list(images)),))}

    async def dates(self, images: Sequence[str]) -> dict[str, str]:
        """Image id -> the date it is shown under, ISO 8601."""
        return {row[0]: row[1] for row in await self._views.fetch(_DATES, (json.dumps(list(images)),))}

    async def keyword_paths(self, images: Sequence[str]) -> list[str]:
        """Keywords with what they stand below, `Places|Italy|Rome`, that people have given them."""
        return [row[0] for row in await self._views.fetch(_OWN_PATHS, (json.dumps(list(images)),))]

    async def undated(self, images: Sequence[str]) -> dict[str, str]:
        """Image id -> its file's time, for those that nothing else dates."""
        return {row[0]: row[1] for row in await self._views.fetch(_UNDATED, (json.dumps(list(images)),))}

    async def still(self, images: Sequence[str]) -> set[str]:
        """Those that are no videos and no animations."""
        return {row[0] for row in await self._views.fetch(_STILL, (json.dumps(list(images)),))}

    async def rotations(self, images: Sequence[str]) -> dict[str, int]:
        """Image id -> what a person has done to it (`knowledge.rotations`), for those that are rotated."""
        return {row[0]: row[1] for row in await self._views.fetch(_ROTATIONS, (json.dumps(list(images)),))}

    async def by_name(self, images: Sequence[str]) -> list[str]:
        """In the natural order of their files' folders and names."""
        return [row[0] for row in await self._views.fetch(_BY_NAME, (json.dumps(list(images)),))]

    async def position(self, image_id: str) -> tuple[float, float] | None:
        rows = await self._views.fetch(_POSITION, (image_id,))
        return (rows[0][0], rows[0][1]) if rows else None

    async def copies(self, image_id: str) -> list[str]:
        """Full paths of its files that are there, in folders that are in use."""
        return [row[0] for row in await self._views.fetch(_COPIES, (image_id,))]

    async def estate(self, image_id: str) -> Estate:
        """What people have given the photo."""
        return await estate(self._views, image_id)

    async def undone(self, commands: Sequence[str]) -> set[str]:
        """The commands that were undone."""
        return {row[0] for row in await self._views.fetch(_UNDONE, (json.dumps(list(commands)),))}

    async def categories(self) -> dict[str, str]:
        return {row[0]: row[1] for row in await self._views.fetch(_CATEGORIES)}

    async def tree(self) -> tuple[int, dict[str, Category]]:
        """The log position of the answer, and all categories by id, deleted ones included."""
        rows = await self._views.fetch(_TREE)
        categories = {
            id_: Category(name, kind, group_id, bool(deleted), bool(hidden), merged_into, threshold)
            for _, id_, name, kind, group_id, deleted, hidden, merged_into, threshold in rows
        }
        return (rows[0][0] or 0 if rows else 0), categories

    async def decided(self, category_id: str) -> dict[str, int]:
        """Image id -> the position of the last decision on whether the photo belongs to the category."""
        return {row[0]: row[1] for row in await self._views.fetch(_DECIDED, (category_id,))}

    async def models(self) -> set[str]:
        return {row[0] for row in await self._views.fetch(_MODELS)}

    async def models_beside(self) -> dict[str, ModelKind]:
        """The models that add to what classifiers say, with their kinds, in the order in which they get photos."""
        return {row[0]: row[1] for row in await self._views.fetch(_BESIDE)}

    async def active_model(self) -> str | None:
        return await active_model(self._views)

    async def _count(self, sql: str, parameters: Sequence[Any]) -> int:
        rows = await self._views.fetch(sql, parameters)
        return int(rows[0][0]) if rows else 0
