"""What people say of photos: ratings, titles, captions, keywords, names."""

from services.domain.photos.remark import Remark
from services.projector.projections.categories import CLEAR, DECIDE
from services.projector.rows.mentions import mentioned
from services.projector.rows.statement import Changes, Place, Statement, Table

REMARK = Table("remark", 3)
SAY = Statement(
    REMARK,
    """INSERT INTO remark (image_id, field, item, value) VALUES (?, ?, ?, ?)
    ON CONFLICT (image_id, field, item) DO UPDATE SET value = excluded.value""",
)
WITHDRAW = Statement(REMARK, "DELETE FROM remark WHERE image_id = ? AND field = ? AND item = ?")


def remark(e: Remark, at: Place) -> Changes:
    """One about a kind of photo is a decision on its category: rules and sidecars have opinions on that, too."""
    value, changes = e.value(), mentioned(e.image_ids, at)
    if e.KIND:
        if value is None:
            return changes + [(CLEAR, (image, e.KIND)) for image in e.image_ids]
        return changes + [(DECIDE, (image, e.KIND, int(value), at.position)) for image in e.image_ids]
    if value is None:
        return changes + [(WITHDRAW, (image, e.FIELD, item)) for image, item in e.slots()]
    column = int(value) if isinstance(value, bool) else value
    return changes + [(SAY, (image, e.FIELD, item, column)) for image, item in e.slots()]
