"""Which folders a scanner reads, and where. A message names a folder and a file; whoever can write messages shall see
none but those that the scanner was given."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from services.kernel.paths import from_text


class Mounts:
    def __init__(self, folders: Sequence[Path], elsewhere: Mapping[Path, Path]) -> None:
        """`folders`: those that are at the same place as for the gateway. `elsewhere`: a path there -> the path here.
        All absolute."""
        self._places = {**{folder: folder for folder in folders}, **elsewhere}

    def here(self, root: str) -> Path | None:
        """Where a root of the gateway (as `kernel.paths` writes names) is here, judging by the longest path that leads
        to it; None if it is none of these folders, or leads out of them. Blocks as long as the disk does."""
        there = Path(from_text(root))
        for place in (there, *there.parents):
            if here := self._places.get(place):
                path = here / there.relative_to(place)
                return path if _is_below(path, here) else None
        return None


def _is_below(path: Path, folder: Path) -> bool:
    top = os.path.realpath(folder)
    return Path(os.path.realpath(path)).is_relative_to(top)
