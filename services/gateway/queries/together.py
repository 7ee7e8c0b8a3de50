"""Several questions as one SELECT: all answers are of the same moment, and come in one go."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Part(NamedTuple):
    sql: str
    """With the same parameters as all parts. Its rows come in no order."""
    columns: int


def together(parts: Mapping[str, Part]) -> str:
    """Each row has the name of its part before it, and NULLs behind it up to the widest."""
    widest = max(part.columns for part in parts.values())
    return " UNION ALL ".join(
        f"SELECT '{name}', part.*{', NULL' * (widest - part.columns)} FROM ({part.sql}) AS part"
        for name, part in parts.items()
    )


def apart(parts: Mapping[str, Part], rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each part."""
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in parts}
    for name, *values in rows:
        found[name].append(tuple(values[: parts[name].columns]))
    return found
