"""How many small faults the tests would notice: `python -m ops.mutants SOURCE… --tests TEST… --sample 50`

    python -m ops.mutants services/kernel/log services/projector --tests tests/kernel tests/projector --sample 50

Runs the tests once to learn which of them executes which line. Then, in a copy of the checkout, makes one fault after
another in lines drawn by chance (a comparison, a condition or a constant is another) and runs the tests of that line.
A mutant that all of them let pass is printed. What only decides how fast something is survives rightly.
"""

import argparse
import ast
import copy
import importlib.util
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import coverage
import msgspec
import pytest

from ops.mutants_forked import TRIALS, Trial, outcomes

ROOT: Final = Path(__file__).resolve().parent.parent
COPIED: Final = ("services", "tests", "ops", "pyproject.toml")
LINKED: Final = ("web", ".venv", ".setup")
MOST_TESTS: Final = 300
"""Per mutant; some lines are executed by thousands."""
LIMIT_S: Final = 300
"""A mutant whose tests run for longer never ends, which is noticed."""
ENDING: Final = ("--timeout=30", "--timeout-method=thread")
"""So is one whose tests take longer each. No thread or handler of theirs can hold up the end."""
OPPOSITE: Final[dict[type[Any], type[Any]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip


class Mutant(NamedTuple):
    path: str
    """Relative to the checkout."""
    line: int
    before: str
    after: str
    source: str
    """The whole module."""


def mutants(path: str, source: str) -> Iterator[Mutant]:
    """One for each place inside a function that can be changed."""
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    places = {id(node): node for function in functions for node in _of_body(function) if _changed(node)}
    for node in places.values():
        before, (original, mutated) = ast.unparse(node), (copy.copy(node), _changed(node))
        assert mutated
        node.__dict__.update(mutated.__dict__)
        yield Mutant(path, getattr(node, "lineno", 0), before, ast.unparse(node), ast.unparse(tree))
        node.__dict__.update(original.__dict__)


def _of_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    for statement in function.body:
        if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):  # a docstring
            yield from ast.walk(statement)


def _changed(node: ast.AST) -> ast.AST | None:
    """None: it stays."""
    result = copy.copy(node)
    match result:
        case ast.Compare(ops=[only]) if type(only) in OPPOSITE:
            result.ops = [OPPOSITE[type(only)]()]
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OPPOSITE:
            result.op = OPPOSITE[type(op)]()
        case ast.Constant(value=bool(value)):
            result.value = not value
        case ast.Constant(value=int(number)):
            result.value = number + 1
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            result.test = ast.UnaryOp(ast.Not(), test)
        case _:
            return None
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """As a plugin of the first run: what a test executes, with its fixtures, is recorded under its name."""
    measured = coverage.Coverage.current()
    if measured:
        measured.switch_context(item.nodeid)
    return (yield)


def executed(sources: list[str], tests: list[str], folder: Path) -> coverage.CoverageData:
    """Which test executes which line of these modules and their neighbours (coverage knows only folders). Raises
    subprocess.CalledProcessError if one fails."""
    settings = folder / "coveragerc"
    folders = dict.fromkeys(one if (ROOT / one).is_dir() else str(Path(one).parent) for one in sources)
    listed = "".join(f"  {source}\n" for source in folders)
    settings.write_text(f"[run]\ndata_file = {folder / 'data'}\nsource =\n{listed}")
    run = [
        sys.executable,
        "-m",
        "coverage",
        "run",
        f"--rcfile={settings}",
        "-m",
        "pytest",
        "-q",
        "-p",
        "ops.mutants",
    ]
    subprocess.run([*run, *tests], cwd=ROOT, check=True)
    data = coverage.CoverageData(str(folder / "data"))
    data.read()
    return data


def possible(data: coverage.CoverageData, sources: list[str]) -> list[tuple[Mutant, list[str]]]:
    """All mutants of these modules, each with the tests that execute its line: those that execute few lines in all,
    and of many functions, come first."""
    chosen = [ROOT / source for source in sources]
    breadth = Counter(
        test
        for file in data.measured_files()
        for tests in data.contexts_by_lineno(file).values()
        for test in tests
    )
    return [
        (mutant, tests)
        for file in sorted(data.measured_files())
        if any(Path(file).is_relative_to(one) for one in chosen)
        for lines in [data.contexts_by_lineno(file)]
        for mutant in mutants(str(Path(file).relative_to(ROOT)), Path(file).read_text("utf-8"))
        if (
            tests := _diverse(
                sorted(filter(None, lines.get(mutant.line, ())), key=lambda one: (breadth[one], one))
            )
        )
    ]


def _diverse(tests: list[str]) -> list[str]:
    """First one of each function, then a second one of those that have several parameters, and so on."""
    before = Counter[str]()
    ranks = {}
    for test in tests:
        function = test.partition("[")[0]
        ranks[test] = before[function]
        before[function] += 1
    return sorted(tests, key=ranks.__getitem__)


def unnoticed(drawn: list[tuple[Mutant, list[str]]], folder: Path) -> list[tuple[Mutant, list[str]]]:
    """Those that seem to survive: each is tried in a fork of a process that has collected all the tests. Raises
    subprocess.CalledProcessError, and RuntimeError if tests fail there without a mutant."""
    trials = folder / "trials"
    unchanged = Trial("", "", sorted({test for _, tests in drawn for test in tests}))
    each = [Trial(str(ROOT / one.path), one.source, tests) for one, tests in drawn]
    trials.write_bytes(msgspec.json.encode([unchanged, *each]))
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", Trial.__module__, *ENDING]
    subprocess.run(
        [*run, *sorted({test.partition("::")[0] for test in unchanged.tests})],
        cwd=ROOT,
        env={**os.environ, TRIALS: str(trials)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    failed, *noticed = outcomes(trials).read_text().split()
    if failed == "1":
        raise RuntimeError("The tests fail in a fork, so nothing can be learnt from it.")
    return [one for one, outcome in zip(drawn, noticed, strict=True) if outcome == "0"]


def survives(mutant: Mutant, tests: list[str], checkout: Path) -> bool:
    file = checkout / mutant.path
    original = file.read_text("utf-8")
    _write(file, mutant.source)
    run = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *ENDING, *tests]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    try:
        done = subprocess.run(
            run, cwd=checkout, env=environment, capture_output=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        _write(file, original)
    return done.returncode == 0


def _write(file: Path, source: str) -> None:
    """Python takes bytecode for up to date if the source is as long and of the same second."""
    file.write_text(source, "utf-8")
    Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)


def checkout_in(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    for name in LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="+", help="modules, or folders of them")
    parser.add_argument("--tests", nargs="+", required=True, help="those that are to notice")
    parser.add_argument("--sample", type=int, default=40, help="number of mutants (default: 40)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    if absent := [source for source in given.sources if not (ROOT / source).exists()]:
        parser.error(f"there is no {' '.join(absent)}")
    chance = random.Random(given.seed)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="albumen-mutants-") as folder:
        data = executed(given.sources, given.tests, Path(folder))
        checkout = checkout_in(Path(folder, "checkout"))
        every = possible(data, given.sources)
        if not every:
            parser.error(f"the tests execute nothing of {' '.join(given.sources)} that can be changed")
        drawn = [
            (mutant, tests[:MOST_TESTS])
            for mutant, tests in chance.sample(every, min(given.sample, len(every)))
        ]
        left = 0
        for number, (mutant, tests) in enumerate(unnoticed(drawn, Path(folder)), 1):
            if survives(mutant, tests, checkout):
                left += 1
                print(
                    f"survives: {mutant.path}:{mutant.line}  {mutant.before}  ->  {mutant.after}", flush=True
                )
            print(f"again in a checkout: {number}", end="\r", file=sys.stderr)
    print(f"{len(drawn) - left} of {len(drawn)} mutants noticed, of {len(every)} possible ones")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
