"""Jobs: scanning and classifying, begun and cancelled by command. Pure: values in, values out."""

from collections.abc import Collection
from typing import Final

import msgspec

from services.gateway.deciders.errors import NotFound, Refused
from services.kernel.commands import ActivateModel, CancelJob, ClassifyImages, ScanLibrary
from services.kernel.events import (
    ClassificationRequested,
    Event,
    JobCancelled,
    JobFinished,
    ModelActivated,
    ScanFinished,
    ScanStarted,
)

ACTIVE: Final = "models"
"""The stream that says which model is active, and which was before."""


class Job(msgspec.Struct, frozen=True):
    ended: bool = False


def stream(job_id: str) -> str:
    return f"job-{job_id}"


def evolve(job: Job | None, event: Event) -> Job | None:
    match event:
        case ScanStarted() | ClassificationRequested():
            return Job()
        case ScanFinished() | JobFinished() | JobCancelled() if job:
            return Job(ended=True)
    return job


def scan(command: ScanLibrary, roots: list[str]) -> list[Event]:
    """Raises Refused when there is nothing to scan."""
    if not roots:
        raise Refused("No folder with photos is set: start Albumen with one (albumen up FOLDER).")
    return [ScanStarted(roots=roots)]


def classify(command: ClassifyImages, job_id: str, active: str, known: Collection[str]) -> list[Event]:
    """`known`: the models that a classifier offers. Raises Refused for another one."""
    model = command.model or active
    if model != active and model not in known:
        offered = ", ".join(sorted({active, *known}))
        raise Refused(f"There is no model called “{model}”. Choose one of: {offered}.", "model")
    if isinstance(command.images, str):
        return [ClassificationRequested(job_id=job_id, model_id=model, scope=command.images)]
    images = list(dict.fromkeys(command.images))
    return [ClassificationRequested(job_id=job_id, model_id=model, scope="images", images=images)]


def cancel(command: CancelJob, job: Job | None) -> list[Event]:
    """Cancelling what has ended does nothing. Raises NotFound."""
    if job is None:
        raise NotFound("There is no such job.", "job_id")
    return [] if job.ended else [JobCancelled(job_id=command.job_id)]


def activate(command: ActivateModel, active: str | None, known: Collection[str]) -> list[Event]:
    """Raises NotFound for a model that nobody offers."""
    if command.model_id not in known:
        raise NotFound(f"There is no model called “{command.model_id}”.", "model_id")
    return [] if command.model_id == active else [ModelActivated(model_id=command.model_id, previous=active)]
