"""Whether a category's examples have something in common that the active model sees."""

import asyncio

from services.gateway.queries.lessons import Lesson, Material, material
from services.gateway.tables.pool import Views, cached


async def coherent(views: Views, lesson: Lesson) -> bool:
    """True where there is too little to tell."""
    return await _coherent(views, lesson.category_id, lesson.model_id)


@cached
async def _coherent(views: Views, category_id: str, model_id: str) -> bool:
    return await asyncio.to_thread(_alike, await material(views, category_id, model_id))


def _alike(answers: Material) -> bool:
    from services.knowledge.coherence import alike  # NumPy, which the first page doesn't need
    from services.knowledge.logistic import readable

    rows = [readable([("", code) for code in codes])[1] for codes in (answers.examples, answers.background)]
    return alike(*rows)
