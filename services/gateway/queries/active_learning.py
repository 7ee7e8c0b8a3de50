"""What to ask a person about a category: the photos whose answers teach most, other ones each day.

Active learning (B. Settles, Active Learning Literature Survey, 2009): *uncertainty*, 1 where the highest score that
counts is at the threshold and 0 where it is 0 or 1, plus *query by committee*, 1 where half of the models would show
the photo and 0 where all agree. All models that looked at it have a vote, whether they are in use or not, and so have
what the category has learned from examples and what it finds by a person's words.
"""

from typing import Final

from services.gateway.queries.lessons import Asked
from services.gateway.tables.pool import Views, cached
from services.knowledge.variety import Question, todays

DAILY: Final = 10
"""Questions a day."""
POOL: Final = 640
"""The photos that one day's questions are chosen from."""


_POOL: Final = """WITH line (category_id, threshold, boxed) AS MATERIALIZED (
    SELECT category_id, coalesce(chosen, threshold), boxed FROM category WHERE category_id = ?1 AND deleted = 0),
  committee (model_id, seated) AS MATERIALIZED (
    SELECT m.model_id, m.model_id IN (SELECT model_id FROM heard) FROM model m CROSS JOIN line
      WHERE m.model_id NOT IN ('rules', 'taught', 'described') AND (m.kind = 'classes' OR line.boxed)),
  said AS (
    SELECT l.image_id, l.model_id, max(l.score) AS score
      FROM line CROSS JOIN category c ON c.root = line.category_id AND c.deleted = 0
        CROSS JOIN spoken l ON l.category_id = c.category_id
     WHERE l.model_id IN ('taught', 'described') OR l.model_id IN (SELECT model_id FROM committee)
     GROUP BY l.image_id, l.model_id),
  seen AS (
    SELECT s.image_id, sum(s.score >= line.threshold) AS votes, sum(s.model_id IN ('taught', 'described')) AS own,
        max(iif(s.model_id IN ('taught', 'described')
          OR s.model_id IN (SELECT model_id FROM committee WHERE seated), s.score, 0)) AS score
      FROM said s CROSS JOIN line GROUP BY s.image_id)
  SELECT i.image_id, s.score, i.width, i.height, i.colour, coalesce(i.dated_at, ''), i.day_ms,
      coalesce((SELECT min(f.root || '/' || f.folder) FROM file f WHERE f.image_id = i.image_id AND f.missing = 0), ''),
      iif(s.score < line.threshold, s.score / line.threshold, coalesce((1 - s.score) / (1 - line.threshold), 0))
        + coalesce(4.0 * s.votes * (s.voters - s.votes) / (s.voters * s.voters), 0) AS value
    FROM (SELECT *, own + (SELECT count(*) FROM committee m CROSS JOIN verdict v
          ON v.image_id = seen.image_id AND v.model_id = m.model_id) AS voters FROM seen) s
      CROSS JOIN line CROSS JOIN image i ON i.image_id = s.image_id AND i.visible = 1
   WHERE NOT EXISTS (SELECT 1 FROM decision d CROSS JOIN category e ON e.category_id = d.category_id
     WHERE d.image_id = s.image_id AND e.root = line.category_id)
     AND NOT EXISTS (SELECT 1 FROM category e CROSS JOIN label k ON k.image_id = s.image_id
       AND k.model_id IN ('rules', 'sidecar') AND k.category_id = e.category_id WHERE e.root = line.category_id)
   ORDER BY value DESC, i.image_id LIMIT ?2"""


@cached
async def questions(views: Views, category_id: str, day: int) -> list[Asked]:
    """Those of one day (`date.toordinal`), best first; none about what rules decide, or the person has."""
    rows = await views.fetch(_POOL, (category_id, POOL))
    photos = {row[0]: Asked(*row[:6]) for row in rows if row[-1] > 0}
    options = [
        Question(row[0], row[-1], (f"on {row[6]}", f"in {row[7]}")) for row in rows if row[0] in photos
    ]
    return [photos[one.id] for one in todays(options, day, DAILY)]
