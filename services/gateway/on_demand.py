"""The index of likeness, made when somebody first asks: NumPy is not needed for the first page."""

from typing import TYPE_CHECKING

from services.gateway.ports import Alike
from services.gateway.queries.views import Views

if TYPE_CHECKING:
    from services.gateway.likeness import Likeness


class LikenessOnDemand:
    """`ports.Likeness`."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._made: Likeness | None = None

    async def nearest(self, image_id: str, limit: int) -> list[Alike] | None:
        if self._made is None:
            from services.gateway.likeness import Likeness

            self._made = Likeness(self._views)
        return await self._made.nearest(image_id, limit)
