"""Where faces are in the picture as it is shown: files give their places before the orientation is applied, and know
nothing of how a person has rotated it."""

from typing import Final

import msgspec

from services.domain.photos.faces import is_upright
from services.domain.photos.properties import Region
from services.gateway.queries.faces import FaceIn
from services.knowledge.rotations import NONE, ROTATIONS, compose, lies, turned

_AROUND: Final = 1.6
"""Side of a crop, in faces: programs frame them closely."""


class Face(msgspec.Struct, frozen=True):
    """Lengths are shares of the width and height of the picture as it is shown."""

    name: str
    x: float
    y: float
    width: float
    height: float


def face(region: Region, orientation: int, width: int, height: int, rotation: int = NONE) -> Face:
    """`orientation`: EXIF's; `rotation`: a person's. `width` and `height`: of the picture as it is shown, in pixels."""
    if lies(rotation):
        width, height = height, width
    done = rotation
    if orientation in ROTATIONS and not is_upright(region, orientation, width, height):
        done = compose(orientation, rotation)
    box = turned((region.x, region.y, region.width, region.height), done)
    return Face(region.name, *(round(length, 6) for length in box))


class Crop(msgspec.Struct, frozen=True):
    """A square around a face, in pixels of the picture as it is shown."""

    image_id: str
    x: float
    y: float
    side: float
    width: int
    height: int


def crop(face_in: FaceIn) -> Crop:
    """With some of what is around the face, and none of what is outside of the picture."""
    width, height = face_in.width, face_in.height
    one = face(face_in.region, face_in.orientation, width, height, face_in.rotation)
    side = min(_AROUND * max(one.width * width, one.height * height), width, height)
    across, down = ((one.x + one.width / 2) * width, (one.y + one.height / 2) * height)
    x, y = (min(max(middle - side / 2, 0), most - side) for middle, most in ((across, width), (down, height)))
    return Crop(face_in.image_id, round(x, 1), round(y, 1), round(side, 1), width, height)
