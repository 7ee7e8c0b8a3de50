"""Numbers in a search: `4`, `-1`, `3..5`, `3..`, `..2`. Pure."""

import re

_RANGE = re.compile(r"(-?\d{1,9})?(?:(\.\.)(-?\d{1,9})?)?", re.ASCII)
_MOST = 2**62


def number_range(value: str) -> tuple[int, int] | None:
    """Minimum and maximum, both inclusive; None if `value` is not a number or range."""
    parts = _RANGE.fullmatch(value)
    if parts is None or not (parts[1] or parts[3]):
        return None
    first = int(parts[1] or 0) if parts[1] or not (parts[3] or "").startswith("-") else -_MOST
    return first, int(parts[3] or _MOST) if parts[2] else first
