"""The folders that the photos come from, and what the person has set."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from services.gateway.tables.pool import Views, cached


class Root(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    photos: int
    """Different ones of which a copy lies here now."""
    unavailable: str | None
    """Why it could not be looked into at the last scan."""
    blocked: int
    """Folders in it that can't be read."""
    rejected: int
    """Files in it that can't be shown."""
    given: bool
    """False: Albumen was started without it this time, so it is not looked at; its photos stay."""


class Line(msgspec.Struct, frozen=True):
    """From which score on photos are shown in a category, as the person wants it."""

    category_id: str
    name: str
    builtin: float
    chosen: float


_ROOTS: Final = """WITH seen (root) AS (SELECT root FROM source UNION SELECT DISTINCT root FROM file)
  SELECT s.root, (SELECT count(DISTINCT image_id) FROM file f WHERE f.root = s.root AND f.missing = 0), o.unavailable,
    (SELECT count(*) FROM rejection r WHERE r.root = s.root AND r.kind = 'folder'),
    (SELECT count(*) FROM rejection r WHERE r.root = s.root AND r.kind = 'file')
  FROM seen s LEFT JOIN source o ON o.root = s.root ORDER BY s.root"""
_SCANNED: Final = "SELECT max(finished_us) FROM job WHERE kind = 'scan' AND status = 'done'"
_HIDES: Final = "SELECT hides FROM timeline"
_PHOTOS: Final = "SELECT count(*), coalesce(sum(visible), 0) FROM image"
_VISIBLE: Final = "SELECT count(*) FROM image WHERE visible = 1"
_LINES: Final = """SELECT category_id, name, threshold, chosen FROM shown_category
  WHERE chosen IS NOT NULL ORDER BY name COLLATE NOCASE, category_id"""


async def roots(views: Views, given: Sequence[str]) -> list[Root]:
    """Those that Albumen was started with first, then those that it was started with before."""
    rows = {row[0]: row[1:] for row in await views.fetch(_ROOTS)}
    nothing = (0, None, 0, 0)
    return [
        Root(
            path=path, photos=photos, unavailable=why, blocked=blocked, rejected=rejected, given=path in given
        )
        for path in (*given, *(path for path in rows if path not in given))
        for photos, why, blocked, rejected in [rows.get(path, nothing)]
    ]


async def last_scan(views: Views) -> int | None:
    """When the last one came to its end, microseconds since 1970."""
    rows = await views.fetch(_SCANNED)
    return rows[0][0] if rows else None


@cached
async def timeline_hides(views: Views) -> list[str]:
    """Ids of the categories that the timeline leaves out."""
    rows = await views.fetch(_HIDES)
    hides: list[str] = json.loads(rows[0][0]) if rows else []
    return hides


async def visible(views: Views) -> int:
    """Photos that can be seen."""
    rows = await views.fetch(_VISIBLE)
    return int(rows[0][0]) if rows else 0


async def photos(views: Views) -> tuple[int, int]:
    """How many are known, and how many of these can be seen."""
    rows = await views.fetch(_PHOTOS)
    return (rows[0][0], rows[0][1]) if rows else (0, 0)


async def lines(views: Views) -> list[Line]:
    return [Line(*row) for row in await views.fetch(_LINES)]
