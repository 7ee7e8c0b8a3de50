"""How many small faults the tests would notice: `python -m ops.mutants SOURCE… --tests TEST… --sample 50`

    python -m ops.mutants services/kernel/log services/projector --tests tests/kernel tests/projector --sample 50

Runs the tests once to learn which of them executes which line. Then, in a copy of the checkout, makes one fault after
another in lines drawn by chance (a comparison, a condition or a constant is another) and runs the tests of that line.
A mutant that all of them let pass is printed. What only decides how fast something is survives rightly.
"""

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import coverage
import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
COPIED: Final = ("services", "tests", "ops", "pyproject.toml")
LINKED: Final = ("web", ".venv", ".setup")
MOST_TESTS: Final = 80
"""Per mutant; some lines are executed by thousands."""
LIMIT_S: Final = 300
"""A mutant that runs for longer never ends, which is noticed."""
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
    """All mutants of these modules, each with the tests that execute its line."""
    chosen = [ROOT / source for source in sources]
    return [
        (mutant, tests)
        for file in sorted(data.measured_files())
        if any(Path(file).is_relative_to(one) for one in chosen)
        for lines in [data.contexts_by_lineno(file)]
        for mutant in mutants(str(Path(file).relative_to(ROOT)), Path(file).read_text("utf-8"))
        if (tests := [test for test in lines.get(mutant.line, ()) if test])
    ]


def survives(mutant: Mutant, tests: list[str], checkout: Path) -> bool:
    file = checkout / mutant.path
    original = file.read_text("utf-8")
    file.write_text(mutant.source, "utf-8")
    run = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(checkout)}
    try:
        done = subprocess.run(
            run, cwd=checkout, env=environment, capture_output=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    finally:
        file.write_text(original, "utf-8")
    return done.returncode == 0


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
        drawn = chance.sample(every, min(given.sample, len(every)))
        left = 0
        for number, (mutant, tests) in enumerate(drawn, 1):
            if survives(mutant, chance.sample(tests, min(len(tests), MOST_TESTS)), checkout):
                left += 1
                print(
                    f"survives: {mutant.path}:{mutant.line}  {mutant.before}  ->  {mutant.after}", flush=True
                )
            print(f"{number}/{len(drawn)}", end="\r", file=sys.stderr)
    print(f"{len(drawn) - left} of {len(drawn)} mutants noticed, of {len(every)} possible ones")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
