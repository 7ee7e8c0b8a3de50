"""`albumen search`: lists the files of the photos that match."""

import argparse
import sys
from typing import Any

import httpx
import msgspec

from services.cli import client as gateway
from services.cli.errors import Unsuccessful, Unusable
from services.cli.output import print_json
from services.gateway.queries.timeline import MAX_LIMIT
from services.kernel.settings import Settings


class Found(msgspec.Struct):
    """As much of `/api/images` as is needed here."""

    items: list[dict[str, Any]]
    next: str | None


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable for a search that isn't understood, and Unsuccessful if nothing matches."""
    if arguments.limit is not None and arguments.limit < 1:
        raise Unusable(f"--limit {arguments.limit}: give at least 1.")
    text = " ".join(arguments.words)
    items = gateway.ask(settings, lambda client: matching(client, text, arguments.limit))
    if arguments.json:
        print_json(items)
    else:
        end = "\0" if arguments.null else "\n"
        sys.stdout.write("".join(f"{item['files'][0]}{end}" for item in items if item["files"]))
    if not items:
        raise Unsuccessful(f"No photo matches “{text}”.")


async def matching(client: httpx.AsyncClient, text: str, limit: int | None) -> list[dict[str, Any]]:
    """The photos, newest first, as `/api/images` gives them. Raises Unusable."""
    items: list[dict[str, Any]] = []
    after = ""
    while limit is None or len(items) < limit:
        number = MAX_LIMIT if limit is None else min(MAX_LIMIT, limit - len(items))
        query = httpx.QueryParams(q=text, limit=str(number), after=after)
        page = await gateway.get(client, f"/api/images?{query}", Found)
        items += page.items
        if page.next is None:
            break
        after = page.next
    return items
