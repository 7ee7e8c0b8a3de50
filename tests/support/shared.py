"""Real photos that a machine may have beside the repository. They only add cases: every rule is tested on photos that
the tests make, so that a clone with nothing beside it runs every test."""

import os
from pathlib import Path
from typing import Final

_ROOT: Final = Path(__file__).resolve().parents[2]
_PLACES: Final = (os.environ.get("ALBUMEN_SHARED", ""), str(_ROOT / "shared"), str(_ROOT.parent / "shared"))


def shared_folders(folder: str) -> list[Path]:
    """The folder of `shared/photos` that is called so, as the further parameter of a test; often there is none."""
    places = (Path(place, "photos", folder) for place in _PLACES if place)
    return [place for place in places if place.is_dir()][:1]


def shared_files(folder: str, pattern: str = "*") -> list[Path]:
    """What lies in it, sorted."""
    return [file for place in shared_folders(folder) for file in sorted(place.glob(pattern))]
