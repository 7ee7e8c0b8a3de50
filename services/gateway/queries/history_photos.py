"""The photos shown next to an entry of the history."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from services.gateway.tables.pool import Views

_KNOWN: Final = (
    "SELECT image_id, coalesce(dated_at, '') FROM image WHERE image_id IN (SELECT value FROM json_each(?))"
)
_CLASSIFIED: Final = """SELECT value, (SELECT json_group_array(image_id) FROM (
    SELECT image_id FROM verdict WHERE job_id = value LIMIT ?2))
  FROM json_each(?1)"""


async def known(views: Views, ids: Iterable[str]) -> dict[str, str]:
    """Id -> date taken, ISO 8601, empty if unknown, for the ids that are in the library."""
    return {row[0]: row[1] for row in await views.fetch(_KNOWN, (json.dumps(sorted(set(ids))),))}


async def classified(views: Views, jobs: Mapping[int, str], limit: int) -> dict[int, list[str]]:
    """Photos whose last verdict comes from the job, at most `limit`, under the keys of `jobs`."""
    rows = await views.fetch(_CLASSIFIED, (json.dumps(sorted(set(jobs.values()))), limit))
    images_of = {job: msgspec.json.decode(images, type=list[str]) for job, images in rows}
    return {key: images_of.get(job, []) for key, job in jobs.items()}
