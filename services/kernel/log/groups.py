"""Appends that wait for the log's writer, and which of them share a commit."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from services.kernel.log.envelope import Record
from services.kernel.log.eventlog import Appended
from services.kernel.tracing import spans

MAX_GROUP_RECORDS: Final = 4096
"""Most records in one transaction (a single larger append is a group of its own)."""


class Request(NamedTuple):
    records: Sequence[Record]
    expected: Mapping[str, int]
    answer: "asyncio.Future[Appended]"
    spans: Mapping[int, int] = {}
    """`open_spans()` of the caller."""


def next_group(waiting: Sequence[Request]) -> list[Request]:
    """The first of those that wait, at least one."""
    count = size = 0
    for request in waiting:
        if count and size + len(request.records) > MAX_GROUP_RECORDS:
            break
        count, size = count + 1, size + len(request.records)
    return list(waiting[:count])


def committing(group: Sequence[Request]) -> AbstractContextManager[None]:
    """The spans of a commit, in the traces that it is for."""
    records = (record for request in group for record in request.records)
    return spans.batch("commit", records, within=(request.spans for request in group))


def answer(group: Sequence[Request], outcomes: Sequence[Appended | Exception]) -> bool:
    """Tell the callers. Whether the log has grown."""
    for request, outcome in zip(group, outcomes, strict=True):
        if request.answer.done():
            continue  # its caller was cancelled
        if isinstance(outcome, Appended):
            request.answer.set_result(outcome)
        else:
            request.answer.set_exception(outcome)
    return any(isinstance(outcome, Appended) and outcome.new > 0 for outcome in outcomes)
