"""Which part of a photo a card shows, whose shape is another: the middle, unless people stand elsewhere."""

from typing import Final

from services.domain.jobs.objects import SCALE, SURE, VISIBLE
from services.knowledge.coco import COCO, PERSON

_ABOVE: Final = SCALE // 20
"""What is left above the highest head, so that it isn't cut."""
CROP: Final = f"""(SELECT iif(wide, share || '% 50%', '50% ' || share || '%')
  FROM (SELECT wide, CAST(round(max(0, min(10, iif(wide, (x1 + x2 - side) / 2, min((y1 + y2 - side) / 2, y1 - {_ABOVE}))
        * 10 / ({SCALE} - side)))) AS INTEGER) * 10 AS share
    FROM (SELECT min(o.x) AS x1, max(o.x + o.width) AS x2, min(o.y) AS y1, max(o.y + o.height) AS y2,
        i.width > i.height AS wide, {SCALE}.0 * min(i.width, i.height) / max(i.width, i.height) AS side
      FROM object o WHERE o.image_id = i.image_id AND o.rotation = i.rotation AND o.label = {COCO.index(PERSON)}
        AND o.score >= {SURE} AND max(o.width, o.height) >= {VISIBLE})
    WHERE x1 IS NOT NULL AND side < {SCALE}))"""
"""Of `image i`, as CSS's `object-position`, in tens of percent; NULL for the middle: nobody was found, or it has been
rotated since.

A square of it has all the people in its middle; of a high picture, it begins above their heads at the latest."""
