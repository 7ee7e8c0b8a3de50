"""Every name that a category or an album has had: a search may still call it by an earlier one."""

from typing import Final

from services.projector.rows.statement import Change, Place, Statement, Table

_GIVEN: Final = Statement(
    Table("name_given", 2),
    """INSERT INTO name_given (id, name, owner, position) VALUES (?, ?, ?, ?)
    ON CONFLICT (id, name) DO UPDATE SET position = excluded.position""",
)


def given(owner: str, id_: str, name: str, at: Place) -> Change:
    """`owner`: `category` or `album`."""
    return _GIVEN, (id_, name, owner, at.position)
