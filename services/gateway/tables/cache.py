"""Caches answers while the read tables stay at the same position."""

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

_KEPT: Final = 64
"""Maximum number of answers; the least recently used is evicted first."""


class Cache:
    def __init__(self) -> None:
        self._position = -1
        self._kept: dict[Hashable, Any] = {}

    async def get(self, position: int, key: Hashable, compute: Callable[[], Awaitable[Any]]) -> Any:
        """The cached answer for `key` at `position`, else computed; exceptions from `compute` are not cached."""
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
