"""Bars that show the progress of jobs on a terminal."""

from collections.abc import Iterable

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from services.cli.output import progress
from services.gateway.i18n.wording import duration
from services.gateway.running.job_status import JobStatus


class JobBars:
    """One for each job that is shown; a context manager, which erases them at its end."""

    def __init__(self) -> None:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress: Progress = progress(*columns, TextColumn("{task.fields[pace]}"))
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> "JobBars":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def show(self, jobs: Iterable[tuple[str, JobStatus]]) -> None:
        """Exactly these, each with its name."""
        now = {status.command_id: (name, status) for name, status in jobs}
        for job_id in self._bars.keys() - now.keys():
            self._progress.remove_task(self._bars.pop(job_id))
        for job_id, (name, status) in now.items():
            if job_id not in self._bars:
                self._bars[job_id] = self._progress.add_task(name, total=None, pace="")
            done = status.done + status.failed
            self._progress.update(
                self._bars[job_id], total=status.total or None, completed=done, pace=pace(status)
            )


def pace(status: JobStatus) -> str:
    """Its speed and remaining time, or why it does not proceed."""
    if status.status == "paused":
        return "paused"
    rate = f"{status.rate:.{0 if status.rate >= 10 else 1}f}/s" if status.rate else ""
    remaining = f"{duration(status.eta_s)} left" if status.eta_s is not None else ""
    return status.note or " · ".join(part for part in (rate, remaining) if part)
