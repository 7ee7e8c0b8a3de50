"""A log that can't be used at the start: the advice fits the reason."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.cli import preparation
from services.cli.errors import Unusable
from services.kernel.settings import Settings


def read_only(folder: Path) -> sqlite3.Error:
    """SQLite's own error."""
    with closing(sqlite3.connect(folder / "some.db")) as db:
        db.execute("CREATE TABLE t (x)")
    with closing(sqlite3.connect(f"{(folder / 'some.db').as_uri()}?mode=ro", uri=True)) as db:
        try:
            db.execute("INSERT INTO t VALUES (1)")
        except sqlite3.Error as error:
            return error
    raise AssertionError("it was written")


def full(folder: Path) -> sqlite3.Error:
    with closing(sqlite3.connect(folder / "some.db")) as db:
        db.execute("CREATE TABLE t (x)")
        db.execute("PRAGMA max_page_count = 2")
        try:
            db.execute("INSERT INTO t VALUES (zeroblob(100000))")
        except sqlite3.Error as error:
            return error
    raise AssertionError("it was written")


@pytest.mark.parametrize(
    ("fails", "advice"),
    [(read_only, "who may write there"), (full, "Free some space")],
    ids=["read-only", "full"],
)
def test_nothing_that_is_whole_is_to_be_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: object, advice: str
) -> None:
    assert callable(fails)
    error = fails(tmp_path)

    def opens(path: Path) -> None:
        raise error

    monkeypatch.setattr(preparation, "open_log", opens)
    with pytest.raises(Unusable) as unusable:
        preparation.prepare(Settings(data=tmp_path, previews=tmp_path / "previews"))
    assert advice in str(unusable.value) and str(tmp_path / "events.db") in str(unusable.value)
    assert "restore" not in str(unusable.value).lower()
