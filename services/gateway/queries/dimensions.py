"""How large photos are."""

from typing import Final

from services.gateway.tables.pool import Views

_LONG_SIDE: Final = "SELECT max(width, height) FROM image WHERE image_id = ?"


async def long_side(views: Views, image_id: str) -> int:
    """Pixels; 0 if there is no such photo."""
    rows = await views.fetch(_LONG_SIDE, (image_id,))
    return int(rows[0][0]) if rows else 0
