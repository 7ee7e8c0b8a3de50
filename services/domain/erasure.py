"""What is forgotten for good: photos, and where only they lay. Each event and command says what is left of it."""

from typing import Final

import msgspec

NOBODY: Final = "0" * 32
"""In place of a forgotten photo's id, where a command has to name one."""


class Erasure(msgspec.Struct, frozen=True):
    images: frozenset[str]
    """Their ids."""
    places: frozenset[tuple[str, str]]
    """(root, path below it) of files and folders that never held another photo."""

    def left(self, images: list[str]) -> list[str]:
        return [image for image in images if image not in self.images]

    def of_full_path(self, path: str) -> bool:
        """Whether it is one of the places. `path`: as on the jobs page, the root's and the path below it in one."""
        return any(f"{root.rstrip('/')}/{below}" == path for root, below in self.places)
