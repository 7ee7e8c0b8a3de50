"""What words models made of photos: a verdict beside those of classifiers, without classes, and its vector."""

from services.domain.jobs.encoding import ImageEncoded
from services.projector.projections.models import EMBED, JUDGE
from services.projector.projections.problems import SUCCEED
from services.projector.rows.statement import Changes, Place


def image_encoded(e: ImageEncoded, at: Place) -> Changes:
    key = (e.image_id, e.model_id)
    verdict = (*key, at.job_id, at.position, "[]", None, e.rotation)
    return [(JUDGE, verdict), (SUCCEED, key), (EMBED, (*key, at.position, e.code, e.weights_digest))]
