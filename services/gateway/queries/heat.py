"""Where models saw what they said, as far as they were asked; what other weights once said of it is passed over."""

import json
from typing import Final

import msgspec

from services.gateway.tables.pool import Views


class Heat(msgspec.Struct, frozen=True):
    side: int
    cells: bytes
    share: float
    width: int
    """Pixels of the photo."""
    height: int
    weights_digest: str


class Asked(msgspec.Struct, frozen=True):
    """A model, and what it said of a photo."""

    model_id: str
    classes: list[int]
    """Best first."""
    explained: frozenset[int]
    """Classes that there is a map of."""
    weights_digest: str


_HEAT: Final = """SELECT h.side, h.cells, h.share, i.width, i.height, h.weights_digest
  FROM heat h JOIN model m USING (model_id, weights_digest) JOIN image i USING (image_id)
  WHERE h.image_id = ? AND h.model_id = ? AND h.class_index = ?"""
_ASKED: Final = """SELECT v.model_id, v.classes, coalesce(m.weights_digest, ''),
    (SELECT json_group_array(h.class_index) FROM heat h
      WHERE h.image_id = v.image_id AND h.model_id = v.model_id AND h.weights_digest = m.weights_digest)
  FROM verdict v LEFT JOIN model m USING (model_id) WHERE v.image_id = ?"""


async def heat(views: Views, image_id: str, model_id: str, class_index: int) -> Heat | None:
    rows = await views.fetch(_HEAT, (image_id, model_id, class_index))
    return Heat(*rows[0]) if rows else None


async def asked(views: Views, image_id: str) -> dict[str, Asked]:
    """By model, for those that have a verdict of the photo."""
    return {
        model_id: Asked(
            model_id, [index for index, _ in json.loads(classes)], frozenset(json.loads(maps)), digest
        )
        for model_id, classes, digest, maps in await views.fetch(_ASKED, (image_id,))
    }
