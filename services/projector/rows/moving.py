"""The rows of a photo folder that has got another path: they get its new root, all at once.

Only rows that came to the former root before that (`since`) do, and they take the place of those with the same path
below the new root. So the statements can be repeated, also after the former path has got new files.
"""

from collections.abc import Sequence
from typing import Final

from services.domain.files.sources import RootMove
from services.projector.rows.statement import Changes, Statement, Table


class Moving:
    """Of one table."""

    def __init__(self, table: Table, within: str) -> None:
        """`within`: the columns of its primary key besides `root`."""
        leaving: Final = "root = ?1 AND since < ?3"
        self._clear = Statement(
            table,
            f"""DELETE FROM {table.name} WHERE root = ?2
              AND ({within}) IN (SELECT {within} FROM {table.name} WHERE {leaving})""",
            sweeping=True,
        )
        self._move = Statement(
            table, f"UPDATE {table.name} SET root = ?2, since = ?3 WHERE {leaving}", sweeping=True
        )
        self._aside = Statement(table, f"UPDATE {table.name} SET root = ?2 WHERE {leaving}", sweeping=True)

    def changes(self, moves: Sequence[RootMove], position: int) -> Changes:
        """Several roots may change places: all are set aside before the first gets its new path."""
        if len(moves) == 1:
            return self._placed(moves[0].former, moves[0].root, position)
        changes: Changes = [
            (self._aside, (move.former, _aside(number), position)) for number, move in enumerate(moves)
        ]
        for number, move in enumerate(moves):
            changes += self._placed(_aside(number), move.root, position)
        return changes

    def _placed(self, former: str, root: str, position: int) -> Changes:
        return [(self._clear, (former, root, position)), (self._move, (former, root, position))]


def _aside(number: int) -> str:
    """No root, as those are absolute paths."""
    return str(number)
