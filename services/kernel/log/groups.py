"""Appends that wait for the log's writer, and which of them share a commit."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Appended

MAX_GROUP_RECORDS: Final = 4096
"""Most records in one transaction (a single larger append is a group of its own)."""


class Request(NamedTuple):
    records: Sequence[Record]
    expected: Mapping[str, int]
    answer: "asyncio.Future[Appended]"


def next_group(waiting: Sequence[Request]) -> list[Request]:
    """The first of those that wait, at least one."""
    count = size = 0
    for request in waiting:
        if count and size + len(request.records) > MAX_GROUP_RECORDS:
            break
        count, size = count + 1, size + len(request.records)
    return list(waiting[:count])
