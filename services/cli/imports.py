"""`albumen import`: takes in what another program says of photos, or takes an import back."""

import argparse
from functools import partial
from pathlib import Path

import httpx

from services.cli import client as gateway
from services.cli.errors import Unsuccessful, Unusable
from services.cli.jobs import SHOWN, watch
from services.cli.output import print_json
from services.gateway.i18n.wording import path_name
from services.gateway.running.job_status import JobStatus
from services.kernel.paths import to_text
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    if (arguments.source is None) is (arguments.undo is None):
        raise Unusable("Import from what? albumen import FILE or FOLDER; or undo one: --undo ID")
    if arguments.undo:
        job, message = gateway.ask(settings, partial(_undo, job_id=arguments.undo))
        print_json(job) if arguments.json else print(message)
        return
    status = gateway.ask(settings, partial(_import, source=arguments.source.expanduser().absolute()))
    if arguments.json:
        print_json(status)
    else:
        tell(status)
    if status.status != "done":
        raise Unsuccessful(f"The job ended with status “{status.status}”.")
    if status.failed and not status.total:
        raise Unsuccessful("Nothing was imported.")


async def _import(client: httpx.AsyncClient, source: Path) -> JobStatus:
    status_url = await gateway.give(client, "import", {"source": to_text(str(source))})
    return await watch(client, status_url, "import")


async def _undo(client: httpx.AsyncClient, job_id: str) -> tuple[JobStatus, str]:
    """Its status, and what came of it, as a sentence."""
    answer = await gateway.accepted(client, "undo", {"command_id": job_id})
    return await gateway.get(client, answer["status_url"], JobStatus), answer["message"]


def tell(status: JobStatus) -> None:
    """Prints what came of an import."""
    print(f"{status.done} of {status.total} photos in it are in the library.")
    if status.failed:
        print(f"{status.failed} could not be imported:")
    for failure in status.failures[:SHOWN]:
        print(f"  {path_name(failure.path) or 'all of it'}: {failure.reason}")
    if status.failed > min(len(status.failures), SHOWN):
        print(f"  The rest is listed on the page /imports/{status.command_id}.")
    if status.done:
        print(f"To undo it: albumen import --undo {status.command_id}")
