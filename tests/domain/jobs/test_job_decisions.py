"""When a job may be paused, resumed, cancelled and retried, and what undoing that does."""

import pytest

from services.domain.files.events import ScanStarted
from services.domain.jobs.commands import MOST, CancelJob, ClassifyImages, PauseJob, ResumeJob, RetryFailed
from services.domain.jobs.events import (
    ClassificationRequested,
    JobCancelled,
    JobFinished,
    JobPaused,
    JobResumed,
    evolve,
)
from services.domain.subject import Event, NotFound, Refused
from tests.support.given import given, in_stream

BEGUN = ClassificationRequested(job_id="j", model_id="m", scope="all")
SCAN = ScanStarted(roots=["/p"])
PAUSED = JobPaused(job_id="j")
RESUMED = JobResumed(job_id="j")
CANCELLED = JobCancelled(job_id="j")
FINISHED = JobFinished(job_id="j", done=1, failed=0)
PAUSE, RESUME, CANCEL = PauseJob(job_id="j"), ResumeJob(job_id="j"), CancelJob(job_id="j")


@pytest.mark.parametrize(
    ("before", "command", "after"),
    [
        ([BEGUN], PAUSE, [PAUSED]),
        ([BEGUN, PAUSED], PAUSE, []),
        ([BEGUN, PAUSED], RESUME, [RESUMED]),
        ([BEGUN, PAUSED, RESUMED], PAUSE, [PAUSED]),
        ([BEGUN, PAUSED], CANCEL, [CANCELLED]),
        ([BEGUN, CANCELLED, PAUSED], CANCEL, []),
        ([SCAN], CANCEL, [CANCELLED]),
        ([SCAN], PAUSE, [PAUSED]),
        ([SCAN, PAUSED], RESUME, [RESUMED]),
    ],
)
def test_what_can_be_done_with_a_job(
    before: list[Event], command: PauseJob | ResumeJob | CancelJob, after: list[Event]
) -> None:
    given(*before).when(evolve, lambda job: command.steered(job)).then(*after)


@pytest.mark.parametrize(
    ("before", "command", "error", "says"),
    [
        ([], PAUSE, NotFound, "no such job"),
        ([], RESUME, NotFound, "no such job"),
        ([BEGUN, FINISHED], PAUSE, Refused, "has ended"),
        ([BEGUN, PAUSED, CANCELLED], RESUME, Refused, "has ended"),
        ([BEGUN], RESUME, Refused, "is not paused"),
        ([BEGUN, PAUSED, RESUMED], RESUME, Refused, "is not paused"),
    ],
)
def test_what_can_not(
    before: list[Event], command: PauseJob | ResumeJob, error: type[Exception], says: str
) -> None:
    given(*before).when(evolve, lambda job: command.steered(job)).refused(error, says)


@pytest.mark.parametrize(
    ("before", "undone", "since", "after"),
    [
        ([BEGUN], PAUSED, [], [RESUMED]),
        ([BEGUN, PAUSED], RESUMED, [], [PAUSED]),
        ([BEGUN], PAUSED, [RESUMED], []),
        ([BEGUN], PAUSED, [RESUMED, PAUSED], [RESUMED]),
        ([BEGUN], PAUSED, [CANCELLED], []),
        ([BEGUN, PAUSED], RESUMED, [FINISHED], []),
    ],
)
def test_pausing_and_resuming_undo_each_other(
    before: list[Event], undone: Event, since: list[Event], after: list[Event]
) -> None:
    """Unless the job has ended or a later command said otherwise."""
    assert undone.undo(in_stream(undone, before, since)) == after


def classify(command: ClassifyImages, found: list[str] | None = None) -> list[Event]:
    return command.requested("j", "m", ["m"], found)


def test_photos_that_were_found_are_named() -> None:
    (requested,) = classify(ClassifyImages(q="dog"), ["b", "a"])
    assert requested == ClassificationRequested(job_id="j", model_id="m", scope="images", images=["b", "a"])


@pytest.mark.parametrize("found", [[], ["x" + str(n) for n in range(MOST + 1)]])
def test_nothing_and_too_much_are_refused(found: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        classify(ClassifyImages(album="a"), found)
    assert refusal.value.field == "album"


@pytest.mark.parametrize(
    ("before", "command", "failed", "error"),
    [
        ([], RetryFailed(job_id="j"), ["a"], NotFound),
        ([SCAN], RetryFailed(job_id="j"), ["a"], Refused),
        ([BEGUN], RetryFailed(job_id="j"), [], Refused),
        ([BEGUN], RetryFailed(job_id="j", model="n"), ["a"], Refused),
        ([], RetryFailed(), [], Refused),
    ],
)
def test_what_can_not_be_retried(
    before: list[Event], command: RetryFailed, failed: list[str], error: type[Exception]
) -> None:
    given(*before).when(evolve, lambda job: command.requested(job, "k", "m", failed)).refused(error)
