"""`albumen missing`: lists folders of which very many photos are missing, or answers whether they are gone."""

import argparse
from typing import Final

import httpx

from services.cli import client as gateway
from services.cli.errors import Unsuccessful, Unusable
from services.cli.jobs import watch
from services.cli.output import print_json, print_table
from services.gateway.queries.absences import Source
from services.gateway.running.job_status import JobStatus
from services.kernel.settings import Settings

COMMANDS: Final = {"gone": "confirm-missing", "away": "mark-unavailable"}
_COLUMNS: Final = ("question", "folder", "missing", "photos", "answer", "")


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable and Unsuccessful."""
    if arguments.action == "list":
        if arguments.which:
            raise Unusable("albumen missing list takes no folder.")
        sources = gateway.ask(settings, sources_of)
        if arguments.json:
            print_json(sources)
        else:
            print_table(_COLUMNS, map(_row, sources))
        return
    status = gateway.ask(settings, lambda client: answer(client, arguments.action, arguments.which))
    if arguments.json:
        print_json(status)
    if status.status != "done":
        raise Unsuccessful(f"The job ended with status “{status.status}”.")


async def sources_of(client: httpx.AsyncClient) -> list[Source]:
    return await gateway.get(client, "/api/missing", list[Source])


async def answer(client: httpx.AsyncClient, action: str, which: str | None) -> JobStatus:
    """Answer a question, and wait for the scan that this starts. `which`: a folder or the question's id; may be left
    out if there is only one question. Raises Unusable."""
    question = question_about(await sources_of(client), which)
    url = await gateway.give(client, COMMANDS[action], {"question": question})
    return await watch(client, url, "scan")


def question_about(sources: list[Source], which: str | None) -> str:
    """The id of the question. Raises Unusable when it isn't one."""
    questions = {one.question: one.root for one in sources if one.question}
    ids = [id_ for id_, root in questions.items() if which in (None, id_, root, root.rstrip("/"))]
    if not ids:
        raise Unusable(
            "There is nothing to answer."
            if which is None
            else f"There is no question about “{which}”: albumen missing lists them."
        )
    if len(ids) > 1:
        raise Unusable(f"About which folder? One of: {', '.join(questions[id_] for id_ in ids)}.")
    return ids[0]


def _row(source: Source) -> list[str]:
    if not source.question:
        return ["", source.root, "", "", "", source.reason or ""]
    numbers = [str(source.missing), str(source.photos)]
    return [source.question, source.root, *numbers, source.answer, source.reason or ""]
