"""Answers what people search for in their own words: a sentence as a vector of a words model."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog

from services.kernel.bus.jobs import EncodeJob, SentenceEncoded

if TYPE_CHECKING:
    from services.inference.judges import Judge

log = structlog.get_logger(__name__)


async def encoded(
    job: EncodeJob,
    shelf: Callable[[str], Awaitable["Judge"]],
    in_thread: Callable[..., Awaitable[Any]],
) -> SentenceEncoded:
    """`shelf`: loads a model; `in_thread`: calls a function. Never raises: what is wrong is the answer's reason."""
    try:
        model = await shelf(job.model_id)
        if model.spec.task != "words":
            return _refused(job, f"{model.spec.name} is no words model.")
        vector = await in_thread(model.sentence, job.sentence)  # type: ignore[union-attr]
        whole = await in_thread(model.fits, job.sentence)  # type: ignore[union-attr]
    except Exception as error:  # from the model or TensorFlow, which has many
        log.warning("a sentence could not be encoded", model=job.model_id, reason=str(error)[:300])
        return _refused(job, str(error)[:300] or type(error).__name__)
    return SentenceEncoded(
        model_id=job.model_id,
        sentence=job.sentence,
        vector=[round(one, 6) for one in vector.tolist()],
        whole=whole,
        weights_digest=model.spec.digest,
    )


def _refused(job: EncodeJob, reason: str) -> SentenceEncoded:
    return SentenceEncoded(model_id=job.model_id, sentence=job.sentence, reason=reason)
