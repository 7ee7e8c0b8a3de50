"""When a job may be paused, resumed, cancelled and retried, and what undoing that leads to."""

import pytest

from services.gateway.deciders import jobs, undo
from services.gateway.deciders.errors import NotFound, Refused
from services.kernel import commands as c
from services.kernel import events as e
from tests.support.given import given

BEGUN = e.ClassificationRequested(job_id="j", model_id="m", scope="all")
SCAN = e.ScanStarted(roots=["/p"])
PAUSED = e.JobPaused(job_id="j")
RESUMED = e.JobResumed(job_id="j")
CANCELLED = e.JobCancelled(job_id="j")
FINISHED = e.JobFinished(job_id="j", done=1, failed=0)
PAUSE, RESUME, CANCEL = c.PauseJob(job_id="j"), c.ResumeJob(job_id="j"), c.CancelJob(job_id="j")


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
    before: list[e.Event], command: c.PauseJob | c.ResumeJob | c.CancelJob, after: list[e.Event]
) -> None:
    given(*before).when(jobs.evolve, lambda job: jobs.steer(command, job)).then(*after)


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
    before: list[e.Event], command: c.PauseJob | c.ResumeJob, error: type[Exception], says: str
) -> None:
    given(*before).when(jobs.evolve, lambda job: jobs.steer(command, job)).refused(error, says)


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
    before: list[e.Event], undone: e.Event, since: list[e.Event], after: list[e.Event]
) -> None:
    """Unless the job has ended or somebody said otherwise since."""
    assert undo.undo(undone, before, since) == after


def classify(command: c.ClassifyImages, found: list[str] | None = None) -> list[e.Event]:
    return jobs.classify(command, "j", "m", ["m"], found)


def test_photos_that_were_found_are_named() -> None:
    (requested,) = classify(c.ClassifyImages(q="dog"), ["b", "a"])
    assert requested == e.ClassificationRequested(job_id="j", model_id="m", scope="images", images=["b", "a"])


@pytest.mark.parametrize("found", [[], ["x" + str(n) for n in range(jobs.MOST + 1)]])
def test_nothing_and_too_much_are_refused(found: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        classify(c.ClassifyImages(album="a"), found)
    assert refusal.value.field == "album"


@pytest.mark.parametrize(
    ("before", "command", "failed", "error"),
    [
        ([], c.RetryFailed(job_id="j"), ["a"], NotFound),
        ([SCAN], c.RetryFailed(job_id="j"), ["a"], Refused),
        ([BEGUN], c.RetryFailed(job_id="j"), [], Refused),
        ([BEGUN], c.RetryFailed(job_id="j", model="n"), ["a"], Refused),
        ([], c.RetryFailed(), [], Refused),
    ],
)
def test_what_can_not_be_retried(
    before: list[e.Event], command: c.RetryFailed, failed: list[str], error: type[Exception]
) -> None:
    given(*before).when(jobs.evolve, lambda job: jobs.retry(command, job, "k", "m", failed)).refused(error)
