"""How far a scan is."""

import msgspec


class Counts(msgspec.Struct):
    """`found` grows while the walk goes on."""

    found: int = 0
    unchanged: int = 0
    added: int = 0
    moved: int = 0
    rejected: int = 0
    missing: int = 0
    walking: bool = True

    @property
    def done(self) -> int:
        """Looked at; the rejected ones are counted apart."""
        return self.unchanged + self.added + self.moved
