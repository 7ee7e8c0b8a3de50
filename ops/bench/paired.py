"""Compares implementations, each in a process of its own, in alternating rounds, so that a busy machine slows all."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from statistics import median


class Contestant:
    """A process that runs a benchmark module and answers each line SECONDS with a rate."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready = self._line().strip()
        """What it printed once it was warmed up."""

    def run(self, seconds: float) -> float:
        assert self._process.stdin
        self._process.stdin.write(f"{seconds}\n")
        self._process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("a benchmark process exited early; see its output above")
        return line

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def serve(rate: Callable[[float], float], ready: str = "ready") -> None:
    """In the process: print `ready`, then answer until standard input ends."""
    out = sys.__stdout__
    assert out
    print(ready, file=out, flush=True)
    for line in sys.stdin:
        print(rate(float(line)), file=out, flush=True)


def rounds(contestants: Sequence[Contestant], count: int, seconds: float) -> list[list[float]]:
    """Rates of each contestant, one per round; the contestants take turns."""
    return [
        list(rates)
        for rates in zip(*([c.run(seconds) for c in contestants] for _ in range(count)), strict=True)
    ]


def median_ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return median(a / b for a, b in zip(ours, theirs, strict=True))
