"""What an album sends is believed line by line."""

from uuid import uuid4

import msgspec
import pytest

from services.gateway.following.incoming import Differs, Incoming, Nonsense
from services.gateway.pages.events import gap
from services.gateway.presentation.log_line import Gap, entry, line
from services.kernel.log.envelope import Envelope


def row(position: int, data: str = '{"a":1}') -> Envelope:
    return Envelope(
        event_id=uuid4(),
        stream=f"album-{position}",
        kind="E",
        type="album_created",
        schema_version=1,
        data=data,
        correlation_id=uuid4(),
        position=position,
        version=1,
        recorded_at=5,
    )


ROWS = [row(position) for position in range(1, 6)]


@pytest.mark.parametrize(
    "data", ['{"a":1}', '{"a":\n 1}', ' {"a":1}\t', '{"ä":"\\u2028"}', '{"ä":"\u2028"}', '"\\n"', "[1,\r\n2]"]
)
def test_an_entry_comes_out_as_it_went_in(data: str) -> None:
    one = row(7, data)
    assert b"\n" not in line(one)
    assert entry(line(one)) == one


def test_an_entry_that_can_not_be_read_is_a_gap() -> None:
    assert entry(line(row(7, "{"))) == Gap(7, 7)
    assert entry(gap(3, 9)) == Gap(3, 9)


def test_entries_follow_the_last_one_of_the_copy() -> None:
    incoming = Incoming(ROWS[1], verified=True)
    assert not incoming.compared
    assert [incoming.taken(line(one)) for one in ROWS[1:]] == [None, *ROWS[2:]]
    assert incoming.compared


def test_an_empty_copy_takes_all() -> None:
    incoming = Incoming(None, verified=False)
    assert [incoming.taken(line(one)) for one in ROWS] == ROWS


def test_gaps_are_passed_over() -> None:
    incoming = Incoming(ROWS[0], verified=False)
    assert [incoming.taken(one) for one in (line(ROWS[0]), gap(2, 3), line(ROWS[3]))] == [None, None, ROWS[3]]


@pytest.mark.parametrize("field", ["event_id", "data", "recorded_at", "stream", "type", "causation_id"])
def test_another_last_entry_is_another_history(field: str) -> None:
    other = {"data": "{}", "recorded_at": 6, "stream": "b", "type": "c"}.get(field, uuid4())
    incoming = Incoming(ROWS[1], verified=True)
    with pytest.raises(Differs, match="entry 2"):
        incoming.taken(line(msgspec.structs.replace(ROWS[1], **{field: other})))


def test_a_gap_in_place_of_the_last_entry_counts_only_if_the_hash_before_it_is_the_same() -> None:
    assert Incoming(ROWS[1], verified=True).taken(gap(2, 4)) is None
    with pytest.raises(Nonsense, match="nothing can be compared"):
        Incoming(ROWS[1], verified=False).taken(gap(2, 4))


@pytest.mark.parametrize(
    "lines",
    [
        [b""],
        [b"{}"],
        [b"<html>"],
        [b"\xff"],
        [b"[" * 100_000],
        [b'{"position":1}'],
        [b'{"position":' + b"9" * 40 + b"}"],
        [line(ROWS[1])],
        [line(ROWS[0]), line(ROWS[0])],
        [line(ROWS[0]), line(ROWS[2])],
        [gap(1, 3), line(ROWS[1])],
        [gap(1, 0)],
        [gap(1, -5)],
        [line(ROWS[0]).replace(b'"kind":"E"', b'"kind":"X"')],
        [line(ROWS[0]).replace(b'"version":1', b'"version":"1"')],
    ],
)
def test_garbage_is_refused(lines: list[bytes]) -> None:
    incoming = Incoming(None, verified=False)
    with pytest.raises(Nonsense):
        for one in lines:
            incoming.taken(one)


def test_more_than_was_asked_for_is_refused() -> None:
    incoming = Incoming(None, verified=False, most=2)
    for one in ROWS[:2]:
        incoming.taken(line(one))
    with pytest.raises(Nonsense, match="more entries"):
        incoming.taken(line(ROWS[2]))


def test_gaps_without_end_are_refused() -> None:
    incoming = Incoming(None, verified=False, most=2)
    with pytest.raises(Nonsense, match="more entries"):
        for position in range(1, 6):
            incoming.taken(gap(position, position))
