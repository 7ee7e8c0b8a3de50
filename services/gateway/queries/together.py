"""Several queries combined into one SELECT: one round trip and one consistent snapshot."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Part(NamedTuple):
    sql: str
    """All parts share the same parameters. Rows come in no particular order."""
    columns: int


def together(parts: Mapping[str, Part]) -> str:
    """Each row starts with its part's name and is padded with NULLs to the widest part."""
    widest = max(part.columns for part in parts.values())
    return " UNION ALL ".join(
        f"SELECT '{name}', part.*{', NULL' * (widest - part.columns)} FROM ({part.sql}) AS part"
        for name, part in parts.items()
    )


def apart(parts: Mapping[str, Part], rows: Iterable[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    by_part: dict[str, list[tuple[Any, ...]]] = {name: [] for name in parts}
    for name, *values in rows:
        by_part[name].append(tuple(values[: parts[name].columns]))
    return by_part
