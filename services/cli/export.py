"""`albumen export`: sends the command and shows its job's progress until it ends."""

import argparse

import httpx

from services.cli import client as gateway
from services.cli.errors import Unsuccessful
from services.cli.jobs import print_status, watch
from services.cli.output import print_json
from services.gateway.running.job_status import JobStatus
from services.kernel.paths import to_text
from services.kernel.settings import Settings


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    status = gateway.ask(settings, lambda client: _follow(client, arguments))
    if arguments.json:
        print_json(status)
    else:
        print_status("export", status)
        if status.note and status.status == "done":
            print(f"{status.note}.")
    if status.status != "done":
        raise Unsuccessful(status.note or f"The job ended with status “{status.status}”.")


async def _follow(client: httpx.AsyncClient, arguments: argparse.Namespace) -> JobStatus:
    folder = to_text(str(arguments.dest.expanduser().absolute()))
    url = await gateway.give(client, "export-library", {"folder": folder, "beside": arguments.beside})
    return await watch(client, url, "export")
