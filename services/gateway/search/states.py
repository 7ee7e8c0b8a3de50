"""The values of `is:` and `has:` as conditions on `image i`."""

from typing import Final

from services.gateway import details

LABELLED: Final = {
    "favorite": "kind-favorite",
    "archived": "kind-archived",
    "film": "kind-video",
    "live": "kind-live",
}
"""States that are categories, so that the user's decisions on them count."""
CONDITIONS: Final = {
    "trashed": "i.image_id IN (SELECT image_id FROM binned)",
    "missing": "NOT EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)",
    "duplicate": """i.image_id IN (SELECT image_id FROM copy WHERE image_id IN (
        SELECT image_id FROM file WHERE missing = 0 GROUP BY image_id HAVING count(*) > 1)
      GROUP BY image_id HAVING count(DISTINCT body) > 1)""",
    "unclassified": """NOT EXISTS (SELECT 1 FROM verdict v JOIN active_model a USING (model_id)
      WHERE v.image_id = i.image_id)""",
    **details.STATES,
}
_VALUE: Final = """(i.image_id IN (SELECT image_id FROM property WHERE name = '{0}' AND value <> '')
  AND i.image_id NOT IN (SELECT image_id FROM user_property WHERE name = '{0}' AND value = ''))"""
"""Two passes over all values: SQLite would read the whole view for each photo to find the first."""
OWNED: Final = {
    "place": "i.image_id IN (SELECT image_id FROM located)",
    "title": _VALUE.format("title"),
    "description": _VALUE.format("caption"),
    "people": "i.image_id IN (SELECT image_id FROM person)",
    "keywords": "i.image_id IN (SELECT image_id FROM keyword)",
}
_FIRST: Final = ("hidden", "missing", *LABELLED, "trashed", "duplicate", "corrected", "unclassified")
STATES: Final = (*_FIRST, *(name for name in CONDITIONS if name not in _FIRST))
"""In the order in which completion offers them."""
