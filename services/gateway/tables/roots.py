"""The photo folders that the read tables know."""

from typing import Final

from services.gateway.tables.pool import Views, cached

_KNOWN: Final = """WITH RECURSIVE known (root) AS (SELECT min(root) FROM file
    UNION ALL SELECT (SELECT min(f.root) FROM file f WHERE f.root > known.root) FROM known WHERE known.root IS NOT NULL)
  SELECT root FROM known WHERE root IS NOT NULL UNION SELECT root FROM source ORDER BY root"""
"""One step in the index per folder, not one per file."""


@cached
async def known_roots(views: Views) -> list[str]:
    """Those that were given, and those of which any file is known."""
    return [row[0] for row in await views.fetch(_KNOWN)]
