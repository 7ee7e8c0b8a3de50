"""Failures with their reasons, grouped by reason: files that could not be imported, folders that can't be read, photos
that could not be classified."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from services.domain.failure import Problem
from services.domain.files.passed import PassedKind
from services.gateway.tables.pool import Reader, Views, cached


class ListedProblem(msgspec.Struct, frozen=True):
    position: int
    """Log position; unique, and newest first in lists."""
    kind: str
    """`file`, `folder`, or `image`: a visible photo that could not be classified."""
    path: str
    """Full path; empty if a photo no longer has a file."""
    size: int | None
    reason: str
    """A sentence for the user."""
    image_id: str | None
    model_id: str | None


class Group(msgspec.Struct, frozen=True):
    """The problems of one kind with one reason and, for photos, one model."""

    kind: str
    reason: str
    model_id: str | None
    count: int
    first: list[ListedProblem]
    """The newest few."""


GROUPS: Final = 100
PREVIEWED: Final = 5
"""Problems shown of each group, next to a link to all of them."""
PAGE: Final = 100

_SHOWN: Final = """position, kind, coalesce(full_path,
    (SELECT full_path FROM file WHERE image_id = problem.image_id ORDER BY missing, root, folder, name LIMIT 1), ''),
    size, reason, image_id, model_id"""
_GROUPS: Final = f"""SELECT kind, reason, model_id, count, iif(kind = 'image',
    (SELECT json_group_array(position) FROM (SELECT position FROM failure
      WHERE ignored = 0 AND reason = g.reason AND model_id = g.model_id ORDER BY position DESC LIMIT {PREVIEWED})),
    (SELECT json_group_array(position) FROM (SELECT position FROM current_rejection
      WHERE ignored = 0 AND kind = g.kind AND reason = g.reason ORDER BY position DESC LIMIT {PREVIEWED})))
  FROM (
    SELECT kind, reason, NULL AS model_id, count(*) AS count, max(position) AS latest FROM current_rejection
      WHERE ignored = 0 GROUP BY kind, reason
    UNION ALL SELECT 'image', reason, model_id, count(*), max(position) FROM failure
      WHERE ignored = 0 GROUP BY reason, model_id
    ORDER BY latest DESC LIMIT {GROUPS}) g"""
"""With the positions of the newest few of each. There may be a problem for each file of a large folder: all of these
queries are answered by indexes (`projections/problems.sql`)."""
_AT: Final = f"""SELECT {_SHOWN} FROM problem
  WHERE ignored = 0 AND position IN (SELECT value FROM json_each(?)) ORDER BY position DESC"""
_LIST: Final = f"SELECT {_SHOWN} FROM problem WHERE {{}} ORDER BY position DESC LIMIT ?"
_COUNT: Final = """SELECT coalesce(sum(n) FILTER (WHERE ignored = 0), 0), coalesce(sum(n) FILTER (WHERE ignored = 1), 0)
  FROM (SELECT ignored, count(*) AS n FROM current_rejection GROUP BY ignored
    UNION ALL SELECT ignored, count(*) FROM failure GROUP BY ignored)"""
_REJECTED: Final = "SELECT count(*) FROM current_rejection WHERE ignored = 0"
_CHOSEN: Final = """SELECT kind, root, path, image_id, model_id FROM problem
  WHERE ignored = ?1 AND (?2 = '[]' OR full_path IN (SELECT value FROM json_each(?2)))
    AND (?3 = '[]' OR image_id IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR model_id = ?4) AND (?5 IS NULL OR reason = ?5)
  ORDER BY position DESC LIMIT 100000"""
_PASSED: Final = """SELECT root, kind, count, examples FROM passed_over JOIN source USING (root)
  WHERE in_use = 1 ORDER BY root, kind"""
_GONE: Final = (
    "SELECT root, unavailable FROM source WHERE unavailable IS NOT NULL AND in_use = 1 ORDER BY root"
)


@cached
async def groups(views: Views) -> list[Group]:
    """Problems that are not ignored, by reason, the most recent reason first."""
    rows = [(*row[:4], json.loads(row[4])) for row in await views.fetch(_GROUPS)]
    positions = json.dumps([position for row in rows for position in row[4]])
    newest = {row[0]: ListedProblem(*row) for row in await views.fetch(_AT, (positions,))}
    return [
        Group(kind, reason, model, count, [newest[one] for one in first if one in newest])
        for kind, reason, model, count, first in rows
    ]


async def listed(
    views: Reader,
    *,
    ignored: bool = False,
    kind: str | None = None,
    reason: str | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> list[ListedProblem]:
    """Newest first; `before`: only those at an earlier log position."""
    conditions = {
        "ignored = ?": int(ignored),
        "kind = ?": kind,
        "reason = ?": reason,
        "position < ?": before,
    }
    criteria = {sql: value for sql, value in conditions.items() if value is not None}
    rows = await views.fetch(_LIST.format(" AND ".join(criteria)), (*criteria.values(), limit))
    return [ListedProblem(*row) for row in rows]


@cached
async def counted(views: Views) -> tuple[int, int]:
    """Number of problems that are not ignored, and of those that are."""
    rows = await views.fetch(_COUNT)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


@cached
async def rejected(views: Views) -> int:
    """Number of files and folders that could not be read and are not ignored."""
    rows = await views.fetch(_REJECTED)
    return int(rows[0][0]) if rows else 0


async def chosen(
    views: Reader,
    *,
    ignored: bool = False,
    paths: Sequence[str] = (),
    images: Sequence[str] = (),
    model: str | None = None,
    reason: str | None = None,
) -> list[Problem]:
    """Problems that match every given criterion: full paths, photos, model, reason."""
    parameters = (int(ignored), json.dumps(list(paths)), json.dumps(list(images)), model, reason)
    return [Problem(*row) for row in await views.fetch(_CHOSEN, parameters)]


class PassedGroup(msgspec.Struct, frozen=True):
    """What scans pass over in one photo folder."""

    root: str
    kind: PassedKind
    count: int
    examples: list[str]
    """Full paths."""


async def passed_over(views: Reader) -> list[PassedGroup]:
    """In the folders that the last scan was given."""
    return [
        PassedGroup(root, kind, count, [f"{root.rstrip('/')}/{path}" for path in json.loads(examples)])
        for root, kind, count, examples in await views.fetch(_PASSED)
    ]


async def gone_sources(views: Reader) -> list[tuple[str, str]]:
    """(folder, reason) of photo folders that were unavailable at the last scan."""
    return [(row[0], row[1]) for row in await views.fetch(_GONE)]
