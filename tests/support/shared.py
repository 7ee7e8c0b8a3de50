"""Real photos that may lie next to the repository. They only add cases: every rule is tested on photos made by the
tests, so that a bare clone runs every test."""

import os
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_PLACES: Final = (os.environ.get("ALBUMEN_SHARED", ""), str(_ROOT / "shared"), str(_ROOT.parent / "shared"))


def shared_folders(folder: str) -> list[Path]:
    """The folder `shared/photos/<folder>` as parameters of a test; often there is none."""
    places = (Path(place, "photos", folder) for place in _PLACES if place)
    return [place for place in places if place.is_dir()][:1]


def shared_files(folder: str, pattern: str = "*") -> list[Path]:
    """The files in that folder, sorted."""
    return [file for place in shared_folders(folder) for file in sorted(place.glob(pattern))]
