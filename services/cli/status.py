"""`albumen status`: whether it runs, what it is doing, and what is wrong."""

import argparse
import asyncio
from typing import Any

import httpx
import msgspec

from services.cli import client as gateway
from services.cli import instance
from services.cli.bars import pace
from services.cli.errors import Unsuccessful
from services.cli.listings import from_tables
from services.cli.output import print_json
from services.gateway.queries import library, problems
from services.gateway.running.job_status import JobStatus
from services.gateway.tables.pool import Views
from services.kernel.settings import Settings


class Status(msgspec.Struct, kw_only=True):
    data: str
    url: str | None
    """None: it isn't running."""
    photos: int
    unreadable: int
    """Files and folders."""
    jobs: list[JobStatus] = []
    """Those that haven't ended, newest first."""
    conditions: list[dict[str, Any]] = []
    """What is wrong, as in `/readyz`; the most urgent first."""


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unsuccessful if it isn't running, or something is gravely wrong."""
    photos, unreadable = from_tables(settings, _numbers)
    status = Status(data=str(settings.data), url=None, photos=photos, unreadable=unreadable)
    if address := instance.running(settings):
        status.url = address.url
        status.conditions, status.jobs = asyncio.run(_asked(address))
    if arguments.json:
        print_json(status)
    else:
        print("\n".join(_lines(status)))
    if status.url is None:
        raise Unsuccessful("It is not running.")
    if any(one["grave"] for one in status.conditions):
        raise Unsuccessful("Something is wrong, as said above.")


async def _numbers(views: Views) -> tuple[int, int]:
    return (await library.photos(views))[0], await problems.rejected(views)


async def _asked(address: instance.Address) -> tuple[list[dict[str, Any]], list[JobStatus]]:
    async with gateway.connected(address) as client:
        try:
            ready = (await client.get("/readyz")).json()
            jobs = await gateway.get(client, "/api/jobs", list[JobStatus])
        except httpx.TransportError as error:
            raise Unsuccessful(f"Albumen at {address.url} does not answer ({error}).") from error
    return ready["conditions"], [job for job in jobs if job.status in ("running", "paused")]


def _lines(status: Status) -> list[str]:
    unreadable = f"; {status.unreadable:,} could not be read" if status.unreadable else ""
    return [
        f"Albumen: {status.url or 'not running'}",
        f"Data:    {status.data}",
        f"Photos:  {status.photos:,}{unreadable}",
        *(
            f"Job:     {job.type}, {job.done + job.failed:,} of {job.total:,}  {pace(job)}"
            for job in status.jobs
        ),
        *(f"Problem: {one['problem']} {one['remedy']}" for one in status.conditions),
    ]
