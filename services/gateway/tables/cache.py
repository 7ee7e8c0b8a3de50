"""Answers kept for as long as the read tables stand at the same position."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

_KEPT: Final = 64
"""Answers kept in memory, of different questions; the one that was not asked for longest goes first."""


class Cache:
    def __init__(self) -> None:
        self._position = -1
        self._kept: dict[Hashable, Any] = {}

    async def get(self, position: int, key: Hashable, compute: Callable[[], Awaitable[Any]]) -> Any:
        """The answer to `key` at `position`, computed when it is not known; what `compute` raises is not kept."""
        if position != self._position:
            self._position, self._kept = position, {}
        if key in self._kept:
            self._kept[key] = self._kept.pop(key)
            return self._kept[key]
        value = await compute()
        if position == self._position:
            self._kept[key] = value
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return value
