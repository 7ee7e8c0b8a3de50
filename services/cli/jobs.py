"""`albumen scan` and `albumen classify`: gives the command to the running gateway, or to one that runs only for
this, and shows how it goes."""

import argparse
import asyncio
import sys
from typing import Any, Final

import httpx
import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from services.cli import instance, serve
from services.cli.errors import Unsuccessful, Unusable
from services.gateway.lifespan import Automatic
from services.gateway.status import JobStatus
from services.kernel import logs
from services.kernel.settings import Settings

POLL_S: Final = 0.2
ENDED: Final = ("done", "failed", "cancelled")
SHOWN: Final = 20
"""Failures that are listed; the rest is on the jobs page."""


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    body = _body(arguments)
    if url := instance.running(settings):
        status = asyncio.run(_follow(url, arguments.command, body))
    else:
        status = _alone(settings, arguments.command, body)
    if arguments.json:
        print(msgspec.json.format(msgspec.json.encode(status), indent=2).decode())
    else:
        _tell(arguments.command, status)
    if status.status != "done":
        raise Unsuccessful(f"The job ended as “{status.status}”.")


def _body(arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.command == "scan":
        return {}
    body: dict[str, Any] = {"images": "all" if arguments.all else "unclassified"}
    return body | ({"model": arguments.model} if arguments.model else {})


def _alone(settings: Settings, command: str, body: dict[str, Any]) -> JobStatus:
    """Start a gateway on any free port, with nothing automatic, and stop it when the job has ended."""
    if not settings.events_db.exists() and not settings.photos:
        raise Unusable(f"There is no library in {settings.data} yet: albumen up FOLDER makes one.")
    found: list[JobStatus] = []

    async def job(url: str) -> None:
        found.append(await _follow(url, command, body))

    settings = msgspec.structs.replace(settings, host="127.0.0.1", port=0, log_level="warning")
    logs.configure(settings, "gateway")
    serve.run(settings, Automatic(), lambda _: None, lambda url: asyncio.ensure_future(job(url)))
    if not found:
        raise Unsuccessful("Stopped; the job goes on when Albumen runs again.")
    return found[0]


async def _follow(url: str, command: str, body: dict[str, Any]) -> JobStatus:
    """Give the command and return its last status. Raises Unusable when it is refused, Unsuccessful when the
    gateway goes away."""
    try:
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60.0) as client:
            answer = await client.post(f"/commands/{command}", json=body)
            if answer.is_error:
                raise Unusable(_reason(answer))
            return await _watch(client, answer.json()["status_url"], command)
    except httpx.TransportError as error:
        raise Unsuccessful(f"Albumen at {url} can't be reached any more ({error}).") from error


def _reason(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"Albumen answered {answer.status_code}."


async def _watch(client: httpx.AsyncClient, status_url: str, command: str) -> JobStatus:
    with _progress() as progress:
        bar = progress.add_task(command, total=None, rate="")
        while True:
            answer = await client.get(status_url)
            status = msgspec.json.decode(answer.content, type=JobStatus)
            rate = f"{status.rate:.0f}/s" if status.rate else ""
            progress.update(
                bar,
                total=status.total or None,
                completed=status.done + status.failed,
                rate=status.note or rate,
            )
            if status.status in ENDED:
                return status
            await asyncio.sleep(POLL_S)


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
        transient=True,
    )


def _tell(command: str, status: JobStatus) -> None:
    what = {"scan": "files looked at", "classify": "photos classified"}[command]
    print(f"{status.done} {what}" + (f", {status.failed} not possible:" if status.failed else "."))
    for failure in status.failures[:SHOWN]:
        print(f"  {failure.path or failure.image_id}: {failure.reason}")
    if len(status.failures) > SHOWN:
        print(f"  … and {len(status.failures) - SHOWN} more.")
