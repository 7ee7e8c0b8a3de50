"""Which pictures a folder holds is known only once each was looked at; an album of them waits for that."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Looks:
    """The pictures of one folder: those that were known, and those that are being looked at."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._begun: list[asyncio.Task[str | None]] = []
        self.known: set[str] = set()
        """Ids."""

    def begin(self, look: Coroutine[Any, Any, str | None]) -> None:
        self._begun.append(self._group.create_task(look))

    async def images(self) -> set[str]:
        """The ids of all, once all were looked at."""
        return self.known | {image for image in await asyncio.gather(*self._begun) if image}
