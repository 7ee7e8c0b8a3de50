"""Parameters that several addresses take."""

from typing import Annotated, Final
from urllib.parse import SplitResult, urlsplit

from litestar.params import QueryParameter

LAST: Final = 2**62
"""No log is longer; SQLite's numbers end at 2⁶³ - 1."""
LogPosition = Annotated[int | None, QueryParameter(ge=0, le=LAST)]


def log_position(text: str) -> int | None:
    """None for what is no position in a log."""
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    return position if (position := int(text)) <= LAST else None


def address(text: str) -> SplitResult:
    """The parts of a URL that a header holds; all empty where it is none."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")
