"""Heat maps that explain a model's answers, where they were requested; maps made with other weights are ignored."""

from typing import Final

import msgspec

from services.gateway.tables.pool import Views


class Heat(msgspec.Struct, frozen=True):
    side: int
    cells: bytes
    share: float
    width: int
    height: int
    """Width and height of the photo in pixels."""
    weights_digest: str
    rotation: int


_HEAT: Final = """SELECT h.side, h.cells, h.share, i.width, i.height, h.weights_digest, h.rotation
  FROM heat h JOIN model m USING (model_id, weights_digest) JOIN image i USING (image_id, rotation)
  WHERE h.image_id = ?1 AND h.model_id = ?2 AND h.class_index = ?3"""
_NAMED: Final = (
    f"SELECT (SELECT name FROM class WHERE class_index = ?3), h.* FROM (SELECT 1) LEFT JOIN ({_HEAT}) h"
)


async def heat(views: Views, image_id: str, model_id: str, class_index: int) -> Heat | None:
    rows = await views.fetch(_HEAT, (image_id, model_id, class_index))
    return Heat(*rows[0]) if rows else None


async def named_heat(views: Views, image_id: str, model_id: str, class_index: int) -> tuple[str, Heat | None]:
    """The class's name (`class N` if unknown), and its map if there is one."""
    rows = await views.fetch(_NAMED, (image_id, model_id, class_index)) or [(None, None)]
    name, *fields = rows[0]
    return name or f"class {class_index}", Heat(*fields) if fields[0] is not None else None
