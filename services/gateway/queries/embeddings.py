"""Embeddings of photos, encoded as in the log."""

import json
from collections.abc import Sequence
from typing import Final

from services.gateway.tables.pool import Views

_AFTER: Final = """SELECT image_id, position, code FROM embedding WHERE model_id = ? AND position > ?
  ORDER BY position LIMIT ?"""
_ONE: Final = "SELECT code FROM embedding WHERE image_id = ? AND model_id = ?"
_CODES: Final = """SELECT e.image_id, e.code FROM json_each(?) w
  CROSS JOIN embedding e ON e.image_id = w.value AND e.model_id = ?
  CROSS JOIN image i ON i.image_id = e.image_id AND i.visible = 1"""


async def embeddings_after(
    views: Views, model_id: str, position: int, limit: int
) -> list[tuple[str, int, str]]:
    """(image id, log position, embedding), by position."""
    return [(row[0], row[1], row[2]) for row in await views.fetch(_AFTER, (model_id, position, limit))]


async def embedding(views: Views, image_id: str, model_id: str | None) -> str | None:
    rows = await views.fetch(_ONE, (image_id, model_id))
    return rows[0][0] if rows else None


async def codes(views: Views, ids: Sequence[str], model_id: str) -> list[tuple[str, str]]:
    """(image id, embedding) of the visible ones."""
    return [(row[0], row[1]) for row in await views.fetch(_CODES, (json.dumps(list(ids)), model_id))]
