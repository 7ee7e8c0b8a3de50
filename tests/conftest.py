"""Shared by all tests. In CI a skipped test fails, because everything is installed there. Hypothesis has no deadline:
on a busy machine any example may have to wait. The computer's time zone is UTC, wherever the tests run. What is logged
shows an error by a plain traceback: to colour one takes as much processor time as an album that starts. Which test
files load TensorFlow while they are only collected is noted for `tests/test_architecture.py`. No garbage is looked for
while tests are collected, a third of whose processor time that takes in a fresh clone, nor among what was collected."""

import gc
import os
import sys
import time
from collections.abc import Generator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support.chance import USUAL
from tests.support.dealing import LOADED_EARLY, dealt
from tests.support.priority import is_real_time

pytest_plugins = ["tests.support.rabbitmq"]

settings.register_profile(
    "albumen",
    parent=settings(),
    max_examples=USUAL,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("fuzz", parent=settings.get_profile("albumen"), max_examples=10 * USUAL)
settings.load_profile("albumen")

structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback

os.environ["TZ"] = "UTC"
time.tzset()

gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if workers := getattr(config, "workerinput", {}).get("workercount"):
        items[:] = dealt(items, workers)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    yield
    assert not is_real_time(), "An encoder has made this process a real-time one: use `ordinary`."


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    before = "tensorflow" in sys.modules
    report = yield
    if not before and "tensorflow" in sys.modules:
        collector.config.stash.setdefault(LOADED_EARLY, []).append(collector.nodeid)
    if os.environ.get("CI") == "true" and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
