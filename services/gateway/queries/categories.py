"""Categories and how many photos stand under each."""

from typing import Final

import msgspec

from services.gateway.queries.views import Views


class Category(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    group_id: str | None
    kind: str
    """`group` or `category`."""
    origin: str
    """`builtin` or `user`."""
    count: int
    """Photos that can be seen; of a group: those of all its categories, each once."""
    cover: str | None
    """The photo that it shows most surely."""
    cover_colour: str | None


_CATEGORIES: Final = """SELECT category_id, name, group_id, kind, origin FROM category WHERE deleted = 0
  ORDER BY name COLLATE NOCASE, category_id"""
_COVERS: Final = """SELECT ic.category_id, count(*), ic.image_id, i.colour, max(ic.score)
  FROM image_category ic CROSS JOIN image i ON i.image_id = ic.image_id AND i.visible = 1
  GROUP BY ic.category_id"""
_GROUPS: Final = """SELECT coalesce(c.group_id, c.category_id), count(DISTINCT ic.image_id)
  FROM image_category ic JOIN category c USING (category_id)
  CROSS JOIN image i ON i.image_id = ic.image_id AND i.visible = 1
  GROUP BY 1"""
_ONE: Final = """SELECT category_id, name, group_id, kind, origin, 0, NULL, NULL FROM category
  WHERE category_id = ? AND deleted = 0"""
_FIELDS: Final = ("id", "name", "group_id", "kind", "origin", "count", "cover", "cover_colour")


async def categories(views: Views) -> list[Category]:
    """All that are not deleted, by name."""
    covers = {row[0]: row[1:4] for row in await views.fetch(_COVERS)}
    groups: dict[str, int] = {row[0]: row[1] for row in await views.fetch(_GROUPS)}
    found = []
    rows = await views.fetch(_CATEGORIES)
    best: dict[str, tuple[int, str, str]] = {}
    for category_id, _, group_id, _, _ in rows:
        if group_id and category_id in covers:
            best[group_id] = max(best.get(group_id, (0, "", "")), covers[category_id])
    for category_id, name, group_id, kind, origin in rows:
        count, cover, colour = covers.get(category_id) or best.get(category_id) or (0, None, None)
        if kind == "group":
            count = groups.get(category_id, 0)
        found.append(
            Category(
                id=category_id,
                name=name,
                group_id=group_id,
                kind=kind,
                origin=origin,
                count=count,
                cover=cover,
                cover_colour=colour,
            )
        )
    return found


async def category(views: Views, category_id: str) -> Category | None:
    """Without its count and cover."""
    rows = await views.fetch(_ONE, (category_id,))
    return Category(**dict(zip(_FIELDS, rows[0], strict=True))) if rows else None
