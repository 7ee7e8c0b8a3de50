"""What a search would find if it were shown: hidden, binned and missing photos, and files that can't be read."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

import msgspec

from services.gateway.search.grammar import parse
from services.gateway.search.terms import ASKED, both, clause_conditions
from services.gateway.search.understanding import Understood, understood
from services.gateway.search.vocabulary import vocabulary
from services.gateway.search.word import begins
from services.gateway.tables.pool import Views, cached
from services.knowledge.folding import fold

_UNSEEN: Final = "SELECT 1 FROM image WHERE visible = 0 LIMIT 1"
_COUNT: Final = "SELECT count(*) FROM image i WHERE"
_UNREADABLE: Final = """SELECT full_path, path, reason FROM current_rejection WHERE ignored = 0 AND kind = 'file'
  ORDER BY position DESC LIMIT 5000"""


class UnreadableFile(msgspec.Struct, frozen=True):
    path: str
    """Full."""
    reason: str


class NotShown(msgspec.Struct, frozen=True):
    counts: dict[str, int]
    """State (`hidden`, as in `is:hidden`) -> number of photos, if there are any."""
    unreadable: Sequence[UnreadableFile]


@cached
async def not_shown(views: Views, q: str, today: date) -> NotShown:
    """Nothing if the search itself asks for such photos."""
    vocab = await vocabulary(views, today)
    meaning = understood(parse(q), vocab.today, vocab.south)
    if not meaning.clauses or any(state in ASKED for state in meaning.states):
        return NotShown({}, ())
    counts: dict[str, int] = {}
    if await views.fetch(_UNSEEN):
        fits = clause_conditions(meaning, vocab)
        for state, base in ASKED.items():
            sql, parameters = both([(base, []), *fits])
            # few photos are out of sight, so those are gone through, not all that match
            rows = await views.fetch(
                f"{_COUNT} {sql.replace('i.image_id IN (', '+i.image_id IN (')}", parameters
            )
            if rows and rows[0][0]:
                counts[state] = rows[0][0]
    return NotShown(counts, await _unreadable(views, meaning))


async def _unreadable(views: Views, meaning: Understood) -> list[UnreadableFile]:
    """Files whose path has all the words."""
    units = [unit for clause in meaning.clauses for unit in clause.units]
    plain = all(
        not unit.excluded and unit.term.key in ("", "name", "folder") and unit.term.values for unit in units
    )
    if not plain or len(units) != len(meaning.clauses):
        return []
    rows = await _rejected(views)
    tests = [(unit.term.key, unit.text if unit.time else unit.term.values[0]) for unit in units]
    fits = [begins(value) if not key else _holds(value, key == "name") for key, value in tests]
    return [UnreadableFile(full, reason) for full, path, reason in rows if all(fit(path) for fit in fits)]


@cached
async def _rejected(views: Views) -> list[tuple[str, str, str]]:
    return [(row[0], row[1], row[2]) for row in await views.fetch(_UNREADABLE)]


def _holds(value: str, name_only: bool) -> Callable[[str], bool]:
    wanted = fold(value)
    return lambda path: wanted in fold(path.rpartition("/")[2 if name_only else 0])
