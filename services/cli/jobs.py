"""`albumen scan` and `albumen classify`: sends the command and shows its job's progress until it ends."""

import argparse
import asyncio
import shlex
from typing import Any, Final

import httpx

from services.cli import client as gateway
from services.cli.bars import JobBars
from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import print_json
from services.gateway.i18n.wording import path_name
from services.gateway.queries.absences import Source
from services.gateway.queries.albums import Album
from services.gateway.running.job_status import JobStatus
from services.kernel.settings import Settings

POLL_S: Final = 0.2
ENDED: Final = ("done", "failed", "cancelled")
SHOWN: Final = 20
"""Maximum number of failures to list; the jobs page shows all."""


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    status, sources = gateway.ask(settings, lambda client: _follow(client, arguments))
    if arguments.json:
        print_json(status)
    else:
        print_status(arguments.command, status)
        for line in questions(sources):
            print(line)
    if status.status != "done":
        raise Unsuccessful(f"The job ended with status “{status.status}”.")


async def _follow(client: httpx.AsyncClient, arguments: argparse.Namespace) -> tuple[JobStatus, list[Source]]:
    """Send the command; returns its final status and the sources that are unavailable then."""
    command, body = arguments.command, dict[str, Any]()
    if command == "classify":
        command, body = await asked(client, arguments)
    elif arguments.again:
        body["again"] = True
    status = await watch(client, await gateway.give(client, command, body), arguments.command)
    return status, await gateway.get(client, "/api/missing", list[Source])


def questions(sources: list[Source]) -> list[str]:
    """A line about each folder whose photos may be gone, until somebody has answered."""
    return [
        f"{one.reason} Answer with: albumen missing gone|away {shlex.quote(one.root)}"
        for one in sources
        if one.question and one.reason and one.answer == "open"
    ]


async def asked(client: httpx.AsyncClient, arguments: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    """The command, and its body, for a `classify` command line. Raises Unusable for an unknown album."""
    body: dict[str, Any] = {"model": arguments.model} if arguments.model else {}
    if arguments.retry_failed:
        return "retry-failed", body
    if arguments.album is not None:
        albums = await gateway.get(client, "/api/albums", list[Album])
        body["album"] = named(albums, arguments.album)
    elif arguments.search is not None:
        body["q"] = arguments.search
    else:
        body["images"] = "all" if arguments.all else "unclassified"
    return "classify", body


def named(albums: list[Album], wanted: str) -> str:
    """The id of the album with this id or name. Raises Unusable when there is none, or more than one."""
    if any(album.id == wanted for album in albums):
        return wanted
    same = [album for album in albums if album.name.casefold() == wanted.strip().casefold()]
    if not same:
        raise Unusable(f"There is no album called “{wanted}”: albumen albums lists them.")
    if len(same) > 1:
        ids = ", ".join(f"{album.id} ({_details(album)})" for album in same)
        raise Unusable(f"Several albums are called “{wanted}”. Give one of these ids: {ids}.")
    return same[0].id


def _details(album: Album) -> str:
    """By which two of one name are told apart."""
    photos = "1 photo" if album.count == 1 else f"{album.count} photos"
    dates = sorted({one[:10] for one in (album.first, album.last) if one})
    return ", ".join([photos, *([" to ".join(dates)] if dates else [])])


async def watch(client: httpx.AsyncClient, status_url: str, command: str) -> JobStatus:
    """Show its progress until it has ended; returns its last status."""
    with JobBars() as bars:
        while True:
            status = await gateway.get(client, status_url, JobStatus)
            bars.show([(command, status)])
            if status.status in ENDED:
                return status
            await asyncio.sleep(POLL_S)


def print_status(command: str, status: JobStatus) -> None:
    what = {"scan": "files scanned", "classify": "photos classified", "export": "photos exported"}[command]
    print(f"{status.done} {what}" + (f", {status.failed} failed:" if status.failed else "."))
    for failure in status.failures[:SHOWN]:
        print(f"  {path_name(failure.path or failure.image_id or '')}: {failure.reason}")
    if len(status.failures) > SHOWN:
        print(f"  … and {len(status.failures) - SHOWN} more.")
