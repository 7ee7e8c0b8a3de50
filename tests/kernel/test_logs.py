"""Lines of the log: one per error, short, without values and secrets; and the same error is counted."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from structlog import DropEvent

from services.kernel.loglines import Secrets, bounded, innermost, places, short_trace
from services.kernel.repeats import OF_A_KIND, Repeats
from tests.support.album import environment
from tests.support.waiting import PATIENCE_S

PASSWORD = "s3cr3t-@/:word"
BROKER = f"amqp://albumen:{quote(PASSWORD, safe='')}@rabbit.example:5672/"
PROGRAM = """
import logging, sys
from pathlib import Path
import structlog
from services.kernel import logs
from services.kernel.settings import Settings

broker = sys.argv[1]
logs.configure(Settings(data=Path("."), previews=Path("."), broker=broker, log_format=sys.argv[2]), "test")

def fails(url, depth=40):
    private = "local-value"
    if depth:
        fails(url, depth - 1)
    raise ValueError(f"no connection to {url}\\n{'x' * 5000}")

for number in range(300):
    try:
        fails(broker)
    except ValueError:
        structlog.get_logger().exception("it failed")
try:
    fails(broker)
except ValueError as error:
    logging.getLogger("aiormq").warning("connecting to %s failed", broker, exc_info=True)
    structlog.get_logger().error("in a group", exc_info=ExceptionGroup("several", [error]))
structlog.get_logger().info("settings", broker=broker, query="/x?token=abcdef&a=1")
fails(broker)
"""


@pytest.fixture(params=["console", "json"])
def output(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a program that logs an error 300 times, one of a library, a URL, and dies."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, BROKER, request.param],
        env=environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 1
    return done.stderr


def test_an_error_is_one_short_line_without_values(output: str) -> None:
    lines = output.splitlines()
    assert [len(line) for line in lines if len(line) > 2000] == []
    assert "Traceback" not in output and "local-value" not in output
    assert "ValueError: no connection to" in lines[0]
    assert "<string>:" in lines[0], "where it was raised"


def test_the_same_error_is_counted(output: str) -> None:
    assert len([line for line in output.splitlines() if "it failed" in line]) == 2
    assert "299 times" in output


def test_no_password_is_in_the_log(output: str) -> None:
    assert output.count("rabbit.example") >= 4, "it was logged in each of the ways"
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "word@", "abcdef"):
        assert secret not in output
    assert "a=1" in output, "the rest stays"


def test_errors_of_a_group_are_named(output: str) -> None:
    (line,) = [line for line in output.splitlines() if "in a group" in line]
    assert "ValueError" in line and "ExceptionGroup" not in line


@given(
    scheme=st.sampled_from(["amqp", "amqps", "http", "https"]),
    password=st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'<>"), min_size=4
    ),
)
def test_any_password_in_a_url_is_hidden(scheme: str, password: str) -> None:
    text = Secrets().hidden(f"can't reach {scheme}://user:{password}@host:5672/vhost, again")
    assert text == f"can't reach {scheme}://***@host:5672/vhost, again"


def test_a_password_from_a_file_is_hidden(tmp_path: Path) -> None:
    """In every spelling, even where nothing says that it is one."""
    file = tmp_path / "password"
    file.write_text("hun/ter@2\n")
    secrets = Secrets("amqp://albumen@host/", file)
    for spelling in ("hun/ter@2", "hun%2Fter%402"):
        assert secrets.hidden(f"refused: {spelling}!") == "refused: ***!"
    file.unlink()
    assert Secrets(None, file).hidden("refused") == "refused"


@pytest.mark.parametrize(
    "text",
    [
        "https://host/photos?page=2",
        "/home/anna/pass/2020.jpg",
        "mail to a@b.example",
        "the tokens of a list",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Secrets("amqp://a:abc@b/").hidden(text) == text


@pytest.mark.parametrize(
    "text", ["password=hunter2", "Authorization: Bearer hunter2", '{"api_key": "hunter2"}']
)
def test_assigned_secrets_are_hidden(text: str) -> None:
    assert "hunter2" not in Secrets().hidden(text)


def test_a_line_is_at_most_two_kilobytes_and_one_line() -> None:
    line = bounded(None, "error", {f"value{number}": "a\nb" * 400 for number in range(9)})
    assert len(json.dumps(line).encode()) < 2_000 + 400
    assert not any("\n" in value for value in line.values())


def test_an_error_costs_little_time(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Less than 2 ms, with frames that hold large values; the best of ten, as the machine may be busy."""

    def deep(depth: int, large: Any) -> None:
        if depth:
            deep(depth - 1, large)
        raise RuntimeError("deep down")

    log = structlog.wrap_logger(
        structlog.PrintLogger(),
        processors=[short_trace, Secrets(BROKER), bounded, Repeats(), structlog.dev.ConsoleRenderer()],
    )
    took = []
    for number in range(10):
        try:
            deep(100, [list(range(10_000)) for _ in range(10)])
        except RuntimeError:
            began = time.perf_counter()
            log.error("failed", number=number, exc_info=True)
            took.append(time.perf_counter() - began)
    assert min(took) < 0.002
    assert len(capsys.readouterr().out.splitlines()) == 10


class Window:
    """`Repeats` with a clock of its own."""

    def __init__(self) -> None:
        self.now, self.calls, self.counts = 1_000.0, list[Any](), list[Any]()
        self.repeats = Repeats(
            60.0, lambda: self.now, lambda seconds, call: self.calls.append((seconds, call))
        )
        self.repeats.say = lambda *what: self.counts.append(what)

    def passes(self, **line: Any) -> bool:
        try:
            self.repeats(None, line["level"], line)
        except DropEvent:
            return False
        return True


def test_equal_lines_of_a_window_are_dropped_and_counted_at_its_end() -> None:
    window = Window()
    assert [window.passes(level="error", event="a", path="/1") for _ in range(313)] == [True] + [False] * 312
    assert window.passes(level="error", event="b", path="/1")
    ((seconds, call),) = window.calls
    assert seconds == 60.0 and window.counts == []
    call()
    assert window.counts == [("error", "a", 312, 60.0)]
    window.now += 60.0
    assert window.passes(level="error", event="a", path="/1"), "it is said again in the next window"


def test_lines_of_a_kind_are_limited_even_if_they_differ() -> None:
    window = Window()
    passed = [window.passes(level="warning", event="a", path=str(number)) for number in range(1_000)]
    assert sum(passed) == OF_A_KIND
    window.repeats.flush()
    assert window.counts == [("warning", "a", 1_000 - OF_A_KIND, 60.0)]


def test_what_is_no_error_is_never_dropped() -> None:
    window = Window()
    assert all(window.passes(level="info", event="a") for _ in range(100))


def test_where_an_error_came_from() -> None:
    try:
        raise ExceptionGroup("", [ExceptionGroup("", [KeyError("a")])])
    except ExceptionGroup as group:
        assert isinstance(innermost(group), KeyError)
        (place,) = places(group.__traceback__)
        assert place.startswith("tests/kernel/test_logs.py:")
