"""Embeddings of photos, encoded as in the log."""

import json
from collections.abc import Sequence
from typing import Final

from services.gateway.tables.pool import Views

_AFTER: Final = """SELECT image_id, position, code FROM embedding WHERE model_id = ?1 AND position > ?2
  AND (weights_digest IS NULL OR weights_digest = ?4) ORDER BY position LIMIT ?3"""
_ONE: Final = "SELECT code FROM embedding WHERE image_id = ? AND model_id = ?"
_CODES: Final = """SELECT e.image_id, e.code FROM json_each(?) w
  CROSS JOIN embedding e ON e.image_id = w.value AND e.model_id = ?
  CROSS JOIN image i ON i.image_id = e.image_id AND i.visible = 1"""


async def embeddings_after(
    views: Views, model_id: str, position: int, limit: int, digest: str | None = None
) -> list[tuple[str, int, str]]:
    """(image id, log position, embedding), by position. `digest`: of a words model's weights; vectors by others can't
    be compared with its own."""
    rows = await views.fetch(_AFTER, (model_id, position, limit, digest))
    return [(row[0], row[1], row[2]) for row in rows]


async def embedding(views: Views, image_id: str, model_id: str | None) -> str | None:
    rows = await views.fetch(_ONE, (image_id, model_id))
    return rows[0][0] if rows else None


async def codes(views: Views, ids: Sequence[str], model_id: str) -> list[tuple[str, str]]:
    """(image id, embedding) of the visible ones."""
    return [(row[0], row[1]) for row in await views.fetch(_CODES, (json.dumps(list(ids)), model_id))]
