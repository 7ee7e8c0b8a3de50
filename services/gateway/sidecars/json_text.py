"""JSON beside pictures: many programs write it, and only few of their files describe a picture."""

import json
from collections.abc import Iterable
from typing import Any

from services.gateway.sidecars.facts import LARGEST, NotASidecar, Unreadable


def value(content: bytes, largest: int = LARGEST, marks: Iterable[str] = ()) -> Any:
    """`largest`: bytes. `marks`: names of which one is in each list of the format, if it has lists.

    Raises Unreadable for a damaged object or list of the format, and NotASidecar for other lists, lines of JSON and the
    like that are not whole: no sidecar is one. Uses Python's own decoder: it accepts byte order marks, UTF-16 and the
    halves of emoji that truncation leaves."""
    if len(content) > largest:
        raise Unreadable("This JSON file is larger than 4 MB, so it describes no photo.")
    try:
        return json.loads(content, strict=False)
    except (RecursionError, ValueError) as error:
        ours = any(f'"{mark}"'.encode() in content for mark in marks)
        if not ours and (_is_list(content) or _is_lines(error)):
            raise NotASidecar("This JSON file is another program’s.") from error
        if isinstance(error, RecursionError):
            raise Unreadable("This JSON file is nested too deeply to be read.") from error
        raise Unreadable("This JSON file is damaged or cut off.") from error


def _is_list(content: bytes) -> bool:
    return content.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"[")


def _is_lines(error: Exception) -> bool:
    """Whole values one after another."""
    return (
        isinstance(error, json.JSONDecodeError)
        and error.msg == "Extra data"
        and error.doc[error.pos] in '{["'
    )
