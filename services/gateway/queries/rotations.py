"""How people have rotated photos."""

from typing import Final

from services.gateway.tables.pool import Views, cached
from services.knowledge.rotations import NONE

_ROTATIONS: Final = "SELECT image_id, value FROM remark WHERE field = 'rotation' AND item = ''"

_ROTATION: Final = "SELECT rotation FROM image WHERE image_id = ?"


@cached
async def rotations(views: Views) -> dict[str, int]:
    """Image id -> what is done to the upright picture (`knowledge.rotations`), for those that are rotated."""
    return {row[0]: row[1] for row in await views.fetch(_ROTATIONS)}


async def rotation(views: Views, image_id: str) -> int:
    rows = await views.fetch(_ROTATION, (image_id,))
    return int(rows[0][0]) if rows else NONE
