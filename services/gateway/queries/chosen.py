"""The ids of the photos that an album holds or a search finds, as the grid would show them."""

from typing import Final

from services.gateway.search.filters import Filter, checked, where
from services.gateway.tables.pool import Views

_IDS: Final = "SELECT i.image_id FROM image i WHERE {} ORDER BY i.taken_ms DESC, i.image_id DESC"


async def chosen_images(views: Views, chosen: Filter) -> list[str]:
    """Newest first. Raises UnknownFilter with a sentence."""
    conditions, parameters = await where(views, await checked(views, chosen))
    return [row[0] for row in await views.fetch(_IDS.format(conditions), parameters)]
