"""Jobs: scanning and classifying, begun, paused, resumed and cancelled by command. Pure: values in, values out."""

from collections.abc import Collection
from typing import Final

import msgspec
from msgspec import UNSET

from services.gateway.deciders.errors import NotFound, Refused
from services.kernel.commands import (
    ActivateModel,
    CancelJob,
    ClassifyImages,
    PauseJob,
    ResumeJob,
    RetryFailed,
    ScanLibrary,
)
from services.kernel.events import (
    ClassificationRequested,
    Event,
    JobCancelled,
    JobFinished,
    JobPaused,
    JobResumed,
    ModelActivated,
    ScanFinished,
    ScanStarted,
)

MOST: Final = 100_000
"""Photos that a job may name one by one."""
ACTIVE: Final = "models"
"""The stream that says which model is active, and which was before."""


class Job(msgspec.Struct, frozen=True):
    model_id: str | None = None
    """None: it is a scan."""
    paused: bool = False
    ended: bool = False


def stream(job_id: str) -> str:
    return f"job-{job_id}"


def evolve(job: Job | None, event: Event) -> Job | None:
    match event:
        case ScanStarted():
            return Job()
        case ClassificationRequested(model_id=model_id):
            return Job(model_id)
        case ScanFinished() | JobFinished() | JobCancelled() if job:
            return Job(job.model_id, ended=True)
        case JobPaused() | JobResumed() if job and not job.ended:
            return Job(job.model_id, paused=isinstance(event, JobPaused))
    return job


def scan(command: ScanLibrary, roots: list[str]) -> list[Event]:
    """Raises Refused when there is nothing to scan."""
    if not roots:
        raise Refused("No folder with photos is set: start Albumen with one (albumen up FOLDER).")
    return [ScanStarted(roots=roots)]


def filtered_by(command: ClassifyImages) -> str | None:
    """The field, `album` or `q`, that says which photos; None when `images` does. Raises Refused when several do."""
    given = ["images"] if command.images is not UNSET else []
    given += [name for name in ("album", "q") if getattr(command, name) is not None]
    if len(given) > 1:
        raise Refused("Say which photos by one of images, album and q, not by several.", given[-1])
    return given[0] if given and given[0] != "images" else None


def classify(
    command: ClassifyImages, job_id: str, active: str, known: Collection[str], found: list[str] | None = None
) -> list[Event]:
    """`known`: the models that a classifier offers; `found`: the photos that the command's filter finds. Raises
    Refused for another model and when there is nothing to do, or too much."""
    model = command.model or active
    if model != active and model not in known:
        offered = ", ".join(sorted({active, *known}))
        raise Refused(
            "There is no model called “%(model)s”. Choose one of: %(offered)s.",
            "model",
            model=model,
            offered=offered,
        )
    if found is not None:
        if not found:
            raise Refused("No photo was found there: there is nothing to classify.", filtered_by(command))
        return [_named(job_id, model, found, filtered_by(command))]
    if command.images is UNSET:
        return [ClassificationRequested(job_id=job_id, model_id=model, scope="unclassified")]
    if isinstance(command.images, str):
        return [ClassificationRequested(job_id=job_id, model_id=model, scope=command.images)]
    return [_named(job_id, model, command.images, "images")]


def retry(
    command: RetryFailed, job: Job | None, job_id: str, model: str, failed: Collection[str]
) -> list[Event]:
    """`job`: the one that is named; `failed`: photos that it, or the model, could not do. Raises Refused when there
    are none, NotFound for an unknown job."""
    if command.job_id and job is None:
        raise NotFound("There is no such job.", "job_id")
    if job and job.model_id is None:
        raise Refused("A scan looks at its files again by itself: look for photos again.", "job_id")
    if job and command.model not in (None, job.model_id):
        raise Refused("That job asked %(model)s: leave the model out.", "model", model=job.model_id)
    if not failed:
        if job:
            raise Refused("Of this job no photo is left that could not be classified.", "job_id")
        raise Refused("No photo is left that %(model)s could not classify.", model=model)
    return [_named(job_id, model, failed, None)]


def _named(job_id: str, model: str, images: Collection[str], field: str | None) -> Event:
    once = list(dict.fromkeys(images))
    if len(once) > MOST:
        raise Refused(
            "These are %(num)s photos; one job takes %(most)s, or all.", field, num=len(once), most=MOST
        )
    return ClassificationRequested(job_id=job_id, model_id=model, scope="images", images=once)


def steer(command: PauseJob | ResumeJob | CancelJob, job: Job | None) -> list[Event]:
    """Cancelling what has ended and pausing what is paused do nothing. Raises NotFound, and Refused for what can't
    be paused or resumed."""
    if job is None:
        raise NotFound("There is no such job.", "job_id")
    match command:
        case CancelJob(job_id=job_id):
            return [] if job.ended else [JobCancelled(job_id=job_id)]
        case PauseJob(job_id=job_id):
            if job.ended:
                raise Refused("This job has ended: there is nothing to pause.", "job_id")
            return [] if job.paused else [JobPaused(job_id=job_id)]
        case ResumeJob(job_id=job_id):
            if not job.paused:
                if job.ended:
                    raise Refused("This job has ended: there is nothing to resume.", "job_id")
                raise Refused("This job is not paused: there is nothing to resume.", "job_id")
            return [JobResumed(job_id=job_id)]


def activate(command: ActivateModel, active: str | None, known: Collection[str]) -> list[Event]:
    """Raises NotFound for a model that nobody offers."""
    if command.model_id not in known:
        raise NotFound("There is no model called “%(model)s”.", "model_id", model=command.model_id)
    return [] if command.model_id == active else [ModelActivated(model_id=command.model_id, previous=active)]
