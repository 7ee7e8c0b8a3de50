"""Commands that start, pause, resume and cancel classification jobs. Scans are started in `files/`."""

from collections.abc import Collection, Sequence
from typing import ClassVar, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from services.domain.fields import Id, ImageIds, Reason, Search
from services.domain.jobs.events import (
    ClassificationRequested,
    Job,
    JobCancelled,
    JobPaused,
    JobResumed,
    replayed,
    stream,
)
from services.domain.models.choice import model_in_use
from services.domain.models.events import ModelActivated
from services.domain.subject import Command, Decision, Event, Known, NotFound, Refused, recorded
from services.domain.words import Photos
from services.kernel.sentence import Sentence, Spoken

MOST: Final = 100_000
"""Photos that a job may list individually."""


class ClassifyImages(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classify_images"
    NAME: ClassVar[str] = "classify"
    FINAL: ClassVar[bool] = True
    images: Literal["unclassified", "all"] | ImageIds | UnsetType = UNSET
    """Default: the unclassified ones, unless `album` or `q` is given."""
    album: Id | None = None
    """The photos of this album at the time of the command."""
    q: Search | None = None
    """The results of this search (as in `GET /api/images?q=`) at the time of the command."""
    model: Id | None = None
    """Default: the active model."""

    async def decide(self, known: Known) -> Decision:
        if isinstance(self.images, list):
            await known.require_photos(self.images)
        field = self.chosen_by()
        photos = await known.search(field, album=self.album, q=self.q) if field else None
        active, versions = await model_in_use(known)
        job_id = str(known.command_id)
        events = self.requested(job_id, active or known.default_model, await known.models(), photos)
        if active is None:  # the first job: pages show the active model's categories
            events.append(ModelActivated(model_id=known.default_model))
        return Decision(events, {} if active else versions)

    def chosen_by(self) -> str | None:
        """The field that selects the photos, `album` or `q`; None: `images`. Raises Refused if several are given."""
        fields = [name for name in ("images", "album", "q") if getattr(self, name) not in (None, UNSET)]
        if len(fields) > 1:
            raise Refused("Specify the photos by only one of images, album and q.", fields[-1])
        return fields[0] if fields and fields[0] != "images" else None

    def requested(
        self, job_id: str, active: str, models: Collection[str], photos: list[str] | None = None
    ) -> list[Event]:
        """`models`: those that a classifier offers; `photos`: those of the album or the search. Raises Refused for an
        unknown model, and for no photos or too many."""
        model = self.model or active
        if model != active and model not in models:
            raise Refused(
                "There is no model called “%(model)s”. Choose one of: %(offered)s.",
                "model",
                model=model,
                offered=", ".join(sorted({active, *models})),
            )
        if photos is not None:
            if not photos:
                raise Refused("No photos found there: nothing to classify.", self.chosen_by())
            return [_of_photos(job_id, model, photos, self.chosen_by())]
        if isinstance(self.images, list):
            return [_of_photos(job_id, model, self.images, "images")]
        scope: Literal["unclassified", "all"] = "all" if self.images == "all" else "unclassified"
        return [ClassificationRequested(job_id=job_id, model_id=model, scope=scope)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        if self.album is not None:
            return Sentence("Classifying the album again")
        if self.q is not None:
            return Sentence("Classifying what the search finds")
        if self.images == "all":
            return Sentence("Classifying all photos again")
        if isinstance(self.images, list):
            return Sentence("Classifying %(photos)s", photos=Photos(len(self.images)))
        return Sentence("Classifying new photos")


class RetryFailed(Command, frozen=True, kw_only=True):
    """Classify failed photos again, in a new job."""

    TYPE: ClassVar[str] = "retry_failed"
    NAME: ClassVar[str] = "retry-failed"
    job_id: Id | None = None
    """The failures of this job; default: all failures of the model."""
    model: Id | None = None
    """Default: the active model. Only without `job_id`."""
    reason: Reason | None = None
    """Only failures with this reason."""

    async def decide(self, known: Known) -> Decision:
        model = self.model or (await model_in_use(known))[0] or known.default_model
        job = None
        if self.job_id:
            job, _ = await job_of(known, self.job_id)
            model = job.model_id if job and job.model_id else model
        failed = await known.failed_photos(model, self.job_id, self.reason)
        return Decision(self.requested(job, str(known.command_id), model, failed))

    def requested(self, job: Job | None, job_id: str, model: str, failed: Collection[str]) -> list[Event]:
        """`job`: that of `job_id`; `failed`: photos that failed in it, or with the model. Raises Refused if there are
        none, NotFound for an unknown job."""
        if self.job_id and job is None:
            raise NotFound("There is no such job.", "job_id")
        if job and job.kind == "export":
            raise Refused("An export writes everything that is missing: export again.", "job_id")
        if job and job.kind == "import":
            raise Refused("An import reports only what is new: import again.", "job_id")
        if job and job.kind == "scan":
            raise Refused("A scan can’t be retried: start a new one.", "job_id")
        if job and self.model not in (None, job.model_id):
            raise Refused("That job used %(model)s: leave the model out.", "model", model=job.model_id)
        if not failed:
            if job:
                raise Refused("This job has no failed photos left.", "job_id")
            raise Refused("There are no more photos that %(model)s could not classify.", model=model)
        return [_of_photos(job_id, model, failed, None)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Trying again what failed")


def _of_photos(job_id: str, model: str, images: Collection[str], field: str | None) -> Event:
    once = list(dict.fromkeys(images))
    if len(once) > MOST:
        raise Refused(
            "These are %(num)s photos; one job takes %(most)s, or all.", field, num=len(once), most=MOST
        )
    return ClassificationRequested(job_id=job_id, model_id=model, scope="images", images=once)


class JobCommand(Command, frozen=True, kw_only=True):
    job_id: Id

    async def decide(self, known: Known) -> Decision:
        job, version = await job_of(known, self.job_id)
        return Decision(self.steered(job), {stream(self.job_id): version})

    def steered(self, job: Job | None) -> list[Event]:
        """Empty if nothing changes. Raises NotFound, and Refused if it can't be paused or resumed."""
        if job is None:
            raise NotFound("There is no such job.", "job_id")
        return self.changes(job)

    def changes(self, job: Job) -> list[Event]:
        raise NotImplementedError


class PauseJob(JobCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "pause_job"
    NAME: ClassVar[str] = "pause-job"

    def changes(self, job: Job) -> list[Event]:
        if job.ended:
            raise Refused("This job has ended: there is nothing to pause.", "job_id")
        return [] if job.paused else [JobPaused(job_id=self.job_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Paused")


class ResumeJob(JobCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "resume_job"
    NAME: ClassVar[str] = "resume-job"

    def changes(self, job: Job) -> list[Event]:
        if job.paused:
            return [JobResumed(job_id=self.job_id)]
        if job.ended:
            raise Refused("This job has ended: there is nothing to resume.", "job_id")
        raise Refused("This job is not paused: there is nothing to resume.", "job_id")

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Resumed")


class CancelJob(JobCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "cancel_job"
    NAME: ClassVar[str] = "cancel-job"

    async def decide(self, known: Known) -> Decision:
        decision = await super().decide(known)
        reached = await known.progress(self.job_id) if decision.events else None
        if reached is None:
            return decision
        return msgspec.structs.replace(decision, events=[JobCancelled(job_id=self.job_id, **reached)])

    def changes(self, job: Job) -> list[Event]:
        return [] if job.ended else [JobCancelled(job_id=self.job_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Stopped")


async def job_of(known: Known, job_id: str) -> tuple[Job | None, int]:
    """The job as of the end of the log, and the version of its stream."""
    rows = await known.stream(stream(job_id))
    return replayed(recorded(rows)), rows[-1].version if rows else 0
