"""The 80 classes of Microsoft's Common Objects in Context (T.-Y. Lin et al., 2014), in the order of their indices.

`data/coco.tsv` has their labels, their names on pages, and the category that each adds to; decision 30 says why only a
few add to one.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from services.knowledge import calibration, taxonomy

PERSON: Final = "person"
_ROWS: Final = [
    line.split("\t")
    for line in (files("services.knowledge") / "data" / "coco.tsv").read_text("utf-8").splitlines()[1:]
]
COCO: Final = tuple(label for label, _, _ in _ROWS)
NAME_OF: Final[Mapping[str, str]] = {label: name for label, name, _ in _ROWS}
"""Class -> its name on English pages; the catalogues translate it."""
CATEGORY_OF: Final[Mapping[str, str]] = {label: category for label, _, category in _ROWS if category}
"""Class -> the category that it adds to."""


def calibrated(score: float, label: str, model_id: str) -> float:
    """The score of a detector's box: as it says of the category that its class adds to; if there is none, nothing is
    known of it, and it stays as the detector gave it."""
    category_id = CATEGORY_OF.get(label)
    if category_id is None:
        return score
    steepness = calibration.steepness().get(model_id, 1.0)
    return round(calibration.surer(score, taxonomy.load().categories[category_id].threshold, steepness), 6)
