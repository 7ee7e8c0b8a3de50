"""The photos in the bin, and their files."""

from typing import Final

from services.domain.files.removals import RemovableCopy
from services.gateway.search.terms import BINNED
from services.gateway.tables.pool import Views, cached

_COUNT: Final = f"SELECT count(*) FROM image i WHERE {BINNED}"
_FILES: Final = """WITH gone AS MATERIALIZED (SELECT DISTINCT image_id FROM binned),
    parts AS MATERIALIZED (
      SELECT photo_id, film_id AS part_id FROM live_pair WHERE photo_id IN (SELECT image_id FROM gone)
      UNION SELECT photo_id, raw_id FROM raw_pair WHERE photo_id IN (SELECT image_id FROM gone))
  SELECT c.full_path, c.image_id, c.size FROM copy c WHERE c.image_id IN (SELECT image_id FROM gone)
    OR c.image_id IN (SELECT part_id FROM parts
      EXCEPT SELECT film_id FROM live_pair WHERE photo_id NOT IN (SELECT image_id FROM gone)
      EXCEPT SELECT raw_id FROM raw_pair WHERE photo_id NOT IN (SELECT image_id FROM gone))
  ORDER BY c.full_path"""


@cached
async def binned(views: Views) -> int:
    """How many. The search for them would go through all photos, for the names that it might mean."""
    rows = await views.fetch(_COUNT)
    return int(rows[0][0]) if rows else 0


async def binned_files(views: Views) -> list[RemovableCopy]:
    """All copies, below folders in use; also the films and RAW files that are shown with these photos only."""
    return [RemovableCopy(*row) for row in await views.fetch(_FILES)]
