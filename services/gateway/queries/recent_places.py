"""The places that a person gave to photos last, to be given again."""

from typing import Final

from services.gateway.tables.pool import Views, cached

_READ: Final = 60
"""Places to look at: several of them may be in one city."""
_RECENT: Final = """SELECT place FROM given_place g
  WHERE NOT EXISTS (SELECT 1 FROM job j WHERE j.job_id = g.job_id) ORDER BY position DESC LIMIT ?"""
"""Those that an import gave are no person's choice."""


@cached
async def recent_places(views: Views) -> list[str]:
    """`latitude,longitude`, the last one first, each once."""
    return list(dict.fromkeys(row[0] for row in await views.fetch(_RECENT, (_READ,))))
