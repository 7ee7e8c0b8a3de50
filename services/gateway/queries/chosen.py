"""Ids of the photos in an album or a search result, in grid order."""

from typing import Final

from services.gateway.search.filters import Filter, checked, where
from services.gateway.tables.pool import Views

_IDS: Final = "SELECT i.image_id FROM image i WHERE {} ORDER BY i.taken_ms DESC, i.image_id DESC"


async def chosen_images(views: Views, selection: Filter) -> list[str]:
    """Newest first. Raises UnknownFilter."""
    conditions, parameters = await where(views, await checked(views, selection))
    return [row[0] for row in await views.fetch(_IDS.format(conditions), parameters)]
