"""The photo folders, and the user's settings."""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.gateway.tables.pool import Views, cached


class Root(msgspec.Struct, frozen=True):
    path: str
    photos: int
    """Distinct photos with a copy in this folder, as far as Albumen knows."""
    unavailable: str | None
    """Why it could not be read at the last scan."""
    blocked: int
    """Folders in it that can't be read."""
    rejected: int
    """Files in it that can't be shown."""
    given: bool
    """False: Albumen was started without it this time, or a person took it out, so it is not scanned; its photos stay,
    but are no copies of others."""
    forgotten: bool
    """By a person: photos that lie only there are not shown."""


class Line(msgspec.Struct, frozen=True):
    """The user's threshold for a category: the lowest score at which photos are shown there."""

    category_id: str
    name: str
    builtin: float
    chosen: float


_ROOTS: Final = """WITH seen (root) AS (SELECT root FROM source UNION SELECT DISTINCT root FROM file),
  unread AS (SELECT root, count(*) FILTER (WHERE kind = 'folder') AS folders,
    count(*) FILTER (WHERE kind = 'file') AS files FROM rejection GROUP BY root)
  SELECT s.root, (SELECT count(DISTINCT image_id) FROM file f WHERE f.root = s.root AND f.missing IN (0, 2)),
    o.unavailable, coalesce(u.folders, 0), coalesce(u.files, 0), coalesce(o.forgotten, 0)
  FROM seen s LEFT JOIN source o ON o.root = s.root LEFT JOIN unread u ON u.root = s.root ORDER BY s.root"""
_SCANNED: Final = "SELECT max(finished_us) FROM job WHERE kind = 'scan' AND status = 'done'"
_HIDES: Final = "SELECT hides FROM timeline"
_PHOTOS: Final = "SELECT count(*), coalesce(sum(visible), 0) FROM image"
_LINES: Final = """SELECT category_id, name, threshold, chosen FROM shown_category
  WHERE chosen IS NOT NULL ORDER BY category_id"""


async def roots(views: Views, folders: Sequence[str]) -> list[Root]:
    """`folders`, which are in use, then those from earlier starts."""
    rows = {row[0]: row[1:] for row in await _known(views)}
    nothing = (0, None, 0, 0, 0)
    return [
        Root(
            path,
            photos,
            why,
            blocked,
            rejected,
            path in folders,
            bool(forgotten),
        )
        for path in (*folders, *(path for path in rows if path not in folders))
        for photos, why, blocked, rejected, forgotten in [rows.get(path, nothing)]
    ]


@cached
async def _known(views: Views) -> list[tuple[Any, ...]]:
    return await views.fetch(_ROOTS)


async def last_scan(views: Views) -> int | None:
    """When the last scan finished, in microseconds since 1970."""
    rows = await views.fetch(_SCANNED)
    return rows[0][0] if rows else None


@cached
async def timeline_hides(views: Views) -> list[str]:
    """Ids of the categories that the timeline leaves out."""
    rows = await views.fetch(_HIDES)
    hides: list[str] = json.loads(rows[0][0]) if rows else []
    return hides


async def photos(views: Views) -> tuple[int, int]:
    """Number of photos in total and of visible photos."""
    rows = await views.fetch(_PHOTOS)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


async def lines(views: Views) -> list[Line]:
    return [Line(*row) for row in await views.fetch(_LINES)]
