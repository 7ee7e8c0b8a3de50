"""Where faces are in the picture as it is shown: files give their places before the orientation is applied."""

from typing import Final

import msgspec

from services.domain.photos.properties import Region
from services.gateway.queries.faces import FaceIn

_AROUND: Final = 1.6
"""Side of a crop, in faces: programs frame them closely."""
_Box = tuple[float, float, float, float]
"""Left and upper edge, width and height, as shares of the picture."""


class Face(msgspec.Struct, frozen=True):
    """Lengths are shares of the upright picture's width and height."""

    name: str
    x: float
    y: float
    width: float
    height: float


def face(region: Region, orientation: int, width: int, height: int) -> Face:
    """`orientation`: EXIF's. `width` and `height`: of the upright picture, in pixels."""
    box = (region.x, region.y, region.width, region.height)
    if not _is_upright(region, orientation, width, height):
        box = _turned(box, orientation)
    return Face(region.name, *(round(length, 6) for length in box))


def _is_upright(region: Region, orientation: int, width: int, height: int) -> bool:
    """Some programs turn a picture and then draw regions in it, others before: the size for which they were drawn
    tells, if the picture lies on its side."""
    drawn = (region.applied_width, region.applied_height)
    if orientation < 5 or width == height or drawn[0] == drawn[1]:
        return False
    return (drawn[0] > drawn[1]) == (width > height)


def _turned(box: _Box, orientation: int) -> _Box:
    x, y, width, height = box
    right, below = 1 - x - width, 1 - y - height
    match orientation:
        case 2:
            return right, y, width, height
        case 3:
            return right, below, width, height
        case 4:
            return x, below, width, height
        case 5:
            return y, x, height, width
        case 6:
            return below, x, height, width
        case 7:
            return below, right, height, width
        case 8:
            return y, right, height, width
    return box


class Crop(msgspec.Struct, frozen=True):
    """A square around a face, in pixels of the upright picture."""

    image_id: str
    x: float
    y: float
    side: float
    width: int
    height: int


def crop(face_in: FaceIn) -> Crop:
    """With some of what is around the face, and none of what is outside of the picture."""
    width, height = face_in.width, face_in.height
    one = face(face_in.region, face_in.orientation, width, height)
    side = min(_AROUND * max(one.width * width, one.height * height), width, height)
    across, down = ((one.x + one.width / 2) * width, (one.y + one.height / 2) * height)
    x, y = (min(max(middle - side / 2, 0), most - side) for middle, most in ((across, width), (down, height)))
    return Crop(face_in.image_id, round(x, 1), round(y, 1), round(side, 1), width, height)
