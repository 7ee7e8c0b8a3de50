"""The names of what sentences are about."""

import json
from collections.abc import Iterable

from services.gateway.tables.pool import Reader

_NAMES = """SELECT category_id, name FROM category WHERE deleted = 0
  UNION ALL SELECT model_id, name FROM model
  UNION ALL SELECT album_id, name FROM any_album WHERE album_id IN (SELECT value FROM json_each(?))"""


async def all_names(views: Reader, albums: Iterable[str | None]) -> dict[str, str]:
    """Id -> name of every category and model, and of these albums, deleted ones included."""
    return dict(await views.fetch(_NAMES, (json.dumps(sorted({id_ for id_ in albums if id_})),)))
