"""Facts about jobs: requested, done photo by photo, paused, ended."""

from collections.abc import Sequence
from typing import ClassVar, Literal

import msgspec

from services.domain.erasure import Erasure
from services.domain.fields import Score, Whole
from services.domain.files.events import ScanFinished, ScanStarted
from services.domain.subject import Actor, Event, InStream, Recorded, Section
from services.domain.words import ModelName, Number, Photos, StoredReason
from services.kernel.sentence import Sentence, Series, Spoken
from services.knowledge.rotations import Rotation

JobKind = Literal["scan", "classify", "export", "import"]


class Job(msgspec.Struct, frozen=True):
    """The state of a job after its events."""

    model_id: str | None = None
    """Of a classification."""
    kind: JobKind = "classify"
    paused: bool = False
    ended: bool = False


def stream(job_id: str) -> str:
    return f"job-{job_id}"


def evolve(job: Job | None, event: Event) -> Job | None:
    match event:
        case ScanStarted():
            return Job(kind="scan")
        case ClassificationRequested(model_id=model_id):
            return Job(model_id)
        case JobEvent() if event.STARTS:
            return Job(kind=event.STARTS)
        case ScanFinished() | JobFinished() | JobCancelled() if job:
            return Job(job.model_id, job.kind, ended=True)
        case JobEvent() if job and event.ENDS:
            return Job(job.model_id, job.kind, ended=True)
        case JobPaused() | JobResumed() if job and not job.ended:
            return Job(job.model_id, job.kind, paused=isinstance(event, JobPaused))
    return job


def replayed(events: Sequence[Recorded]) -> Job | None:
    job = None
    for _position, event in events:
        job = evolve(job, event)
    return job


class JobEvent(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "job-{self.job_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    STARTS: ClassVar[JobKind | None] = None
    """The kind of job that begins with it; those of other subjects say so …"""
    ENDS: ClassVar[bool] = False
    """… and that it ends."""
    job_id: str


class ClassificationRequested(JobEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classification_requested"
    ACTOR: ClassVar[Actor] = "model"
    model_id: str
    scope: Literal["unclassified", "all", "images"]
    images: list[str] = msgspec.field(default_factory=list)
    activates: bool = False
    """Once it is done, categories come from the model, unless a person has chosen one in the meantime."""

    def photos(self) -> Sequence[str]:
        return self.images

    def without(self, erasure: Erasure) -> Event | None:
        rest = erasure.left(self.images)
        return self if len(rest) == len(self.images) else msgspec.structs.replace(self, images=rest)

    def line(self) -> Spoken:
        model = ModelName(self.model_id)
        if self.scope == "images":
            number = Photos(len(self.images))
            return Sentence("Started recognising %(photos)s with %(model)s", model=model, photos=number)
        if self.scope == "all":
            return Sentence("Started recognising all photos with %(model)s", model=model)
        return Sentence("Started recognising new photos with %(model)s", model=model)


class JobFinished(JobEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "job_finished"
    ACTOR: ClassVar[Actor] = "model"
    done: int
    failed: int

    def line(self) -> Spoken:
        parts: list[Spoken] = [Sentence("Classified %(photos)s", photos=Photos(self.done))]
        if self.failed:
            parts.append(Sentence("%(count)s failed", count=Number(self.failed)))
        return Series(parts)


class JobCancelled(JobEvent, frozen=True, kw_only=True):
    """`total`, `done` and `failed`: photos, how far it had come; None in logs of early versions."""

    TYPE: ClassVar[str] = "job_cancelled"
    total: int | None = None
    done: int | None = None
    failed: int | None = None

    def line(self) -> Spoken:
        if not self.total or self.done is None:
            return Sentence("A job was stopped")
        parts: list[Spoken] = [
            Sentence(
                "A job was stopped at %(done)s of %(photos)s",
                done=Number(self.done),
                photos=Photos(self.total),
            )
        ]
        if self.failed:
            parts.append(Sentence("%(count)s failed", count=Number(self.failed)))
        return Series(parts)


class Pausing(JobEvent, frozen=True, kw_only=True):
    UNDOABLE: ClassVar[bool] = True

    def undo(self, stream: InStream) -> list[Event]:
        """Empty if the job has ended, or has been paused or resumed since."""
        job = replayed([*stream.before, stream.own, *stream.after])
        if job is None or job.ended or job.paused != isinstance(self, JobPaused):
            return []
        return [JobResumed(job_id=self.job_id) if job.paused else JobPaused(job_id=self.job_id)]


class JobPaused(Pausing, frozen=True, kw_only=True):
    """No more of its photos are sent; results of those already sent still count."""

    TYPE: ClassVar[str] = "job_paused"

    def line(self) -> Spoken:
        return Sentence("A job was paused")


class JobResumed(Pausing, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "job_resumed"

    def line(self) -> Spoken:
        return Sentence("A paused job was resumed")


class Result(Event, frozen=True, kw_only=True):
    """A classifier's answer for one photo."""

    STREAM: ClassVar[str] = "image-{self.image_id}"
    ACTOR: ClassVar[Actor] = "model"
    image_id: str
    model_id: str


class ImageClassified(Result, frozen=True, kw_only=True):
    """A network's raw output for a photo, not what we derive from it: a changed threshold or category tree means
    rebuilding tables, never running the network again."""

    TYPE: ClassVar[str] = "image_classified"
    weights_digest: str
    """SHA-256 of the weights file, hex."""
    preprocessing_id: str
    classes: list[tuple[Whole, Score]]
    """The top 20 as (class index, probability), best first."""
    embedding: str = ""
    """As `embedding.encode` writes it; empty if it was not kept."""
    labels: list[str] = msgspec.field(default_factory=list)
    """The names of `classes`, in their order; empty for ImageNet's classes."""
    rotation: Rotation = 1
    """How the person had rotated the picture that the network saw."""

    def line(self) -> Spoken:
        return Sentence("Classified by %(model)s", model=ModelName(self.model_id))


class ClassificationFailed(Result, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classification_failed"
    reason: str

    def line(self) -> Spoken:
        return Sentence(
            "%(model)s could not classify it: %(reason)s",
            model=ModelName(self.model_id),
            reason=StoredReason(self.reason),
        )
