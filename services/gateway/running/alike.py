"""The result of a search for similar photos."""

import msgspec


class Alike(msgspec.Struct, frozen=True):
    """A photo similar to another."""

    image_id: str
    likeness: float
    """Cosine of the centred features, -1 to 1."""
