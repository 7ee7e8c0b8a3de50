"""What several photos have in common, and what differs: for an edit sheet."""

import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.gateway.tables.pool import Views

_MOST: Final = 30
"""Names of each kind, the most frequent."""


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    """Photos that there are."""
    title: str | None
    """Empty: none has one; None: they differ. Likewise the others."""
    caption: str | None
    rating: int | None
    """Stars, 0 to 5."""
    city: str | None
    places: list[tuple[str, str]]
    """Names of the places of those that have one, most frequent first, and a photo there."""
    first: str
    last: str
    """Of the dates, ISO 8601; empty if none is known."""
    keywords: list[tuple[str, int]]
    """And how many of the photos have each."""
    people: list[tuple[str, int]]


_SOME: Final = "FROM json_each(?1) w CROSS JOIN image i ON i.image_id = w.value"
_TEXT: Final = f"""SELECT DISTINCT coalesce((SELECT p.value FROM property p WHERE p.image_id = i.image_id
  AND p.name = '{{}}' ORDER BY p.rank, p.turn LIMIT 1), '') {_SOME} LIMIT 2"""
_RATING: Final = f"""SELECT DISTINCT max(coalesce(
  (SELECT r.stars FROM shown_rating r WHERE r.image_id = i.image_id), 0), 0) {_SOME} LIMIT 2"""
_CITY: Final = f"""SELECT DISTINCT coalesce((SELECT l.label FROM located l WHERE l.image_id = i.image_id), '')
  {_SOME} LIMIT 2"""
_PLACES: Final = f"""SELECT l.label, min(i.image_id) {_SOME} JOIN located l USING (image_id)
  WHERE l.label <> '' GROUP BY l.label ORDER BY count(*) DESC, 1 LIMIT ?2"""
_DATES: Final = f"SELECT count(*), coalesce(min(i.dated_at), ''), coalesce(max(i.dated_at), '') {_SOME}"
_NAMES: Final = """SELECT n.name, count(DISTINCT n.image_id)
  FROM json_each(?1) w CROSS JOIN {} n ON n.image_id = w.value GROUP BY n.name ORDER BY 2 DESC, 1 LIMIT ?2"""


async def shared(views: Views, ids: Sequence[str]) -> Shared:
    """Unknown ids are left out."""
    wanted = json.dumps(list(dict.fromkeys(ids)))

    async def one(sql: str) -> Any:
        """The value of all; None if there are several."""
        rows = await views.fetch(sql, (wanted,))
        return rows[0][0] if len(rows) == 1 else None

    async def names(view: str) -> list[tuple[str, int]]:
        return [(row[0], row[1]) for row in await views.fetch(_NAMES.format(view), (wanted, _MOST))]

    count, first, last = next(iter(await views.fetch(_DATES, (wanted,))), (0, "", ""))
    return Shared(
        count=count,
        title=await one(_TEXT.format("title")),
        caption=await one(_TEXT.format("caption")),
        rating=await one(_RATING),
        city=await one(_CITY),
        places=[(row[0], row[1]) for row in await views.fetch(_PLACES, (wanted, _MOST))],
        first=first,
        last=last,
        keywords=await names("keyword"),
        people=await names("person"),
    )
