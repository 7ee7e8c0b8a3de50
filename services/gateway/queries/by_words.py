"""Photos in the order in which a words model has them, and the model itself."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from services.gateway.search.filters import Filter, where
from services.gateway.tables.pool import Views, cached

_MODEL: Final = """SELECT m.model_id, m.name, m.class_count, m.weights_digest FROM model m WHERE m.kind = 'words'
  AND EXISTS (SELECT 1 FROM embedding e WHERE e.model_id = m.model_id) ORDER BY m.model_id LIMIT 1"""
_FITTING: Final = """SELECT w.value FROM json_each(?) w CROSS JOIN image i ON i.image_id = w.value
  WHERE {} AND NOT ({}) ORDER BY w.id LIMIT ?"""


class WordsModel(msgspec.Struct, frozen=True):
    id: str
    name: str
    dimensions: int
    weights_digest: str


@cached
async def words_model(views: Views) -> WordsModel | None:
    """The one that has seen photos; None if there is none."""
    rows = await views.fetch(_MODEL)
    return WordsModel(*rows[0]) if rows else None


async def fitting(views: Views, ids: Sequence[str], wanted: Filter, hits: Filter, limit: int) -> list[str]:
    """Those of the photos, in their order, that match `wanted` and not `hits`."""
    (fit, first), (hit, second) = await where(views, wanted), await where(views, hits)
    rows = await views.fetch(_FITTING.format(fit, hit), (json.dumps(list(ids)), *first, *second, limit))
    return [row[0] for row in rows]
