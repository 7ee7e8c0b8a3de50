"""The assembled SQL of all subjects: each statement in its step."""

import sqlite3
from pathlib import Path

import pytest

from services.projector.schema import assembled, lay_out, schema, statements
from tests.support.given import read_tables

FOLDER = Path(__file__).parents[2] / "services" / "projector" / "projections"
PEAR = """-- Pears; they hang on trees.
CREATE TABLE pear (tree TEXT, ripe INTEGER DEFAULT 0) STRICT;  -- ripe: 1 in autumn
CREATE INDEX pear_tree ON pear (tree);
CREATE VIEW basket AS SELECT tree FROM pear WHERE ripe;

-- At once for all.
UPDATE pear SET ripe = 1;
CREATE TRIGGER falls AFTER INSERT ON pear BEGIN
  UPDATE pear SET ripe = 1 WHERE tree = NEW.tree;
END;
-- The end.
"""


def names(db: sqlite3.Connection, *types: str) -> set[str]:
    rows = db.execute("SELECT type, name FROM sqlite_schema").fetchall()
    return {name for type_, name in rows if type_ in types}


def test_a_statement_belongs_to_the_step_that_it_says() -> None:
    """Within a step, in the order of the scripts; comments stay with their statements."""
    whole = assembled([PEAR, PEAR.replace("pear", "plum")])
    assert [sql.partition("(")[0] for sql in whole.tables][::2] == [
        "-- Pears; they hang on trees.\nCREATE TABLE pear ",
        "-- Pears; they hang on trees.\nCREATE TABLE plum ",
    ]
    assert [len(step) for step in (whole.tables, whole.indexes, whole.settling, whole.triggers)] == [
        4,
        2,
        2,
        2,
    ]
    assert whole.settling[1] == "\n-- At once for all.\nUPDATE plum SET ripe = 1;\n"
    assert whole.triggers[0].endswith("END;\n")


@pytest.mark.parametrize(
    "script", ["DROP TABLE pear;", "CREATE TABLE pear (tree TEXT)", "PRAGMA user_version = 3;"]
)
def test_what_makes_no_tables_is_refused(script: str) -> None:
    """A statement that would not run, or not where expected."""
    with pytest.raises(ValueError, match=r"statement does not end|nothing that read tables are made of"):
        assembled([script])


def test_every_subject_is_in_it() -> None:
    """All SQL files beside the projections, each statement once."""
    scripts = [FOLDER.parent / "checkpoint.sql", *FOLDER.glob("*.sql")]
    whole = schema()
    steps = [*whole.tables, *whole.indexes, *whole.settling, *whole.triggers]
    assert sorted(steps) == sorted(sql for script in scripts for sql in statements(script.read_text("utf-8")))


def test_tables_laid_out_by_hand_are_those_of_a_whole_file() -> None:
    """Except for triggers on tables, which would change the rows being written; those on views only fire on inserts
    there, those on `due` on what is deleted from it."""
    bare, (whole, _) = sqlite3.connect(":memory:"), read_tables()
    lay_out(bare)
    for types in (("table",), ("view",), ("index",)):
        assert names(bare, *types) == names(whole, *types)
    owners = "SELECT tbl_name FROM sqlite_schema WHERE type = 'trigger'"
    assert {row[0] for row in bare.execute(owners)} <= names(bare, "view") | {"due"}
    assert {row[0] for row in whole.execute(owners)} & names(whole, "table")
