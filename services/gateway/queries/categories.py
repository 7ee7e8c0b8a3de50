"""Categories and how many photos each one has."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from services.gateway.queries.covers import DULL_IN_PART, Cover, candidates, cards_of, chosen
from services.gateway.tables.pool import Views, cached
from services.gateway.tables.sums import Sum, in_part
from services.knowledge.alphabet import sort_key


class Category(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str
    group_id: str | None
    """None also for a category without a group."""
    kind: str
    """`group` or `category`."""
    origin: str
    """`builtin` or `user`."""
    everyday: bool
    """False for things that appear in half of all photos without being their subject."""
    hidden: bool
    """Left out of lists."""
    count: int
    """Visible photos; for a group, those of all its categories, each counted once."""
    cover: str | None
    """The photo that represents it (covers.py)."""
    cover_colour: str | None
    cover_crop: str | None = None
    """Which part of it to show where it doesn't fit, as CSS's `object-position`; None: its middle."""
    sentences: list[str] = []
    """What belongs to it in a person's words, if it is described."""


class Threshold(msgspec.Struct, frozen=True):
    """The lowest score at which photos are shown in a category."""

    builtin: float
    chosen: float | None
    graded: bool
    """Whether any score lies below 1: rules are never unsure."""

    @property
    def now(self) -> float:
        return self.builtin if self.chosen is None else self.chosen


_SHOWN: Final = """SELECT category_id, name, group_id, kind, origin, everyday, hidden,
    (SELECT sentences FROM described d WHERE d.category_id = shown_category.category_id) FROM shown_category"""
_CATEGORIES: Final = f"{_SHOWN} ORDER BY category_id"
_ONE: Final = f"{_SHOWN} WHERE category_id = ?"
_COUNTED: Final = Sum(
    f"""WITH belonging AS MATERIALIZED (SELECT image_id, category_id, score FROM image_category b WHERE {in_part("b")}),
      {DULL_IN_PART}
    {candidates("ic.category_id", "belonging ic CROSS JOIN image i ON i.image_id = ic.image_id WHERE 1", "ic.score")}
    UNION ALL
    SELECT coalesce(c.group_id, c.category_id), NULL, count(DISTINCT ic.image_id), NULL, NULL, NULL, NULL, NULL
      FROM belonging ic JOIN shown_category c USING (category_id)
      CROSS JOIN image i ON i.image_id = ic.image_id AND i.visible = 1
      GROUP BY 1""",
    key=2,
)
"""Rows for covers.cards_of; then each group, and each category outside groups, with its photos, in no bundle."""
_LISTED: Final = """SELECT c.category_id, s.category_id, s.name
  FROM category c JOIN shown_category s ON s.category_id = c.root
  WHERE c.deleted = 0 AND s.kind = 'category' AND s.hidden = 0"""
_ROOT: Final = "SELECT into_id FROM category WHERE category_id = ? AND into_id IS NOT NULL"
_THRESHOLD: Final = """SELECT threshold, chosen, EXISTS (SELECT 1 FROM category c CROSS JOIN label l USING (category_id)
    WHERE c.root = category.category_id AND l.score < 1) FROM category WHERE category_id = ?"""
_FIELDS: Final = ("id", "name", "group_id", "kind", "origin", "everyday", "hidden", "sentences")


@cached
async def tree(views: Views) -> list[Category]:
    """All categories by name, hidden ones included."""
    counted = await views.sums(_COUNTED)
    cards = await asyncio.to_thread(cards_of, [row for row in counted if row[1] is not None])
    groups: dict[str, int] = {row[0]: row[2] for row in counted if row[1] is None}
    faces = chosen(cards)
    of_each = {card.key: (card.count, faces[card.key]) for card in cards}
    rows = [_category(row) for row in await views.fetch(_CATEGORIES)]
    entries = sorted(rows, key=lambda one: sort_key(one.name))
    best: dict[str, tuple[int, Cover]] = {}
    for one in entries:
        if one.group_id and (own := of_each.get(one.id)):
            best[one.group_id] = max(best.get(one.group_id, own), own, key=_by_size)
    complete = []
    for one in entries:
        count, cover = of_each.get(one.id) or best.get(one.id) or (0, None)
        if one.kind == "group":
            count = groups.get(one.id, 0)
        if cover:
            face = {"cover": cover.image_id, "cover_colour": cover.colour, "cover_crop": cover.crop}
            one = msgspec.structs.replace(one, **face)
        complete.append(msgspec.structs.replace(one, count=count))
    return complete


def _by_size(card: tuple[int, Cover]) -> tuple[int, str]:
    return card[0], card[1].image_id


async def categories(views: Views) -> list[Category]:
    """Categories that are not hidden, by name."""
    return [one for one in await tree(views) if not one.hidden]


async def category(views: Views, category_id: str) -> Category | None:
    """Without its count and cover."""
    rows = await views.fetch(_ONE, (category_id,))
    return _category(rows[0]) if rows else None


@cached
async def listed(views: Views) -> dict[str, tuple[str, str]]:
    """Category id -> id and name of the category it counts towards; without groups and hidden categories."""
    return {row[0]: (row[1], row[2]) for row in await views.fetch(_LISTED)}


async def merged_into(views: Views, category_id: str) -> str | None:
    """The category it was ultimately merged into."""
    rows = await views.fetch(_ROOT, (category_id,))
    return rows[0][0] if rows else None


async def threshold(views: Views, category_id: str) -> Threshold | None:
    rows = await views.fetch(_THRESHOLD, (category_id,))
    return Threshold(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None


def _category(row: Sequence[Any]) -> Category:
    values = dict(zip(_FIELDS, row, strict=True))
    values |= {name: bool(values[name]) for name in ("everyday", "hidden")}
    values["sentences"] = json.loads(values["sentences"] or "[]")
    return Category(**values, count=0, cover=None, cover_colour=None)
