"""The eight ways to turn and mirror a picture, by their numbers in EXIF's Orientation (CIPA DC-008, 4.6.5): a group,
the symmetries of a square. `1` leaves the picture as it is."""

from typing import Annotated, Final

from msgspec import Meta

from services.knowledge.formats import Kind, in_browsers

Rotation = Annotated[int, Meta(ge=1, le=8)]

NONE: Final = 1
MIRROR: Final = 2
"""Left and right change places."""
RIGHT: Final = 6
"""By 90° clockwise."""
LEFT: Final = 8
ROTATIONS: Final = range(1, 9)

_MATRICES: Final = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
"""What each does to a point beside the middle of the picture, x to the right and y downwards: a b, c d by rows."""
_NUMBERS: Final = {matrix: number for number, matrix in _MATRICES.items()}
METHODS: Final = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
"""What Pillow calls them (`Image.Transpose`); it turns anticlockwise."""
Rectangle = tuple[float, float, float, float]
"""Left and upper edge, width and height, as shares of the picture's."""


def compose(first: int, then: int) -> int:
    """The one that does the same as both, in this order."""
    a, b, c, d = _MATRICES[then]
    e, f, g, h = _MATRICES[first]
    return _NUMBERS[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]


def inverse(rotation: int) -> int:
    """The one that takes it back."""
    return next(other for other in ROTATIONS if compose(rotation, other) == NONE)


def lies(rotation: int) -> bool:
    """Whether width and height change places."""
    return rotation >= 5


def is_known(orientation: int, format_: str) -> bool:
    """Whether a file's own orientation is what was read of it. Of a RAW whose preview is upright it isn't known, nor of
    a picture that its decoder turns. `format_`: as in the log."""
    return orientation != NONE or in_browsers(format_, Kind.PICTURE)


def turned(box: Rectangle, rotation: int) -> Rectangle:
    """Where a part of the picture is afterwards."""
    x, y, width, height = box
    a, b, c, d = _MATRICES[rotation]
    across, down = x + width / 2 - 0.5, y + height / 2 - 0.5
    if lies(rotation):
        width, height = height, width
    return a * across + b * down + 0.5 - width / 2, c * across + d * down + 0.5 - height / 2, width, height
