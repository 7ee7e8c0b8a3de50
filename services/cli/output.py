"""JSON and tables on standard output, progress on standard error."""

import sys
from collections.abc import Iterable

import msgspec
from rich.console import Console
from rich.progress import Progress, ProgressColumn
from rich.table import Table


def print_json(value: object) -> None:
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(columns: Iterable[str], rows: Iterable[Iterable[str]], no_wrap: bool = False) -> None:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=no_wrap)
    for row in rows:
        table.add_row(*row)
    Console().print(table, markup=False)


def progress(*columns: ProgressColumn) -> Progress:
    """Shown only on a terminal, and erased at the end. Without `columns` it has rich's default ones."""
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)
