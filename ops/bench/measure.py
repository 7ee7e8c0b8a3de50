"""The results of a benchmark. Each module `ops/bench/<name>.py` has `measure() -> list[Measure]`; `albumen bench` runs
each in a process of its own and prints one table."""

import importlib
import os
import statistics
import sys
from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")
SMOKE: Final = "ALBUMEN_BENCH_SMOKE"
"""Set if benchmarks should only show that they still run; their child processes inherit it."""


class Unmeasurable(Exception):
    """A benchmark lacks something; the message says what, and how to provide it."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table."""

    what: str
    value: float
    unit: str
    target: float | None = None
    """In the same unit; None: for comparison only."""
    smaller_is_better: bool = False
    note: str = ""
    """Baseline, number of repetitions and the like."""

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value <= self.target if self.smaller_is_better else self.value >= self.target


def smoke() -> bool:
    return bool(os.environ.get(SMOKE))


def size(full: T, small: T) -> T:
    """The size of a workload: `full` to measure, `small` in a smoke run, which takes seconds."""
    return small if smoke() else full


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest-rank percentile. Raises ValueError for an empty sequence."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered)) - 1))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def main(name: str) -> int:
    """Run one benchmark and print its measures as JSON; all other output goes to standard error."""
    answer = os.dup(1)
    os.dup2(2, 1)  # for child processes, too
    try:
        measures: list[Measure] = importlib.import_module(f"ops.bench.{name}").measure()
    except Unmeasurable as error:
        print(error, file=sys.stderr)
        return 1
    if smoke():
        measures = [msgspec.structs.replace(one, target=None) for one in measures]
    rows = [msgspec.structs.asdict(one) | {"met": one.met} for one in measures]
    with os.fdopen(answer, "wb") as file:
        file.write(msgspec.json.encode(rows))
    return 0


if __name__ == "__main__":
    from ops.bench import measure  # the module that benchmarks import, not this second copy of it

    sys.exit(measure.main(sys.argv[1]))
