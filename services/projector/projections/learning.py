"""Categories that learn, and their learned classifiers. `scoring.py` computes the resulting labels."""

from services.domain.categories.learning import CategoryLearned, CategoryTaught
from services.projector.rows.statement import Changes, Place, Statement, Table

_TAUGHT = Table("taught", 1)
LEARNED = Table("learned", 1)

TEACH = Statement(
    _TAUGHT,
    """INSERT INTO taught (category_id, taught) VALUES (?, ?)
    ON CONFLICT (category_id) DO UPDATE SET taught = excluded.taught""",
)
LEARN = Statement(
    LEARNED,
    """INSERT INTO learned (category_id, model_id, weights, scale, bias, examples, refused, until)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (category_id) DO UPDATE SET model_id = excluded.model_id, weights = excluded.weights,
      scale = excluded.scale, bias = excluded.bias, examples = excluded.examples, refused = excluded.refused,
      until = excluded.until""",
)
FORGET = Statement(LEARNED, "DELETE FROM learned WHERE category_id = ?")


def category_taught(e: CategoryTaught, at: Place) -> Changes:
    forget: Changes = [] if e.taught else [(FORGET, (e.category_id,))]
    return [(TEACH, (e.category_id, int(e.taught))), *forget]


def category_learned(e: CategoryLearned, at: Place) -> Changes:
    learned = (e.model_id, e.weights, e.scale, e.bias, e.examples, e.refused, e.until)
    return [(LEARN, (e.category_id, *learned))]
