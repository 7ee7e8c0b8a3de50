"""The part of a search that a words model reads, and what it can’t read: keys, times, and what is excluded. Pure."""

from datetime import date
from typing import NamedTuple

from services.gateway.search.grammar import Search, Token
from services.gateway.search.understanding import understood


class Parts(NamedTuple):
    sentence: str
    """Empty if a model can add nothing to the search."""
    rest: str
    """What photos must match all the same, as a search."""


def parts(search: Search, today: date, south: bool) -> Parts:
    """`south`: as of `understood`."""
    units = [unit for clause in understood(search, today, south).clauses for unit in clause.units]
    strict = [(unit.first, unit.last) for unit in units if unit.excluded or unit.time]

    def is_strict(token: Token) -> bool:
        within = any(first <= token.first and token.last <= last for first, last in strict)
        return within or bool(token.term.key) or token.term.excluded

    free = [token for token in search.tokens if not is_strict(token)]
    others = [token for token in search.tokens if is_strict(token)]
    return Parts(*(" ".join(_written(search, token) for token in some) for some in (free, others)))


def _written(search: Search, token: Token) -> str:
    return search.text[token.first : token.last]
