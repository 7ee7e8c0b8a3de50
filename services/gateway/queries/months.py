"""Photo counts by month, for headings, the scrubber and totals."""

from typing import Final

import msgspec

from services.gateway.search.filters import Filter, where
from services.gateway.tables.pool import Views, cached

_COUNTS: Final = "SELECT i.month, count(*) FROM image i WHERE"


class Months(msgspec.Struct, frozen=True):
    counts: dict[str, int]
    """YYYY-MM -> number of photos, oldest first."""
    total: int


@cached
async def months(views: Views, selection: Filter) -> Months:
    sql, parameters = await where(views, selection)
    rows = await views.fetch(f"{_COUNTS} {sql} GROUP BY i.month ORDER BY i.month", parameters)
    counts: dict[str, int] = {row[0]: row[1] for row in rows}
    return Months(counts, sum(counts.values()))
