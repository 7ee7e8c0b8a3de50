"""The progress of a scan."""

import msgspec


class Counts(msgspec.Struct):
    """`found` grows during the walk."""

    found: int = 0
    unchanged: int = 0
    added: int = 0
    moved: int = 0
    rejected: int = 0
    missing: int = 0
    walking: bool = True

    @property
    def done(self) -> int:
        """Examined; rejected files are counted separately."""
        return self.unchanged + self.added + self.moved
