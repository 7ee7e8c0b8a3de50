"""What a line of the log holds: never a secret, of an error no more than a short trace without values, and at most two
kilobytes. (structlog's own traceback shows the local variables of every frame: 90 kB, and the passwords in them.)"""

import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit
from uuid import UUID

from structlog.types import EventDict, WrappedLogger

_ROOT: Final = f"{Path(__file__).resolve().parents[2]}/"
_VALUE: Final = 400
"""Characters of a value; a line has few."""
_LINE: Final = 1800
"""Characters of all values together; the trace comes last and is cut first."""
_FRAMES: Final = 8
"""The innermost."""
_IDS: Final = 10
_CREDENTIALS: Final = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s\"'<>]*@", re.IGNORECASE)
"""In a URL. Greedy, as a password may hold an `@` or a `/` that should have been escaped."""
_ASSIGNED: Final = re.compile(
    r"(\b\w*(?:password|passwd|secret|token|authorization|cookie|api_?key)[\"']?\s*[=:]\s*)(?:(?:basic|bearer)\s+)?"
    r"(\"[^\"]*\"|'[^']*'|[^\s&,;]+)",
    re.IGNORECASE,
)
_HIDDEN: Final = "***"


class Secrets:
    """A processor: takes secrets out of every value: what looks like one, and those it knows."""

    def __init__(self, url: str | None = None, file: Path | None = None) -> None:
        """`url`: with a password; `file`: whose content is one. A file that can't be read has no secret to keep."""
        passwords = {*_spellings(_password(url) if url else ""), *_spellings(_content(file) if file else "")}
        self._passwords = sorted(passwords, key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
        return {name: self._value(value) for name, value in line.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, int | float | bool | None):
            return value
        return self.hidden(value if isinstance(value, str) else str(value))

    def hidden(self, text: str) -> str:
        for password in self._passwords:
            text = text.replace(password, _HIDDEN)
        text = _CREDENTIALS.sub(rf"\g<1>{_HIDDEN}@", text)
        return _ASSIGNED.sub(rf"\g<1>{_HIDDEN}", text)


def _password(url: str) -> str:
    """As written in the URL."""
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def _content(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _spellings(password: str) -> Iterator[str]:
    """As written, as meant, and as a URL writes it; ones of three letters would hide half of the log."""
    yield from (one for one in (password, unquote(password), quote(password, safe="")) if len(one) > 3)


def short_trace(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """A processor: an exception becomes `error` and `trace`, the places it went through, the innermost first."""
    error = line.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    line.pop("stack_info", None)
    if isinstance(error, BaseException):
        error = innermost(error)
        line["error"] = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        line["trace"] = " < ".join(places(error.__traceback__))
    return line


def innermost(error: BaseException) -> BaseException:
    """The first error of a task group's."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def places(trace: TracebackType | None) -> list[str]:
    """`services/gateway/app.py:12`, the innermost first."""
    frames = [f"{frame.f_code.co_filename}:{number}" for frame, number in traceback.walk_tb(trace)]
    return [_shortened(frame) for frame in reversed(frames[-_FRAMES:])]


def _shortened(place: str) -> str:
    return place.removeprefix(_ROOT).rpartition("/site-packages/")[2]


def some_ids(ids: Iterable[UUID]) -> str:
    """Each once; of many only the first, by which the others are found."""
    return " ".join(map(str, [*dict.fromkeys(ids)][:_IDS]))


def bounded(logger: WrappedLogger, method: str, line: EventDict) -> EventDict:
    """A processor: one line, and at most two kilobytes."""
    room, shorter = _LINE, dict[str, Any]()
    for name, value in line.items():
        text = value
        if isinstance(value, str):
            text = " ".join(value.split()) if "\n" in value or "\r" in value else value
            most = max(min(room, _VALUE if name != "trace" else room), 20)
            text = text if len(text) <= most else f"{text[: most - 1]}…"
            room -= len(text)
        shorter[name] = text
    return shorter
