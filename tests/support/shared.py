"""Real photos that the machine may have beside the repository; tests of them are not collected where there are none."""

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


def shared(folder: str) -> Path | None:
    """A folder of `shared/photos`."""
    places = (base / "shared/photos" / folder for base in (_ROOT, _ROOT.parent))
    return next((place for place in places if place.is_dir()), None)
