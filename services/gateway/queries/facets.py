"""What the found photos have in common: categories and cameras with their numbers, most first."""

from typing import Final

import msgspec

from services.gateway.queries.filters import Filter, where
from services.gateway.queries.views import Views

MOST: Final = 12
"""Of each kind."""


class Facet(msgspec.Struct, frozen=True):
    name: str
    count: int


class Facets(msgspec.Struct, frozen=True):
    categories: list[Facet]
    cameras: list[Facet]


# The labels and decisions that make up the view image_category, asked by photo: the view would be made for all first.
_FACETS: Final = """WITH found AS MATERIALIZED (SELECT i.image_id, i.camera_make, i.camera_model FROM image i WHERE {})
  SELECT 'category', c.name, n FROM category c JOIN
    (SELECT category_id, count(*) AS n FROM
        (SELECT l.image_id, l.category_id FROM found f CROSS JOIN label l ON l.image_id = f.image_id
          WHERE l.model_id IN (SELECT model_id FROM active_model UNION SELECT 'rules' UNION SELECT 'sidecar')
            AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.image_id = l.image_id AND d.category_id = l.category_id)
        UNION
        SELECT d.image_id, d.category_id FROM found f CROSS JOIN decision d ON d.image_id = f.image_id
          WHERE d.assigned = 1)
      GROUP BY category_id) USING (category_id)
    WHERE c.deleted = 0
  UNION ALL
  SELECT 'camera', trim(coalesce(camera_make, '') || ' ' || coalesce(camera_model, '')) AS camera, count(*)
    FROM found GROUP BY camera HAVING camera <> ''
  ORDER BY 3 DESC, 2"""


async def facets(views: Views, chosen: Filter) -> Facets:
    sql, parameters = await where(views, chosen)
    found: dict[str, list[Facet]] = {"category": [], "camera": []}
    for kind, name, count in await views.fetch(_FACETS.format(sql), parameters):
        found[kind].append(Facet(name, count))
    return Facets(found["category"][:MOST], found["camera"][:MOST])
