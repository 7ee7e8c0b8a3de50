"""Ids of the photos in an album or a search result, in grid order."""

from typing import Final

from services.gateway.queries.timeline import NEWEST_FIRST
from services.gateway.search.filters import Filter, checked, where
from services.gateway.tables.pool import Views

_IDS: Final = f"SELECT i.image_id FROM image i WHERE {{}} ORDER BY {NEWEST_FIRST}"


async def chosen_images(views: Views, selection: Filter) -> list[str]:
    """Newest first. Raises UnknownFilter."""
    conditions, parameters = await where(views, await checked(views, selection))
    return [row[0] for row in await views.fetch(_IDS.format(conditions), parameters)]
