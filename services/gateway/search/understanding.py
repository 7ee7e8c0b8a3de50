"""What the words of a search mean together: times, synonyms of a few words, `or`, `without`, and words that mean
nothing. Pure.

    photos of my dog or cat, last summer   ->   (dog or cat) and last summer

Nothing is lost by it: a photo also matches if its names and descriptions contain the words themselves.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache

import msgspec

from services.gateway.search.grammar import MOST_TERMS, Search
from services.gateway.search.units import Piece, Unit, alone, pieces


class Clause(msgspec.Struct, frozen=True):
    """Units with `or` between them."""

    units: tuple[Unit, ...]

    def written(self, text: str) -> str:
        """Its part of the text."""
        return text[self.units[0].first : self.units[-1].last].strip(" ,;")


class Understood(msgspec.Struct, frozen=True):
    """A photo must match all clauses; without any, every photo does."""

    clauses: tuple[Clause, ...] = ()

    @property
    def states(self) -> set[str]:
        """States by which photos are wanted that no search finds otherwise (`hidden`)."""
        return {
            value
            for clause in self.clauses
            for unit in clause.units
            if not unit.excluded
            for option in unit.options
            for term in option
            if term.key == "is" and not term.excluded
            for value in term.values
        }


@lru_cache(maxsize=256)
def understood(search: Search, today: date, south: bool = False) -> Understood:
    """`south`: seasons are those of the southern hemisphere."""
    read = list(pieces(search, today, south))
    if not any(piece.unit for piece in read):
        if any(piece.kind == "media" for piece in read):
            return Understood()
        words = [Piece(piece.first, piece.last, "unit", alone(piece.text)) for piece in read]
        return Understood(tuple(_clause([one]) for one in words))
    clauses = tuple(_clauses(read))[:MOST_TERMS]
    return Understood(clauses if len(clauses) > 1 else tuple(map(_hardened, clauses)))


def _clauses(read: Sequence[Piece]) -> Iterator[Clause]:
    """`or` and `not` count if there is something for them to work on; a `not` that has nothing is a word."""
    open_units: list[Piece] = []
    joined, negated, began = False, False, 0
    for number, piece in enumerate(read):
        if piece.kind == "or":
            joined = bool(open_units)
        elif piece.kind == "not":
            began = piece.first
            if any(later.unit for later in read[number + 1 :]):
                negated = True
            else:
                yield from [_clause(open_units)] if open_units else []
                open_units = []
                yield _clause([Piece(piece.first, piece.last, "unit", alone(piece.text))])
        elif piece.unit:
            one = piece
            if negated:
                unit = msgspec.structs.replace(piece.unit, excluded=True)
                one = msgspec.structs.replace(piece, unit=unit, first=began)
            if open_units and not joined:
                yield _clause(open_units)
                open_units = []
            open_units.append(one)
            joined = negated = False
    if open_units:
        yield _clause(open_units)


def _hardened(clause: Clause) -> Clause:
    """One that stands alone."""
    return Clause(tuple(msgspec.structs.replace(unit, soft=False) for unit in clause.units))


def _clause(parts: Sequence[Piece]) -> Clause:
    return Clause(
        tuple(
            msgspec.structs.replace(piece.unit, first=piece.first, last=piece.last)
            for piece in parts
            if piece.unit
        )
    )
