"""The similarity index, created on first use: the first page doesn't need NumPy."""

from typing import TYPE_CHECKING, Protocol

from services.gateway.running.alike import Alike
from services.gateway.tables.pool import Views

if TYPE_CHECKING:
    from services.gateway.running.likeness import Index


class Likeness(Protocol):
    async def nearest(self, image_id: str, limit: int) -> list[Alike] | None:
        """The photos most similar to one, best first, without itself. None if the active model hasn't seen it."""


class LikenessOnDemand:
    def __init__(self, views: Views) -> None:
        self._views = views
        self._index: Index | None = None

    async def nearest(self, image_id: str, limit: int) -> list[Alike] | None:
        if self._index is None:
            from services.gateway.running.likeness import Index

            self._index = Index(self._views)
        return await self._index.nearest(image_id, limit)
