"""How far two classifiers agree, as a matrix. Pure: values in, values out."""

from collections.abc import Mapping
from typing import Final

NOTHING: Final = ""
"""In place of a category: the model is sure of none."""
OTHERS: Final = "…"
"""In place of a group: all groups that are not among the largest."""
_LARGEST: Final = 12
"""Groups with a row and a column of their own."""


def matrix_of(counts: Mapping[tuple[str, str], int]) -> tuple[list[str], list[list[int]]]:
    """The row labels (largest groups first, then OTHERS, then NOTHING), and the counts in that order."""
    sizes: dict[str, int] = {}
    for cell, count in counts.items():
        for group in cell:
            sizes[group] = sizes.get(group, 0) + count
    ordered = sorted(sizes.keys() - {NOTHING}, key=lambda group: (-sizes[group], group))
    labels = ordered[:_LARGEST] + [OTHERS] * (len(ordered) > _LARGEST) + [NOTHING] * (NOTHING in sizes)
    place = {group: labels.index(group if group in labels else OTHERS) for group in sizes}
    matrix = [[0] * len(labels) for _ in labels]
    for (row, column), count in counts.items():
        matrix[place[row]][place[column]] += count
    return labels, matrix
