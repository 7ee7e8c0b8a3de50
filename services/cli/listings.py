"""`albumen albums`: read from the read tables, whether Albumen runs or not."""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from services.gateway.queries.albums import Album, albums
from services.gateway.tables.pool import Views
from services.kernel.settings import Settings

_COLUMNS = ("id", "name", "count")


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    rows = asyncio.run(_read(settings))
    if arguments.json:
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
    else:
        _print(_COLUMNS, [msgspec.structs.asdict(row) for row in rows])


async def _read(settings: Settings) -> list[Album]:
    views = await Views.open(settings)
    try:
        return await albums(views)
    finally:
        await views.close()


def _print(columns: Sequence[str], rows: list[dict[str, Any]]) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*(str(row[column]) for column in columns))
    Console().print(table, markup=False)
