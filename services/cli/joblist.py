"""`albumen jobs`: lists them, and pauses, resumes, cancels or retries one."""

import argparse
import asyncio
from functools import partial
from typing import Any, Final

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from services.cli import client as gateway
from services.cli.errors import Unsuccessful, Unusable
from services.cli.jobs import ENDED, POLL_S, pace
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
    job = gateway.ask(settings, lambda client: act(client, job_id=arguments.id))
    _print([job], arguments.json)


async def retry(client: httpx.AsyncClient, job_id: str) -> JobStatus:
    """Of a classification what it could not do, of a scan every file that could not be read: a new job, as it begins.
    Raises Unusable when there is nothing to retry."""
    job = await gateway.get(client, f"/commands/{job_id}", JobStatus)
    if _kind(job) == "scan":
        url = await gateway.give(client, "retry-rejected", {})
    else:
        url = await gateway.give(client, "retry-failed", {"job_id": job_id})
    return await gateway.get(client, url, JobStatus)


async def steer(client: httpx.AsyncClient, action: str, job_id: str) -> JobStatus:
    """Give the command; the job as it is once that shows. Raises Unsuccessful when it never does."""
    await gateway.give(client, f"{action}-job", {"job_id": job_id})
    for _ in range(round(SHOWS_S / POLL_S)):
        job = await gateway.get(client, f"/commands/{job_id}", JobStatus)
        if job.status in (LEADS_TO[action], *ENDED):
            return job
        await asyncio.sleep(POLL_S)
    raise Unsuccessful(f"The job is still “{job.status}”: albumen jobs shows how it goes on.")


def _print(jobs: list[JobStatus], as_json: bool) -> None:
    if as_json:
        print(msgspec.json.format(msgspec.json.encode(jobs), indent=2).decode())
        return
    table = Table(box=None, pad_edge=False)
    for column in _COLUMNS:
        table.add_column(column)
    for job in jobs:
        row: tuple[Any, ...] = (job.command_id, _kind(job), job.status, job.done, job.total, job.failed)
        table.add_row(*map(str, row), pace(job))
    Console().print(table, markup=False)


def _kind(job: JobStatus) -> str:
    return "scan" if job.type in ("scan_library", "retry_rejected") else "classify"
