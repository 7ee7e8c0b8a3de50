"""given / when / then with plain values: `given(events).when(evolve, decide).then(events)` for deciders,
`given(events).then(sql, rows)` for projections, with each event delivered more than once."""

import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from services.domain.subject import Event, InStream, Recorded
from services.kernel.log import codec
from services.projector.source import Row, batch
from services.projector.tables import Tables, complete, create

S = TypeVar("S")
JOB = UUID("01920000-0000-7000-8000-000000000001")
"""The job that caused the events, unless `by` says otherwise."""
_NOT_DUMPED = re.compile("class|document|part_change|word.*|sqlite_.*")
_SCHEMA = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
_DOCUMENTS = "SELECT image_id, words FROM document ORDER BY image_id"
_TERMS = """SELECT term, image_id FROM temp.vocabulary LEFT JOIN document ON number = doc ORDER BY term, image_id"""


class By(msgspec.Struct, frozen=True):
    event: Event
    job_id: UUID


def by(job_id: UUID, event: Event) -> By:
    """The event as caused by this job or command."""
    return By(event, job_id)


def log_rows(events: Iterable[Event | By], first: int = 1) -> list[Row]:
    """Rows as the projector reads them from the log, recorded one second apart."""
    rows: list[Row] = []
    for position, item in enumerate(events, first):
        event, job = (item.event, item.job_id) if isinstance(item, By) else (item, JOB)
        data = codec.encode(event).decode()
        recorded = position * 1_000_000
        rows.append(
            (
                position,
                "E",
                event.TYPE,
                event.VERSION,
                data,
                job.bytes,
                recorded,
                position.to_bytes(16, "big"),
            )
        )
    return rows


@cache
def _empty() -> bytes:
    """Cached: creating the tables takes ten times as long as copying them."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    create(db)
    complete(db)
    content = db.serialize()
    db.close()
    return content


def read_tables() -> tuple[sqlite3.Connection, Tables]:
    """Empty read tables, in memory."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.deserialize(_empty())
    return db, Tables(db, Path("views-0-1.db"))


class _Emptied:
    """Read tables that are used again and again. SQLite compiles a statement with all that its triggers do, for each
    connection anew, which takes twenty times as long as to run it: here it never learns that the file is another."""

    def __init__(self) -> None:
        self._file = tempfile.NamedTemporaryFile(suffix=".db", buffering=0)  # noqa: SIM115  as long as this process
        self._file.write(_empty())
        self._db = sqlite3.connect(self._file.name, isolation_level=None, cached_statements=1000)
        self._db.execute("PRAGMA journal_mode = MEMORY")
        self._db.execute("PRAGMA synchronous = OFF")

    def again(self) -> tuple[sqlite3.Connection, Tables]:
        assert not self._db.in_transaction
        self._file.seek(0)
        self._file.write(_empty())
        self._file.truncate()
        return self._db, Tables(self._db, Path("views-0-1.db"))


_emptied = cache(_Emptied)


def emptied_tables() -> tuple[sqlite3.Connection, Tables]:
    """As `read_tables`, but the same ones each time. Nobody closes them."""
    return _emptied().again()


def deliver(tables: Tables, *batches: Sequence[Row]) -> None:
    for rows in batches:
        tables.apply(batch(list(rows)), rows[-1][0], rows[-1][7])


def dump(db: sqlite3.Connection) -> str:
    """Everything in the tables, sorted: those with rowids hold it in the order of writing. For the full-text index only
    which words lead to which images, because its document numbers and storage layout depend on that order, too."""
    db.execute("PRAGMA query_only = OFF")  # would refuse what is temporary, too
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, word, instance)")
    db.execute("BEGIN")
    kept = []
    for type_, name, sql in db.execute(_SCHEMA).fetchall():
        kept.append(f"{type_} {name}: {sql}")
        if type_ == "table" and not _NOT_DUMPED.fullmatch(name):
            kept += sorted(f"{name}: {row}" for row in db.execute(f'SELECT * FROM "{name}"'))
    kept += [f"{image_id}: {words}" for image_id, words in db.execute(_DOCUMENTS)]
    kept += [f"{term} -> {image_id}" for term, image_id in db.execute(_TERMS)]
    db.execute("ROLLBACK")
    return "\n".join(kept)


class Given:
    def __init__(self, events: Sequence[Event | By]) -> None:
        self._events = events

    def then(self, sql: str, *rows: tuple[Any, ...]) -> "Given":
        """Check the query's rows with all events in one batch, one by one, each delivered twice, and all delivered
        twice."""
        log = log_rows(self._events)
        singly = [[row] for row in log]
        doubly = [[row, row] for row in log]
        for way in ([log], singly, doubly, [log, log]):
            db, tables = emptied_tables()
            deliver(tables, *way)
            assert db.execute(sql).fetchall() == list(rows)
        return self

    def when(
        self, evolve: Callable[[S | None, Event], S | None], decide: Callable[[S | None], list[Event]]
    ) -> "Decided[S]":
        """`decide` gets the state after the events."""
        state: S | None = None
        for item in self._events:
            state = evolve(state, item.event if isinstance(item, By) else item)
        return Decided(state, decide)


class Decided(Generic[S]):
    def __init__(self, state: S | None, decide: Callable[[S | None], list[Event]]) -> None:
        self._state, self._decide = state, decide

    def then(self, *events: Event) -> None:
        assert self._decide(self._state) == list(events)

    def refused(self, error: type[Exception], says: str = "") -> None:
        """`says`: part of the message that the person reads."""
        try:
            decided = self._decide(self._state)
        except error as refusal:
            assert says in str(refusal)
        else:
            raise AssertionError(f"not refused, but decided: {decided}")


def in_stream(event: Event, before: Sequence[Event], after: Sequence[Event]) -> InStream:
    """An event among others of its stream, at positions 1, 2, …"""
    rows = [Recorded(position, one) for position, one in enumerate([*before, event, *after], 1)]
    return InStream(rows[: len(before)], rows[len(before)], rows[len(before) + 1 :])


def given(*events: Event | By) -> Given:
    return Given(events)
