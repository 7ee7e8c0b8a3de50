"""Categories that learn: their training material, and what they have learned."""

from typing import Final

import msgspec

from services.gateway.tables.pool import Views, cached

FROM_EXAMPLES: Final = 3
"""Examples from which on a category learns."""
BACKGROUND: Final = 400
"""Unlabelled photos that serve as negative examples: the first by id, which is a hash."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """A category that learns, with the active model's embeddings."""

    category_id: str
    model_id: str
    newest: int
    """Position of the newest answer."""
    examples: int
    refused: int
    learned_model: str | None
    learned_examples: int
    learned_refused: int
    until: int
    """Log position up to which answers were taken into account."""

    @property
    def due(self) -> bool:
        """There are enough examples, and the answers or the model have changed since the last training."""
        learned = (self.learned_model, self.learned_examples, self.learned_refused)
        new = self.newest > self.until or learned != (self.model_id, self.examples, self.refused)
        return self.examples >= FROM_EXAMPLES and new


class Material(msgspec.Struct, frozen=True):
    """Embeddings, encoded as in the log."""

    examples: list[str]
    refused: list[str]
    background: list[str]


class Asked(msgspec.Struct, frozen=True):
    """A photo that may belong to the category, or was said to."""

    image_id: str
    score: float
    """The highest that counts; 0: only models that are not in use see it there."""
    width: int
    height: int
    colour: str
    taken_at: str


_LESSONS: Final = """SELECT t.category_id, a.model_id, max(d.position), sum(d.assigned), sum(1 - d.assigned),
    l.model_id, coalesce(l.examples, 0), coalesce(l.refused, 0), coalesce(l.until, 0)
  FROM taught t JOIN active_model a JOIN decision d ON d.category_id = t.category_id
    JOIN embedding e ON e.image_id = d.image_id AND e.model_id = a.model_id
    LEFT JOIN learned l ON l.category_id = t.category_id
  WHERE t.taught = 1 AND (?1 IS NULL OR t.category_id = ?1) GROUP BY t.category_id"""
_SAID: Final = """SELECT e.code, d.assigned FROM decision d
  JOIN embedding e ON e.image_id = d.image_id AND e.model_id = ?2 WHERE d.category_id = ?1 ORDER BY d.position"""
_BACKGROUND: Final = """SELECT e.code FROM embedding e WHERE e.model_id = ?2 AND NOT EXISTS
    (SELECT 1 FROM decision d WHERE d.image_id = e.image_id AND d.category_id = ?1)
  ORDER BY e.image_id LIMIT ?3"""
_TAUGHT: Final = "SELECT taught FROM taught WHERE category_id = ?"
_SUGGESTED: Final = """SELECT l.category_id, count(*)
  FROM taught t CROSS JOIN label l ON l.category_id = t.category_id AND l.model_id = 'taught'
    CROSS JOIN image i ON i.image_id = l.image_id AND i.visible = 1
  WHERE t.taught = 1 AND NOT EXISTS
    (SELECT 1 FROM decision d WHERE d.image_id = l.image_id AND d.category_id = l.category_id)
  GROUP BY l.category_id"""
_ANSWERED: Final = """SELECT i.image_id, 1.0, i.width, i.height, i.colour, coalesce(i.dated_at, '') FROM decision d
  CROSS JOIN image i ON i.image_id = d.image_id AND i.visible = 1
  WHERE d.category_id = ?1 AND d.assigned = ?2 ORDER BY d.position DESC LIMIT ?3"""
_FOUND: Final = """SELECT count(*) FROM image_category ic
  CROSS JOIN image i ON i.image_id = ic.image_id AND i.visible = 1 WHERE ic.category_id = ? AND ic.source = 'taught'"""
_UNSEEN: Final = """SELECT count(*) FROM decision d JOIN active_model a WHERE d.category_id = ? AND NOT EXISTS
    (SELECT 1 FROM embedding e WHERE e.image_id = d.image_id AND e.model_id = a.model_id)"""


async def lessons(views: Views, category_id: str | None = None) -> list[Lesson]:
    """For all categories that learn, or for one; categories without any answer are left out."""
    rows = await views.fetch(_LESSONS, (category_id,))
    return [Lesson(**dict(zip(Lesson.__struct_fields__, row, strict=True))) for row in rows]


async def material(views: Views, category_id: str, model_id: str) -> Material:
    answers = await views.fetch(_SAID, (category_id, model_id))
    background = await views.fetch(_BACKGROUND, (category_id, model_id, BACKGROUND))
    return Material(
        [code for code, assigned in answers if assigned],
        [code for code, assigned in answers if not assigned],
        [row[0] for row in background],
    )


async def taught(views: Views, category_id: str) -> bool:
    rows = await views.fetch(_TAUGHT, (category_id,))
    return bool(rows and rows[0][0])


@cached
async def suggestions(views: Views) -> dict[str, int]:
    """Category -> how many photos it has found that nobody has answered yet; those without any are left out."""
    return {row[0]: row[1] for row in await views.fetch(_SUGGESTED)}


async def answered(views: Views, category_id: str, assigned: bool, limit: int) -> list[Asked]:
    """Newest first."""
    return [Asked(*row) for row in await views.fetch(_ANSWERED, (category_id, int(assigned), limit))]


async def found(views: Views, category_id: str) -> int:
    """How many photos are in the category because it learned."""
    return int((await views.fetch(_FOUND, (category_id,)))[0][0])


async def unseen(views: Views, category_id: str) -> int:
    """How many answers concern photos without an embedding from the active model."""
    return int((await views.fetch(_UNSEEN, (category_id,)))[0][0])
