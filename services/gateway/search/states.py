"""The values of `is:` and `has:` as conditions on `image i`."""

from typing import Final

from services.gateway import details
from services.gateway.tables.sums import in_part

LABELLED: Final = {
    "favorite": "kind-favorite",
    "archived": "kind-archived",
    "film": "kind-video",
    "live": "kind-live",
}
"""States that are categories, so that the user's decisions on them count."""
LEFT_OUT: Final = """SELECT c.category_id FROM timeline, json_each(timeline.hides) h
  CROSS JOIN shown_category c WHERE h.value IN (c.category_id, c.group_id)"""
"""The categories that a person left out of the timeline; a group stands for all of its categories."""
IN_TIMELINE: Final = f"""i.image_id NOT IN (SELECT image_id FROM image_category WHERE category_id = 'kind-archived')
  AND ((SELECT coalesce(max(json_array_length(hides)), 0) FROM timeline) = 0 OR NOT EXISTS (
    SELECT 1 FROM image_category ic WHERE ic.image_id = i.image_id AND ic.category_id IN ({LEFT_OUT})))"""
"""Of the visible photos, those in the timeline: neither archived nor left out of it. Whatever counts or shows photos by
their time asks for these, the rest of the album for all visible ones. All but the last part is evaluated once, not per
photo."""
ONE_IN_TIMELINE: Final = """NOT EXISTS (SELECT 1 FROM image_category ic
  WHERE ic.image_id = i.image_id AND (ic.category_id = 'kind-archived' OR EXISTS (
    SELECT 1 FROM shown_category c CROSS JOIN timeline t ON t.slot = 1 CROSS JOIN json_each(t.hides) h
    WHERE c.category_id = ic.category_id AND h.value IN (c.category_id, c.group_id))))"""
"""The same, for queries about one photo: only its own categories are looked up."""
IN_TIMELINE_IN_PART: Final = f"""i.image_id NOT IN (SELECT image_id FROM image_category ic
  WHERE {in_part("ic")} AND +ic.category_id IN (SELECT 'kind-archived' UNION ALL {LEFT_OUT}))"""
"""The same, for sums over a part of the library: its own labels are looked up once, not all of these categories."""
CONDITIONS: Final = {
    "timeline": IN_TIMELINE,
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
