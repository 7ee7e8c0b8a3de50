"""A person's answers about photos that models have scored for a category."""

from typing import Final

from services.gateway.tables.pool import Views, cached
from services.knowledge.feedback import AnsweredScore

_ANSWERS: Final = """SELECT * FROM (
  SELECT (SELECT max(l.score) FROM heard h CROSS JOIN spoken l ON l.image_id = d.image_id AND l.model_id = h.model_id
        WHERE h.source = 'model' AND l.root = ?1 AND l.deleted = 0) AS score, d.assigned, max(d.position)
    FROM category c CROSS JOIN decision d ON d.category_id = c.category_id
   WHERE c.root = ?1 AND c.deleted = 0 GROUP BY d.image_id)
  WHERE score IS NOT NULL"""
"""Without what was learned from these very answers. Of several about merged categories, the last one counts."""


@cached
async def answers(views: Views, category_id: str) -> list[AnsweredScore]:
    """Of all photos that a model in use gives at least the lowest score that is kept."""
    return [
        AnsweredScore(score, bool(assigned))
        for score, assigned, _ in await views.fetch(_ANSWERS, (category_id,))
    ]
