"""What files say of photos besides dates and positions, as they say it."""

import msgspec


class PhotoProperty(msgspec.Struct, frozen=True, array_like=True):
    """A property with one value at a time (`knowledge.precedence.PROPERTIES`)."""

    name: str
    value: str
    """A rating is a number from -1 (rejected) to 5."""
    block: str = ""
    """Where in a photo's own file: one of `knowledge.precedence.BLOCKS`. Empty in sidecars."""


class Region(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A person's face in the picture. Lengths are shares of the picture's width and height as it is
    stored, before its orientation is applied, unless `applied_width` and `applied_height` are those afterwards."""

    name: str
    x: float
    y: float
    """The left and the upper edge."""
    width: float
    height: float
    applied_width: int = 0
    """Pixels of the picture for which the region was drawn; 0: unknown."""
    applied_height: int = 0
