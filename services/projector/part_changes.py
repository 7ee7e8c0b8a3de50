"""Notes which parts of the library have changed, table by table, for readers that keep answers (`part_change`).

Triggers note the beginning of the id of each photo whose rows are written, from the moment that a file is kept up to
date while it is read. In a table that isn't about photos, they note the empty beginning.
"""

import sqlite3
from collections.abc import Iterator
from typing import Final

UNNOTED: Final = ("checkpoint", "checkpoint_event", "due", "part_change")
SELDOM_READ: Final = ("document", "embedding", "heat", "likeness", "mention", "unfolded", "verdict")
"""Tables that pages seldom read, with several rows for each photo: to note their changes, too, would make following
slower. No reader keeps what it has read from a table whose changes are not noted."""

_TABLES: Final = """SELECT l.name, EXISTS (SELECT 1 FROM pragma_table_info(l.name) c WHERE c.name = 'image_id')
  FROM pragma_table_list l WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  ORDER BY l.name"""
_NOTE: Final = """CREATE TRIGGER {table}_part_{number} AFTER {what} ON {table} BEGIN
  INSERT INTO part_change (table_name, prefix) VALUES ('{table}', {prefix})
    ON CONFLICT (table_name, prefix) DO UPDATE SET position = NULL WHERE position IS NOT NULL;
END"""
_OF_PHOTOS: Final = {"INSERT": "NEW", "UPDATE": "NEW", "UPDATE OF image_id": "OLD", "DELETE": "OLD"}
_SETTLE: Final = "UPDATE part_change SET position = ? WHERE position IS NULL"


def notice(db: sqlite3.Connection) -> None:
    """From now on."""
    for trigger in list(_triggers(db)):
        db.execute(trigger)


def settle(db: sqlite3.Connection, position: int) -> None:
    """What this transaction has changed was changed at `position`."""
    db.execute(_SETTLE, (position,))


def _triggers(db: sqlite3.Connection) -> Iterator[str]:
    for table, of_photos in db.execute(_TABLES).fetchall():
        if table in UNNOTED or table in SELDOM_READ:
            continue
        for number, (what, row) in enumerate(_OF_PHOTOS.items()):
            prefix = f"ifnull(substr({row}.image_id, 1, 2), '')" if of_photos else "''"
            if of_photos or what != "UPDATE OF image_id":
                yield _NOTE.format(table=table, number=number, what=what, prefix=prefix)
