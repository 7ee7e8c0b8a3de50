"""The copies that would go if the best of each group of almost the same photos stayed."""

import hashlib

import msgspec


class WorseCopies(msgspec.Struct, frozen=True):
    images: list[str]
    """Ids of the photos that would be hidden or binned."""
    size: int
    """Bytes of their files."""
    groups: int
    """Groups that they are of."""
    held: int = 0
    """Photos that would stay, since they have an album, a favourite mark or the like, that the best one lacks."""

    @property
    def digest(self) -> str:
        """Changes when they do."""
        return hashlib.sha256("".join(sorted(self.images)).encode()).hexdigest()[:32]
