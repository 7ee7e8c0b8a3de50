"""Failures with their reasons, grouped by reason: files that could not be imported, folders that can't be read, photos
that could not be classified."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from services.domain.failure import Problem
from services.domain.files.passed import PassedKind
from services.gateway.tables.pool import Reader


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
_GROUPS: Final = """SELECT kind, reason, model_id, count(*) FROM problem WHERE ignored = 0
  GROUP BY kind, reason, model_id ORDER BY max(position) DESC LIMIT ?"""
_FIRST: Final = f"""SELECT {_SHOWN} FROM problem WHERE position IN (
    SELECT position FROM (SELECT position,
        row_number() OVER (PARTITION BY kind, reason, model_id ORDER BY position DESC) AS place
      FROM problem WHERE ignored = 0) WHERE place <= ?1)
  ORDER BY position DESC"""
_LIST: Final = f"""SELECT {_SHOWN} FROM problem WHERE ignored = ?1 AND (?2 IS NULL OR kind = ?2)
    AND (?3 IS NULL OR reason = ?3) AND (?4 IS NULL OR position < ?4) ORDER BY position DESC LIMIT ?5"""
_COUNT: Final = "SELECT count(*) FILTER (WHERE ignored = 0), count(*) FILTER (WHERE ignored = 1) FROM problem"
_REJECTED: Final = "SELECT count(*) FROM problem WHERE kind <> 'image' AND ignored = 0"
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


async def groups(views: Reader) -> list[Group]:
    """Problems that are not ignored, by reason, the most recent reason first."""
    rows = await views.fetch(_GROUPS, (GROUPS,))
    first: dict[tuple[str, str, str | None], list[ListedProblem]] = {}
    for row in await views.fetch(_FIRST, (PREVIEWED,)) if rows else []:
        problem = ListedProblem(*row)
        first.setdefault((problem.kind, problem.reason, problem.model_id), []).append(problem)
    return [
        Group(kind, reason, model, count, first.get((kind, reason, model), []))
        for kind, reason, model, count in rows
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
    rows = await views.fetch(_LIST, (int(ignored), kind, reason, before, limit))
    return [ListedProblem(*row) for row in rows]


async def counted(views: Reader) -> tuple[int, int]:
    """Number of problems that are not ignored, and of those that are."""
    rows = await views.fetch(_COUNT)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


async def rejected(views: Reader) -> int:
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
