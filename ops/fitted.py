"""Commands that fit a table of numbers in `services/knowledge/data`: they compare it with the file, or write it."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from ops.bench.measure import Unmeasurable

DATA: Final = Path(__file__).resolve().parents[1] / "services" / "knowledge" / "data"


def main(description: str | None, table: Path, fit: Callable[[], Iterable[str]]) -> None:
    """`fit` yields the table's lines and prints what they bring; it raises Unmeasurable without photos."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--write", action="store_true", help="update the table")
    write = parser.parse_args().write
    try:
        lines = list(fit())
    except Unmeasurable as error:
        sys.exit(str(error))
    if write:
        table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif table.read_text("utf-8").splitlines() != lines:
        sys.exit("The table is out of date: run with --write to update it.")
