"""Old events are upcast on reading; the log is never rewritten.

An upcaster is a pure function from the dict of version n to the dict of version n + 1.
"""

from collections.abc import Callable, Mapping
from typing import Any

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
Upcasters = Mapping[tuple[str, int], Upcaster]

UPCASTERS: Upcasters = {}
"""(type, from version) -> function. Each has a stored fixture in `tests/kernel/events/`."""


def upcast(
    name: str, version: int, newest: int, data: dict[str, Any], upcasters: Upcasters = UPCASTERS
) -> dict[str, Any]:
    """Chain the upcasters from `version` to `newest`. Raises KeyError for a missing step (a test rules that out)."""
    for step in range(version, newest):
        data = upcasters[name, step](data)
    return data
