"""`albumen bench`: runs each module of ops/bench in its own process and prints one table."""

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
from services.cli.output import print_json
from services.kernel.settings import Settings

BENCH = REPOSITORY / "ops" / "bench"
SMOKE = "ALBUMEN_BENCH_SMOKE"
"""As `ops/bench/measure.py` reads it."""


def available() -> list[str]:
    return sorted(path.stem for path in BENCH.glob("*.py") if "def measure(" in path.read_text())


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    """Raises Unusable for an unknown name, Unsuccessful when a benchmark fails, but not for a missed target."""
    names = available()
    if not names:
        raise Unusable("Benchmarks come with a checkout of the sources, not with an installed Albumen.")
    if unknown := sorted(set(arguments.names) - set(names)):
        raise Unusable(f"There is no benchmark {', '.join(unknown)}. Choose from {', '.join(names)}.")
    results: dict[str, list[dict[str, Any]]] = {}
    failed = []
    for name in arguments.names or names:
        print(f"{name}…", file=sys.stderr, flush=True)
        process = subprocess.run(
            [sys.executable, "-m", "ops.bench.measure", name],
            cwd=REPOSITORY,
            env=os.environ | {SMOKE: "1" if arguments.smoke else ""},
            stdout=subprocess.PIPE,
            check=False,
        )
        if process.returncode:
            failed.append(name)
        else:
            results[name] = msgspec.json.decode(process.stdout)
    if arguments.json:
        print_json({"machine": machine(), "smoke": arguments.smoke, "results": results})
    else:
        smoke = "; a smoke run, so the figures mean nothing" if arguments.smoke else ""
        _print(f"{machine()}{smoke}", results)
    if failed:
        raise Unsuccessful(f"These could not be measured: {', '.join(failed)}. See their output above.")


def machine() -> str:
    """The processor's name and its number of cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor() or platform.machine()


def _print(title: str, results: dict[str, list[dict[str, Any]]]) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for column in ("", "what", "measured", "target", "", "notes"):
        table.add_column(column, justify="right" if column in ("measured", "target") else "left")
    for name, measures in results.items():
        for one in measures:
            target, unit = one["target"], one["unit"]
            sign = "≤" if one["smaller_is_better"] else "≥"
            met = {None: "", True: "✓", False: "missed"}[one["met"]]
            wanted = "" if target is None else f"{sign} {target:.4g} {unit}"
            table.add_row(name, one["what"], f"{one['value']:.4g} {unit}", wanted, met, one["note"])
    Console(width=None if sys.stdout.isatty() else 200).print(table)
