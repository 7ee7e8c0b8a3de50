"""The 80 classes of Microsoft's Common Objects in Context (T.-Y. Lin et al., 2014), in the order of their indices.

`data/coco.tsv` has their labels, their names on pages, and the category that each adds to; decision 30 says why only a
few add to one.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

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
