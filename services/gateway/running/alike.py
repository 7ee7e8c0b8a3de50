"""What is said of photos that are like one."""

import msgspec


class Alike(msgspec.Struct, frozen=True):
    """A photo that is like another."""

    image_id: str
    likeness: float
    """Cosine of the centred features, -1 to 1."""
