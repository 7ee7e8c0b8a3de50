"""A classifier's results as messages for the results queue. Ids are derived, so sending a message twice is harmless."""

from typing import Any, Final
from uuid import UUID, uuid4

from services.domain.jobs.encoding import ImageEncoded
from services.domain.jobs.events import ClassificationFailed, ImageClassified
from services.domain.jobs.objects import ObjectsDetected
from services.domain.models.events import ModelKind, ModelLoaded, ModelRegistered
from services.domain.photos.explaining import ClassHeat, ImageExplained
from services.domain.subject import Event
from services.inference.boxes import Objects
from services.inference.preprocess import MIDDLE_ID, PREPROCESSING_ID, WHOLE_ID, share
from services.inference.registry import Spec
from services.inference.verdict import Vector, Verdict
from services.kernel.bus.contract import Message
from services.kernel.bus.jobs import ClassifyJob, ExplainJob, SentenceEncoded, WorkerReport
from services.kernel.log import codec
from services.kernel.log.ids import derived_id, result_id
from services.kernel.tracing import spans
from services.knowledge.rotations import NONE

_PREPROCESSING: Final[dict[ModelKind, str]] = {
    "classes": PREPROCESSING_ID,
    "boxes": WHOLE_ID,
    "words": MIDDLE_ID,
}


def preprocessing(spec: Spec) -> str:
    return _PREPROCESSING[spec.task] + spec.scaling


def registered(spec: Spec) -> Message:
    message_id = derived_id(spec.model_id, spec.digest, preprocessing(spec), *spec.labels, "registered")
    event = ModelRegistered(
        model_id=spec.model_id,
        name=spec.name,
        weights_digest=spec.digest,
        preprocessing_id=preprocessing(spec),
        input_size=spec.input_size,
        class_count=spec.class_count,
        source=spec.source,
        labels=list(spec.labels),
        kind=spec.task,
    )
    return _message(event, message_id, message_id)


def loaded(spec: Spec, worker_id: str, device: str, precision: str) -> Message:
    message_id = derived_id(spec.model_id, worker_id, "loaded")
    event = ModelLoaded(model_id=spec.model_id, worker_id=worker_id, device=device, precision=precision)
    return _message(event, message_id, message_id)


def judged(request: Message, job: ClassifyJob, spec: Spec, verdict: Verdict | Objects | Vector) -> Message:
    return _answer(request, job, _result(job, spec, verdict))


def _result(job: ClassifyJob, spec: Spec, verdict: Verdict | Objects | Vector) -> Event:
    shared: dict[str, Any] = {
        "image_id": job.image_id,
        "model_id": job.model_id,
        "weights_digest": spec.digest,
        "preprocessing_id": preprocessing(spec),
        "rotation": job.rotation,
    }
    if isinstance(verdict, Objects):
        return ObjectsDetected(**shared, boxes=verdict.boxes)
    if isinstance(verdict, Vector):
        return ImageEncoded(**shared, code=verdict.code)
    labels = [spec.labels[index] for index, _ in verdict.scores] if spec.labels else []
    return ImageClassified(**shared, classes=verdict.scores, embedding=verdict.embedding, labels=labels)


def explained(request: Message, job: ExplainJob, spec: Spec, heat: list[ClassHeat]) -> Message:
    event = ImageExplained(
        image_id=job.image_id,
        model_id=job.model_id,
        weights_digest=spec.digest,
        share=share(spec.input_size),
        heat=heat,
        rotation=job.rotation,
    )
    rotated = (f"rotated {job.rotation}",) if job.rotation != NONE else ()
    seen = (job.image_id, job.model_id, spec.digest, *rotated)
    answer_id = derived_id(*seen, *map(str, job.classes), "explained")
    return _message(event, answer_id, request.correlation_id, request.causation_id)


def failed(request: Message, job: ClassifyJob, reason: str) -> Message:
    event = ClassificationFailed(image_id=job.image_id, model_id=job.model_id, reason=reason)
    return _answer(request, job, event)


def _answer(request: Message, job: ClassifyJob, event: Event) -> Message:
    answer_id = result_id(job.image_id, job.model_id, job.job_id)
    return _message(event, answer_id, request.correlation_id, request.causation_id)


def _message(
    said: Event | SentenceEncoded | WorkerReport,
    message_id: UUID,
    correlation_id: UUID,
    causation_id: UUID | None = None,
) -> Message:
    return Message(
        message_id=message_id,
        type=said.TYPE,
        schema_version=said.VERSION,
        correlation_id=correlation_id,
        causation_id=causation_id,
        traceparent=spans.traceparent(correlation_id),
        body=codec.encode(said),
    )


def encoded(request: Message, answer: SentenceEncoded) -> Message:
    """No event: nobody keeps what people search for."""
    return _message(answer, derived_id(str(request.message_id), "encoded"), request.correlation_id)


def reported(report: WorkerReport) -> Message:
    """No event, and no repeat: each report is another message."""
    message_id = uuid4()
    return _message(report, message_id, message_id)
