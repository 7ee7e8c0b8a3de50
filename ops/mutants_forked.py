"""Tries mutants without starting Python and importing all for each: collects the tests once, and forks for each mutant.

A plugin of pytest, for `ops.mutants`. In the fork, the function that a mutant changes gets the mutant's bytecode, which
is there at once for all who imported it. So nothing that was computed while the modules were imported is another, nor
is anything in a process that a test starts: what seems to survive here is to be tried in a checkout of its own.
"""

import ast
import gc
import os
import resource
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType, FunctionType
from typing import Final

import msgspec
import pytest

TRIALS: Final = "ALBUMEN_MUTANTS"
"""Environment variable: the file with the JSON of a list of `Trial`. What came of each is written beside it."""
ENDLESS_S: Final = 15
"""Processor time of one test; it usually takes a second."""
LIMIT_S: Final = 600
"""For all tests of a mutant."""


class Trial(msgspec.Struct):
    path: str
    source: str
    """The whole mutated module; empty: nothing is exchanged, and all must pass."""
    tests: list[str]
    """Node ids."""


class NotInPlace(Exception):
    """No function can be exchanged."""


def outcomes(trials: Path) -> Path:
    """A line for each trial: 1 if a test noticed it."""
    return trials.with_suffix(".outcomes")


def exchange(path: Path, source: str) -> None:
    """Let the function that differs in `source` do what it does there. Raises NotInPlace."""
    original = path.read_text("utf-8")
    here, unchanged, mutated = (
        list(_outermost(compile(text, str(path), "exec")))
        for text in (original, ast.unparse(ast.parse(original)), source)
    )
    differing = [(old, new) for old, same, new in zip(here, unchanged, mutated, strict=True) if same != new]
    gc.unfreeze()  # tests/conftest.py freezes what was collected, and what is frozen is not listed
    living = [
        (one, new)
        for old, new in differing
        for one in gc.get_objects()
        if type(one) is FunctionType and _place(one.__code__) == _place(old)
    ]
    if not living:
        raise NotInPlace
    for function, code in living:
        function.__code__ = code


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _outermost(code: CodeType) -> Iterator[CodeType]:
    """The functions of a module, and of its classes."""
    for one in code.co_consts:
        if isinstance(one, CodeType):
            if one.co_flags & 1:  # CO_OPTIMIZED: a function; else the body of a class
                yield one
            else:
                yield from _outermost(one)


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    if not (name := os.environ.get(TRIALS)):
        return None
    items = {item.nodeid: item for item in session.items}
    with outcomes(Path(name)).open("w", buffering=1) as file:
        for trial in msgspec.json.decode(Path(name).read_bytes(), type=list[Trial]):
            file.write(f"{int(_fails(session, trial, [items[test] for test in trial.tests]))}\n")
    return True


def _fails(session: pytest.Session, trial: Trial, items: list[pytest.Item]) -> bool:
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            if trial.source:
                exchange(Path(trial.path), trial.source)
            os._exit(_run(session, items))
        except NotInPlace:
            os._exit(0)
        finally:
            os._exit(1)
    end = time.monotonic() + LIMIT_S
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return status != 0


def _run(session: pytest.Session, items: list[pytest.Item]) -> int:
    """Until one fails. Returns the number of failures."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        used = resource.getrusage(resource.RUSAGE_SELF)
        most = int(used.ru_utime + used.ru_stime) + ENDLESS_S
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            break
    return session.testsfailed
