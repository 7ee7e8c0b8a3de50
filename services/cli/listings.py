"""`albumen albums`: queries the read tables, whether Albumen is running or not. In the order of the page."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from services.cli.output import print_json, print_table
from services.gateway.queries.albums import albums, in_order
from services.gateway.tables.pool import Views
from services.kernel.settings import Settings

T = TypeVar("T")

_COLUMNS: Final = ("id", "name", "count")


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    rows = in_order(from_tables(settings, albums))
    if arguments.json:
        print_json(rows)
    else:
        print_table(_COLUMNS, ([str(getattr(row, column)) for column in _COLUMNS] for row in rows))


def from_tables(settings: Settings, query: Callable[[Views], Awaitable[T]]) -> T:
    """The result of a query on the read tables."""
    return asyncio.run(_queried(settings, query))


async def _queried(settings: Settings, query: Callable[[Views], Awaitable[T]]) -> T:
    views = await Views.open(settings)
    try:
        return await query(views)
    finally:
        await views.close()
