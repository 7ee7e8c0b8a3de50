"""Batching statements: few calls, and always the same result."""

import sqlite3

from hypothesis import given
from hypothesis import strategies as st

from services.projector.batch import Batch
from services.projector.rows.statement import Change, Statement, Table

NOTE = Table("note", 1)
SET = Statement(NOTE, "INSERT INTO note VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET said = excluded.said")
MORE = Statement(NOTE, "UPDATE note SET said = said || ?2 WHERE id = ?1")
DROP = Statement(NOTE, "DELETE FROM note WHERE id = ?")
SWEEP = Statement(NOTE, "UPDATE note SET said = said || ?", sweeping=True)
keys = st.integers(0, 3)
words = st.sampled_from("xyz")
changes = st.lists(
    st.one_of(
        st.tuples(st.just(SET), st.tuples(keys, words)),
        st.tuples(st.just(MORE), st.tuples(keys, words)),
        st.tuples(st.just(DROP), st.tuples(keys)),
        st.tuples(st.just(SWEEP), st.tuples(words)),
    ),
    max_size=30,
)


def notes() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("CREATE TABLE note (id INTEGER PRIMARY KEY, said TEXT)")
    return db


def content(db: sqlite3.Connection) -> list[tuple[int, str]]:
    rows = db.execute("SELECT * FROM note ORDER BY id").fetchall()
    db.close()
    return rows


@given(changes)
def test_grouped_is_the_same_as_in_order(some: list[Change]) -> None:
    """Only statements with different keys are reordered, and none across one that sweeps the table, so the rows are the
    same as in the original order."""
    plain, grouped, bulk = notes(), notes(), notes()
    for statement, parameters in some:
        plain.execute(statement.sql, parameters)
    batch = Batch()
    batch.add(some)
    batch.run(grouped)
    batch.run(bulk, set())
    expected = content(plain)
    assert content(grouped) == expected
    assert content(bulk) == expected


def test_statements_of_a_kind_become_one_call() -> None:
    """A thousand pictures take as many calls as one: deletes and inserts do not alternate."""
    batch = Batch()
    for key in range(1000):
        batch.add([(DROP, (key,)), (SET, (key, "x"))])
    calls: list[str] = []
    db = notes()
    db.execute("BEGIN")
    db.set_trace_callback(calls.append)
    batch.run(db)
    db.set_trace_callback(None)
    kinds = [sql.split()[0] for sql in calls]
    assert kinds == ["DELETE"] * 1000 + ["INSERT"] * 1000
    db.close()


PAIR = Table("pair", 2)
PUT, TAKE = (Statement(PAIR, f"{verb} pair") for verb in ("INSERT INTO", "DELETE FROM"))


def test_the_keys_that_were_touched_are_told_each_once() -> None:
    """Whether one statement touched them or several: a single column by its value, several as a tuple."""
    batch = Batch()
    batch.add([(SET, (1, "x")), (SET, (1, "y")), (PUT, ("a", "b", 1)), (PUT, ("a", "b", 2))])
    assert (batch.keys(NOTE), batch.keys(PAIR)) == ([1], [("a", "b")])
    batch.add([(DROP, (1,)), (MORE, (2, "z")), (TAKE, ("a", "b")), (TAKE, ("a", "c"))])
    assert (batch.keys(NOTE), batch.keys(PAIR)) == ([1, 2], [("a", "b"), ("a", "c")])
    assert (batch.keys(Table("other", 1)), batch.swept(NOTE)) == ([], False)
    batch.add([(SWEEP, ("s",))])
    assert (batch.swept(NOTE), batch.swept(PAIR)) == (True, False)
    assert batch.rows(SET) == [[(1, "x"), (1, "y")]]
    assert batch.rows(Statement(Table("other", 1), "SELECT 1")) == []
