"""What the read tables say of their own changes: in which table, in which part of the library, at which position."""

import sqlite3
from typing import Any

import pytest

from services.domain.albums.events import AlbumCreated
from services.domain.categories.decisions import CategoryAssigned
from services.domain.categories.events import ThresholdSet
from services.domain.duplicates.distinct import DistinctSet
from services.domain.files.events import FileAdded, ImageImported
from services.domain.photos.hiding import ImagesHidden
from services.domain.subject import Event
from services.projector import part_changes
from services.projector.tables import Tables
from tests.support.given import deliver, log_rows, read_tables

PICTURE: dict[str, Any] = {
    "format": "JPEG", "size": 1, "width": 4, "height": 3, "colour": "#000000", "taken_at": "2020-01-01T12:00:00",
    "taken_at_source": "exif",
}  # fmt: skip


def photo(image_id: str) -> list[Event]:
    return [
        ImageImported(image_id=image_id, **PICTURE),
        FileAdded(image_id=image_id, root="/photos", path=f"{image_id}.jpg", size=1, mtime_ns=1),
    ]


def noted(db: sqlite3.Connection, after: int) -> dict[str, set[str]]:
    """Table -> beginnings of ids."""
    found: dict[str, set[str]] = {}
    for table, prefix in db.execute(
        "SELECT table_name, prefix FROM part_change WHERE position > ?", (after,)
    ):
        found.setdefault(table, set()).add(prefix)
    return found


@pytest.fixture
def tables() -> tuple[sqlite3.Connection, Tables]:
    """With three photos, at position 6."""
    db, tables = read_tables()
    deliver(tables, log_rows([event for one in ("0a1", "0a2", "ff3") for event in photo(one)]))
    return db, tables


def test_of_new_photos_their_parts(tables: tuple[sqlite3.Connection, Tables]) -> None:
    assert noted(tables[0], 0)["image"] == {"0a", "ff"}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (CategoryAssigned(image_id="ff3", category_id="dog"), {"decision": {"ff"}}),
        (ImagesHidden(image_ids=["0a2", "ff3"]), {"hidden": {"0a", "ff"}, "image": {"0a", "ff"}}),
        (ThresholdSet(category_id="dog", threshold=0.5), {"category": {""}}),
        (AlbumCreated(album_id="1", name="Album"), {"any_album": {""}}),
        (DistinctSet(image_ids=["0a1", "ff3"]), {"distinct_photos": {""}}),
        (DistinctSet(image_ids=["0a1", "ff3"], image_id="ff3"), {"distinct_photos": {"ff"}}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_of_a_change_what_it_changed(
    tables: tuple[sqlite3.Connection, Tables], event: Event, expected: dict[str, set[str]]
) -> None:
    db, projector = tables
    deliver(projector, log_rows([event], 7))
    found = noted(db, 6)
    assert {table: found.get(table) for table in expected} == expected
    assert db.execute("SELECT count(*) FROM part_change WHERE position IS NULL").fetchone() == (0,)
    assert not found.keys() & {"part_change", "checkpoint", "due", *part_changes.SELDOM_READ}


def test_what_is_taken_back_was_no_change(tables: tuple[sqlite3.Connection, Tables]) -> None:
    """A transaction that fails."""
    db, _ = tables
    before = noted(db, 0)
    db.execute("BEGIN")
    db.execute("INSERT INTO decision VALUES ('771', 'dog', 1, 7)")
    db.execute("ROLLBACK")
    assert noted(db, 0) == before and "decision" not in before


def test_a_row_that_moves_to_another_photo_changes_both() -> None:
    db = sqlite3.connect(":memory:")
    db.execute(
        "CREATE TABLE part_change (table_name TEXT, prefix TEXT, position INTEGER, PRIMARY KEY (table_name, prefix))"
    )
    db.execute("CREATE TABLE owned (name TEXT PRIMARY KEY, image_id TEXT)")
    part_changes.notice(db)
    db.execute("INSERT INTO owned VALUES ('one', 'aa1')")
    part_changes.settle(db, 1)
    db.execute("UPDATE owned SET image_id = 'bb1'")
    part_changes.settle(db, 2)
    assert noted(db, 1) == {"owned": {"aa", "bb"}}
