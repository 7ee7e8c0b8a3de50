"""What photos can be given, what some of them have already, and what the models suggest for them."""

import json
from collections.abc import Sequence
from typing import Final, Literal

from services.gateway.tables.pool import Views, cached

Choosable = Literal["category", "group", "album", "keyword", "person"]
_NAMES: Final = {
    "keyword": "SELECT DISTINCT name FROM keyword",
    "person": "SELECT DISTINCT name FROM person",
}
_HELD: Final = """SELECT h.{}, count(DISTINCT h.image_id)
  FROM json_each(?1) w CROSS JOIN {} h ON h.image_id = w.value GROUP BY 1"""
_TABLES: Final[dict[Choosable, tuple[str, str]]] = {
    "category": ("category_id", "image_category"),
    "album": ("album_id", "album_image"),
    "keyword": ("name", "keyword"),
    "person": ("name", "person"),
}
_SUGGESTED: Final = """SELECT o.category_id FROM json_each(?1) w CROSS JOIN opinion o ON o.image_id = w.value
  GROUP BY 1 ORDER BY sum(o.score) DESC, 1"""


@cached
async def all_names(views: Views, kind: Literal["keyword", "person"]) -> list[str]:
    """All of a kind, in no particular order."""
    return [row[0] for row in await views.fetch(_NAMES[kind])]


async def held(views: Views, kind: Choosable, images: Sequence[str]) -> dict[str, int]:
    """Id or name of what the photos have -> how many of them have it. Only categories are in groups."""
    if kind not in _TABLES:
        return {}
    sql = _HELD.format(*_TABLES[kind])
    return {row[0]: row[1] for row in await views.fetch(sql, (json.dumps(list(images)),))}


async def suggested(views: Views, images: Sequence[str]) -> list[str]:
    """Ids of the categories that models see in the photos, however unsure they are; the surest first."""
    return [row[0] for row in await views.fetch(_SUGGESTED, (json.dumps(list(images)),))]
