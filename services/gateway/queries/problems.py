"""Files that could not be taken in, photos that could not be classified, folders that are gone."""

from typing import Final

import msgspec

from services.gateway.queries.views import Views


class Rejection(msgspec.Struct, frozen=True):
    path: str
    size: int
    reason: str
    """A sentence for the person."""


class Unclassified(msgspec.Struct, frozen=True):
    image_id: str
    model_id: str
    path: str
    reason: str


LIMIT: Final = 500
_REJECTIONS: Final = """SELECT rtrim(root, '/') || '/' || iif(folder = '', name, folder || '/' || name), size, reason
  FROM rejection ORDER BY position DESC, root, folder, name LIMIT ?"""
_REJECTED: Final = "SELECT count(*) FROM rejection"
_FAILURES: Final = """SELECT f.image_id, f.model_id, coalesce((SELECT iif(folder = '', name, folder || '/' || name)
    FROM file WHERE image_id = f.image_id ORDER BY missing, root, folder, name LIMIT 1), ''), f.reason
  FROM failure f ORDER BY f.position DESC LIMIT ?"""
_GONE: Final = "SELECT root, unavailable FROM source WHERE unavailable IS NOT NULL ORDER BY root"


async def rejections(views: Views) -> tuple[list[Rejection], int]:
    """The last 500 files that could not be read, and how many there are in all."""
    rows = await views.fetch(_REJECTIONS, (LIMIT,))
    counted = await views.fetch(_REJECTED)
    return [Rejection(*row) for row in rows], counted[0][0] if counted else 0


async def failures(views: Views) -> list[Unclassified]:
    """The last 500 photos that a model could not classify."""
    return [Unclassified(*row) for row in await views.fetch(_FAILURES, (LIMIT,))]


async def gone_sources(views: Views) -> list[tuple[str, str]]:
    """(folder, reason) of the photo folders that were not there at the last scan."""
    return [(row[0], row[1]) for row in await views.fetch(_GONE)]
