"""`albumen bench`: every module of ops/bench in a process of its own, one table."""

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table

from services.cli.children import REPOSITORY
from services.cli.errors import Unsuccessful, Unusable

BENCH = REPOSITORY / "ops" / "bench"


SMOKE = "ALBUMEN_BENCH_SMOKE"
"""As `ops/bench/measure.py` reads it."""


def available() -> list[str]:
    return sorted(path.stem for path in BENCH.glob("*.py") if "def measure(" in path.read_text())


def run(arguments: argparse.Namespace) -> None:
    """Raises Unusable for a name that there is not, Unsuccessful when a benchmark failed. A missed target is told,
    not failed: machines differ."""
    names = available()
    if unknown := sorted(set(arguments.names) - set(names)):
        raise Unusable(f"There is no benchmark {', '.join(unknown)}. Choose from {', '.join(names)}.")
    results: dict[str, list[dict[str, Any]]] = {}
    failed = []
    for name in arguments.names or names:
        print(f"{name}…", file=sys.stderr, flush=True)
        ran = subprocess.run(
            [sys.executable, "-m", "ops.bench.measure", name],
            cwd=REPOSITORY,
            env=os.environ | {SMOKE: "1" if arguments.smoke else ""},
            stdout=subprocess.PIPE,
            check=False,
        )
        if ran.returncode:
            failed.append(name)
        else:
            results[name] = msgspec.json.decode(ran.stdout)
    if arguments.json:
        answer = {"machine": machine(), "smoke": arguments.smoke, "results": results}
        print(msgspec.json.format(msgspec.json.encode(answer)).decode())
    else:
        smoke = "; a smoke run, whose figures say nothing" if arguments.smoke else ""
        _print(f"{machine()}{smoke}", results)
    if failed:
        raise Unsuccessful(f"These could not be measured: {', '.join(failed)}. Their words are above.")


def machine() -> str:
    """As a person would name it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor() or platform.machine()


def _print(title: str, results: dict[str, list[dict[str, Any]]]) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("", "what", "measured", "wanted", "", "how"):
        table.add_column(column, justify="right" if column in ("measured", "wanted") else "left")
    for name, measures in results.items():
        for one in measures:
            target, unit = one["target"], one["unit"]
            sign = "≤" if one["smaller_is_better"] else "≥"
            met = {None: "", True: "✓", False: "missed"}[one["met"]]
            wanted = "" if target is None else f"{sign} {target:.4g} {unit}"
            table.add_row(name, one["what"], f"{one['value']:.4g} {unit}", wanted, met, one["note"])
    Console(width=None if sys.stdout.isatty() else 200).print(table)
