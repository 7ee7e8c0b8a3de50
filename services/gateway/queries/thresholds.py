"""Preview of another threshold: how many photos would be added or removed, and those closest to the line.

Only labels between the two thresholds are counted, using the index of labels by score. The closest photos come from a
score band with enough labels, taken from the same index, and from wider bands if too few of them are visible.
"""

from typing import Final

import msgspec

from services.gateway.tables.pool import Views, cached

NEAREST: Final = 6
"""Photos on each side of the line."""
BANDS: Final = (64, 4096)
"""Labels in the first band and in the second; the third is unbounded."""

_SEEN: Final = """NOT EXISTS (SELECT 1 FROM image i INDEXED BY image_unseen
    WHERE i.image_id = {0}.image_id AND i.visible = 0)"""
_COUNT: Final = f"SELECT count(*) FROM image_category c WHERE c.category_id = ? AND {_SEEN.format('c')}"
_BETWEEN: Final = f"""SELECT count(*) FROM opinion o WHERE o.category_id = ? AND o.score >= ? AND o.score < ?
  AND {_SEEN.format("o")}"""
_NEAR: Final = """SELECT i.image_id, i.width, i.height, i.colour, o.score
  FROM opinion o CROSS JOIN image i ON i.image_id = o.image_id AND i.visible = 1
  WHERE o.category_id = ?1 AND o.score """
_ABOVE: Final = f"{_NEAR} BETWEEN ?2 AND ?3 ORDER BY o.score, i.image_id LIMIT ?4"
_BELOW: Final = f"{_NEAR} < ?2 AND o.score >= ?3 ORDER BY o.score DESC, i.image_id LIMIT ?4"
_PASSED: Final = f"{_NEAR} >= ?2 AND o.score < ?3 ORDER BY o.score DESC, i.image_id LIMIT ?4"
_BAND: Final = """SELECT {0}((SELECT l.score FROM label l
    WHERE l.category_id = c.category_id AND l.model_id = h.model_id AND l.score {1} ?2
    ORDER BY l.score {2} LIMIT 1 OFFSET ?3)) FROM heard h CROSS JOIN category c WHERE c.root = ?1"""
_BAND_ABOVE: Final = _BAND.format("min", ">=", "ASC")
_BAND_BELOW: Final = _BAND.format("max", "<", "DESC")


class Near(msgspec.Struct, frozen=True):
    image_id: str
    width: int
    height: int
    colour: str
    score: float


class Change(msgspec.Struct, frozen=True):
    photos: int
    """Photos that would be shown."""
    more: int
    """How many more than now; negative if fewer."""
    above: list[Near]
    """Photos that would just be included, surest first."""
    below: list[Near]
    """Photos that would just be excluded, surest first."""


async def change(views: Views, category_id: str, now: float, value: float) -> Change:
    """From the current threshold `now` to `value`."""
    before = await _shown(views, category_id)
    low, high = sorted((now, value))
    rows = await views.fetch(_BETWEEN, (category_id, low, high)) if low < high else []
    between = rows[0][0] if rows else 0
    more = between if value < now else -between
    above = await _nearest(views, category_id, value, _ABOVE, _BAND_ABOVE, 1.0)
    below = await _nearest(views, category_id, value, _BELOW, _BAND_BELOW, 0.0)
    return Change(before + more, more, above[::-1], below)


async def passed(views: Views, category_id: str, now: float, value: float, limit: int) -> list[Near]:
    """The photos that come or go with another threshold, surest first."""
    low, high = sorted((now, value))
    return [Near(*row) for row in await views.fetch(_PASSED, (category_id, low, high, limit))]


@cached
async def _shown(views: Views, category_id: str) -> int:
    rows = await views.fetch(_COUNT, (category_id,))
    return rows[0][0] if rows else 0


async def _nearest(
    views: Views, category_id: str, value: float, near: str, band: str, end: float
) -> list[Near]:
    photos: list[Near] = []
    for labels in (*BANDS, None):
        rows = await views.fetch(band, (category_id, value, labels)) if labels else []
        edge = rows[0][0] if rows else None
        bound = end if edge is None else edge
        photos = [Near(*row) for row in await views.fetch(near, (category_id, value, bound, NEAREST))]
        if len(photos) == NEAREST or edge is None:
            break
    return photos
