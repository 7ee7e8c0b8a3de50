"""Collects the pictures of a folder: an album of them has to wait until each has been examined."""

import asyncio
from collections.abc import Coroutine
from typing import Any


class Looks:
    """The pictures of one folder: known ones, and those being examined."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: list[asyncio.Task[str | None]] = []
        self.known: set[str] = set()
        """Ids."""

    def begin(self, look: Coroutine[Any, Any, str | None]) -> None:
        self._tasks.append(self._group.create_task(look))

    def of_all(self, work: Coroutine[Any, Any, None]) -> None:
        """Something to do with them that may wait for `images`."""
        self._group.create_task(work)

    async def images(self) -> set[str]:
        """The ids of all, once all have been examined."""
        images = set(self.known)
        for task in self._tasks:  # `gather` would have a callback for each of them at once
            if image := await task:
                images.add(image)
        return images
