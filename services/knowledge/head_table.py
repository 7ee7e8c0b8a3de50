"""The table of heads, `data/heads.tsv`, readable without NumPy: `heads.py` applies them.

`ops/heads.py` fits them and writes the table; decision 28 names the data and the method.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

import msgspec


class Head(msgspec.Struct, frozen=True):
    """A row of the table."""

    ids: tuple[str, ...]
    """The categories that it adds to."""
    scale: float
    bias: float
    """Puts the threshold of its categories where `ops/heads.py` found it precise."""
    weights: str
    """int8 [channels] in base 64, to be multiplied by `scale`."""


@lru_cache(maxsize=1)
def table() -> Mapping[str, Sequence[Head]]:
    """Model -> its heads; a missing model has none."""
    lines = (files("services.knowledge") / "data" / "heads.tsv").read_text("utf-8").splitlines()[1:]
    heads: dict[str, list[Head]] = {}
    for model_id, ids, scale, bias, weights in (line.split("\t") for line in lines):
        heads.setdefault(model_id, []).append(Head(tuple(ids.split(";")), float(scale), float(bias), weights))
    return heads
