"""What could not be done: files that could not be taken in, folders that can't be read, photos that could not be
classified, each with its reason; those of one reason together."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from services.domain.failure import Problem
from services.gateway.tables.pool import Reader


class ListedProblem(msgspec.Struct, frozen=True):
    position: int
    """In the log; another for each, and the newest comes first."""
    kind: str
    """`file`, `folder`, or `image`: a photo that is shown and could not be classified."""
    path: str
    """The whole path; empty when a photo has no file any more."""
    size: int | None
    reason: str
    """A sentence for the person."""
    image_id: str | None
    model_id: str | None


class Group(msgspec.Struct, frozen=True):
    """The problems of one kind with one reason; photos, of one model."""

    kind: str
    reason: str
    model_id: str | None
    count: int
    first: list[ListedProblem]
    """The newest few."""


GROUPS: Final = 100
PREVIEWED: Final = 5
"""Of each group, beside a link to all of it."""
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
_REJECTED: Final = "SELECT count(*) FROM rejection WHERE ignored = 0"
_CHOSEN: Final = """SELECT kind, root, path, image_id, model_id FROM problem
  WHERE ignored = ?1 AND (?2 = '[]' OR full_path IN (SELECT value FROM json_each(?2)))
    AND (?3 = '[]' OR image_id IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR model_id = ?4) AND (?5 IS NULL OR reason = ?5)
  ORDER BY position DESC LIMIT 100000"""
_GONE: Final = "SELECT root, unavailable FROM source WHERE unavailable IS NOT NULL ORDER BY root"


async def groups(views: Reader) -> list[Group]:
    """Those that are not ignored, the reason that was last heard first."""
    counted = await views.fetch(_GROUPS, (GROUPS,))
    found: dict[tuple[str, str, str | None], list[ListedProblem]] = {}
    for row in await views.fetch(_FIRST, (PREVIEWED,)) if counted else []:
        problem = ListedProblem(*row)
        found.setdefault((problem.kind, problem.reason, problem.model_id), []).append(problem)
    return [
        Group(kind, reason, model, count, found.get((kind, reason, model), []))
        for kind, reason, model, count in counted
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
    """The newest first; `before`: those that came earlier than this one."""
    rows = await views.fetch(_LIST, (int(ignored), kind, reason, before, limit))
    return [ListedProblem(*row) for row in rows]


async def counted(views: Reader) -> tuple[int, int]:
    """How many there are, and how many more that are ignored."""
    rows = await views.fetch(_COUNT)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


async def rejected(views: Reader) -> int:
    """Files and folders that could not be read, without those that are ignored."""
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
    """Those that answer to all that is given: whole paths, or photos (of one model), or a reason."""
    given = (int(ignored), json.dumps(list(paths)), json.dumps(list(images)), model, reason)
    return [Problem(*row) for row in await views.fetch(_CHOSEN, given)]


async def gone_sources(views: Reader) -> list[tuple[str, str]]:
    """(folder, reason) of the photo folders that were not there at the last scan."""
    return [(row[0], row[1]) for row in await views.fetch(_GONE)]
