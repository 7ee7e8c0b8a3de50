"""Photo counts by month, for headings, the scrubber and totals."""

from typing import Final

import msgspec

from services.gateway.search.filters import EVERYTHING, TIMELINE, Filter, where
from services.gateway.search.states import IN_TIMELINE_IN_PART
from services.gateway.tables.pool import Views, cached
from services.gateway.tables.sums import Sum, in_part

_COUNTS: Final = "SELECT i.month, count(*) FROM image i WHERE {} GROUP BY i.month"
_EVERYTHING: Final = Sum(_COUNTS.format(f"{in_part('i')} AND i.visible = 1"), key=1)
_TIMELINE: Final = Sum(_COUNTS.format(f"{in_part('i')} AND i.visible = 1 AND {IN_TIMELINE_IN_PART}"), key=1)
_SUMS: Final = {EVERYTHING: _EVERYTHING, TIMELINE: _TIMELINE}


class Months(msgspec.Struct, frozen=True):
    counts: dict[str, int]
    """YYYY-MM -> number of photos, oldest first."""
    total: int


@cached
async def months(views: Views, selection: Filter) -> Months:
    if whole := _SUMS.get(selection):
        rows = await views.sums(whole)
    else:
        sql, parameters = await where(views, selection)
        rows = await views.fetch(_COUNTS.format(sql), parameters)
    counts = dict(sorted((month, count) for month, count in rows))
    return Months(counts, sum(counts.values()))
