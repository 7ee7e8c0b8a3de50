"""How two classifiers' answers fall together, as a matrix. Pure: values in, values out."""

from collections.abc import Mapping
from typing import Final

NOTHING: Final = ""
"""Instead of a category: the model is sure of none."""
OTHERS: Final = "…"
"""Instead of a group: all that are not among the largest."""
_LARGEST: Final = 12
"""Rows and columns of the matrix."""


def matrix_of(counts: Mapping[tuple[str, str], int]) -> tuple[list[str], list[list[int]]]:
    """The largest groups, then all others together, then nothing; and the counts in that order."""
    sizes: dict[str, int] = {}
    for cell, count in counts.items():
        for group in cell:
            sizes[group] = sizes.get(group, 0) + count
    ordered = sorted(sizes.keys() - {NOTHING}, key=lambda group: (-sizes[group], group))
    shown = ordered[:_LARGEST] + [OTHERS] * (len(ordered) > _LARGEST) + [NOTHING] * (NOTHING in sizes)
    place = {group: shown.index(group if group in shown else OTHERS) for group in sizes}
    matrix = [[0] * len(shown) for _ in shown]
    for (row, column), count in counts.items():
        matrix[place[row]][place[column]] += count
    return shown, matrix
