"""`albumen jobs`: lists the jobs, or pauses, resumes, cancels or retries one."""

import argparse
import asyncio
from functools import partial
from typing import Final

import httpx

from services.cli import client as gateway
from services.cli.bars import pace
from services.cli.errors import Unsuccessful, Unusable
from services.cli.jobs import ENDED, POLL_S
from services.cli.output import print_json, print_table
from services.gateway.running.job_status import JobStatus
from services.kernel.settings import Settings

LEADS_TO: Final = {"pause": "paused", "resume": "running", "cancel": "cancelled"}
SHOWS_S: Final = 10.0
_COLUMNS: Final = ("id", "job", "status", "done", "total", "failed", "")


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    if arguments.action == "list":
        if arguments.id:
            raise Unusable("albumen jobs list takes no id.")
        jobs = gateway.ask(settings, lambda client: gateway.get(client, "/api/jobs", list[JobStatus]))
        _print(jobs, arguments.json)
        return
    if not arguments.id:
        raise Unusable(f"Which job? albumen jobs lists them: albumen jobs {arguments.action} ID")
    act = retry if arguments.action == "retry" else partial(steer, action=arguments.action)

    async def acted(client: httpx.AsyncClient) -> JobStatus:
        return await act(client, job_id=await whole_id(client, arguments.id))

    _print([gateway.ask(settings, acted)], arguments.json)


async def whole_id(client: httpx.AsyncClient, part: str) -> str:
    """Of the listed job whose id is this, or begins or ends with it: the first half of an id is the time at which the
    job began. Raises Unusable if that is true of several."""
    ids = [job.command_id for job in await gateway.get(client, "/api/jobs", list[JobStatus])]
    meant = [one for one in ids if one == part] or [
        one for one in ids if one.startswith(part) or one.endswith(part)
    ]
    if len(meant) > 1:
        raise Unusable(f"Several jobs match this id. Give more of one of these: {', '.join(meant)}.")
    return meant[0] if meant else part


async def retry(client: httpx.AsyncClient, job_id: str) -> JobStatus:
    """Retry a classification's failed photos or, for a scan, all unreadable files; returns the new job. Raises Unusable
    when there is nothing to retry."""
    job = await gateway.get(client, f"/commands/{job_id}", JobStatus)
    if _kind(job) == "scan":
        url = await gateway.give(client, "retry-rejected", {})
    elif _kind(job) == "import":
        raise Unusable("Start the import again: it reports only what is new.")
    else:
        url = await gateway.give(client, "retry-failed", {"job_id": job_id})
    return await gateway.get(client, url, JobStatus)


async def steer(client: httpx.AsyncClient, action: str, job_id: str) -> JobStatus:
    """Send the command; returns the job once it has taken effect. Raises Unsuccessful when it never does."""
    await gateway.give(client, f"{action}-job", {"job_id": job_id})
    for _ in range(round(SHOWS_S / POLL_S)):
        job = await gateway.get(client, f"/commands/{job_id}", JobStatus)
        if job.status in (LEADS_TO[action], *ENDED):
            return job
        await asyncio.sleep(POLL_S)
    raise Unsuccessful(f"The job is still “{job.status}”: albumen jobs shows its progress.")


def _print(jobs: list[JobStatus], as_json: bool) -> None:
    if as_json:
        print_json(jobs)
    else:
        print_table(_COLUMNS, map(_row, jobs))


def _row(job: JobStatus) -> list[str]:
    numbers = (str(job.done), str(job.total), str(job.failed))
    return [job.command_id, _kind(job), job.status, *numbers, pace(job)]


def _kind(job: JobStatus) -> str:
    others = {"export_library": "export", "import_metadata": "import"}
    scans = ("scan_library", "retry_rejected", "confirm_missing")
    return others.get(job.type) or ("scan" if job.type in scans else "classify")
