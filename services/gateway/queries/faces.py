"""Faces with names in visible photos."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from services.domain.photos.properties import Region
from services.gateway.tables.pool import Views, cached
from services.knowledge.rotations import NONE

_FACES: Final = """SELECT r.region, i.image_id, i.orientation, i.width, i.height, i.colour, i.rotation
  FROM region r JOIN image i USING (image_id) WHERE i.visible = 1 AND i.part = 'photo'"""


class FaceIn(msgspec.Struct, frozen=True):
    region: Region
    image_id: str
    orientation: int
    width: int
    """Of the picture as it is shown, in pixels."""
    height: int
    colour: str
    rotation: int = NONE
    """A person's."""


@cached
async def largest_faces(views: Views) -> dict[str, FaceIn]:
    """Name -> where it has the most pixels."""
    return await asyncio.to_thread(_largest, await views.fetch(_FACES))


def _largest(rows: Iterable[Sequence[Any]]) -> dict[str, FaceIn]:
    largest: dict[str, tuple[float, FaceIn]] = {}
    for region, *image in rows:
        face = FaceIn(msgspec.convert(json.loads(region), Region), *image)
        pixels = face.region.width * face.region.height * face.width * face.height
        best = largest.get(face.region.name)
        if best is None or (pixels, face.image_id) > (best[0], best[1].image_id):
            largest[face.region.name] = pixels, face
    return {name: face for name, (_, face) in largest.items()}
