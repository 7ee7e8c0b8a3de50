"""The index of likeness, made when somebody first asks: NumPy is not needed for the first page."""

from typing import TYPE_CHECKING, Protocol

from services.gateway.running.alike import Alike
from services.gateway.tables.pool import Views

if TYPE_CHECKING:
    from services.gateway.running.likeness import Index


class Likeness(Protocol):
    async def nearest(self, image_id: str, limit: int) -> list[Alike] | None:
        """The photos most alike to one, best first, without it. None when the model in use has not seen it."""


class LikenessOnDemand:
    """`Likeness`."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._made: Index | None = None

    async def nearest(self, image_id: str, limit: int) -> list[Alike] | None:
        if self._made is None:
            from services.gateway.running.likeness import Index

            self._made = Index(self._views)
        return await self._made.nearest(image_id, limit)
