"""The most frequent categories, cameras and places among the selected photos, with their counts."""

from typing import Final

import msgspec

from services.gateway.search.filters import Filter, where
from services.gateway.tables.pool import Views, cached
from services.knowledge.alphabet import sort_key

_MOST: Final = 12
"""Facets of each kind."""


class Facet(msgspec.Struct, frozen=True):
    name: str
    count: int


class Facets(msgspec.Struct, frozen=True):
    categories: list[Facet]
    cameras: list[Facet]
    places: list[Facet]


_FACETS: Final = """WITH found AS MATERIALIZED (SELECT i.image_id, i.camera_name FROM image i WHERE {})
  SELECT 'category', c.name, n FROM shown_category c JOIN
    (SELECT category_id, count(*) AS n FROM
        (SELECT category_id FROM image_category WHERE image_id IN (SELECT image_id FROM found))
      GROUP BY category_id) USING (category_id)
    WHERE c.hidden = 0
  UNION ALL
  SELECT 'camera', camera_name, count(*) FROM found WHERE camera_name <> '' GROUP BY camera_name
  UNION ALL
  SELECT 'place', label, count(*) FROM located WHERE image_id IN (SELECT image_id FROM found) GROUP BY label
"""


@cached
async def facets(views: Views, selection: Filter, language: str = "") -> Facets:
    sql, parameters = await where(views, selection)
    by_kind: dict[str, list[Facet]] = {"category": [], "camera": [], "place": []}
    for kind, name, count in await views.fetch(_FACETS.format(sql), parameters):
        by_kind[kind].append(Facet(name, count))
    for some in by_kind.values():
        some.sort(key=lambda one: (-one.count, sort_key(one.name, language)))
    return Facets(by_kind["category"][:_MOST], by_kind["camera"][:_MOST], by_kind["place"][:_MOST])
