"""What the words of a search mean together: times, synonyms of a few words, `or`, `without`, and words that mean
nothing. Pure.

    photos of my dog or cat, last summer   ->   (dog or cat) and last summer

Nothing is lost by it: a photo also matches if its names and descriptions contain the words themselves.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec

from services.gateway.search.dates import Time
from services.gateway.search.grammar import CHOICES, Search, Term, Token
from services.gateway.search.place_names import known_as
from services.gateway.search.times import Times
from services.gateway.search.word import bare
from services.knowledge.search_words import MOST_WORDS, meanings, normal
from services.knowledge.synonyms import SYNONYM_WORDS, meant

_PUNCTUATION: Final = " ,;:!?.()[]{}'’`\"“”„«»…"


class Unit(msgspec.Struct, frozen=True):
    """Words that mean one thing."""

    text: str
    """As they were written."""
    options: tuple[tuple[Term, ...], ...]
    """Any of these, of which all terms must match."""
    excluded: bool = False
    time: Time = ()
    """If they are a time."""
    soft: bool = False
    """A word such as `holiday`, which counts beside others only if something is called so."""
    first: int = 0
    last: int = 0
    """Where they are in the text, the end exclusive."""

    @property
    def term(self) -> Term:
        """The words themselves, or the term with a key."""
        return next(term for option in self.options for term in option if term.key or not term.time)


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
    pieces = list(_pieces(search, today, south))
    units = [piece for piece in pieces if piece.unit]
    if not units:
        if any(piece.kind == "media" for piece in pieces):
            return Understood()
        units = [_Piece(piece.first, piece.last, "unit", _alone(piece.text)) for piece in pieces]
        return Understood(tuple(_clause([one]) for one in units))
    clauses = tuple(_clauses(pieces))
    return Understood(clauses if len(clauses) > 1 else tuple(map(_hardened, clauses)))


class _Piece(msgspec.Struct, frozen=True):
    first: int
    last: int
    kind: str
    """`unit`, or what the words do: `or`, `not`, `media`, `idle`."""
    unit: Unit | None = None
    text: str = ""


def _clauses(pieces: Sequence[_Piece]) -> Iterator[Clause]:
    """`or` and `not` count if there is something for them to work on; a `not` that has nothing is a word."""
    open_units: list[_Piece] = []
    joined, negated, began = False, False, 0
    for number, piece in enumerate(pieces):
        if piece.kind == "or":
            joined = bool(open_units)
        elif piece.kind == "not":
            began = piece.first
            if any(later.unit for later in pieces[number + 1 :]):
                negated = True
            else:
                yield from [_clause(open_units)] if open_units else []
                open_units, joined = [], False
                yield _clause([_Piece(piece.first, piece.last, "unit", _alone(piece.text))])
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


def _clause(pieces: Sequence[_Piece]) -> Clause:
    return Clause(
        tuple(
            msgspec.structs.replace(piece.unit, first=piece.first, last=piece.last)
            for piece in pieces
            if piece.unit
        )
    )


def _pieces(search: Search, today: date, south: bool) -> Iterator[_Piece]:
    at, tokens = 0, search.tokens
    while at < len(tokens):
        if not tokens[at].plain:
            yield _written(search.text, tokens[at], today, south)
            at += 1
            continue
        run = at
        while run < len(tokens) and tokens[run].plain:
            run += 1
        yield from _read(search.text, tokens[at:run], today, south)
        at = run


def _written(text: str, token: Token, today: date, south: bool) -> _Piece:
    """A term with a key, quotes or a minus: one by itself."""
    term = msgspec.structs.replace(token.term, excluded=False)
    options, time = [(term,)], Time()
    if not term.key and term.values:
        words = term.values[0].split()
        reading = Times(words, today, south).at(0)
        if reading and reading[1] == len(words):
            time = reading[0]
            options.append((Term("", term.values, time=time),))
    unit = Unit(text[token.first : token.last], tuple(options), token.term.excluded, time)
    return _Piece(token.first, token.last, "unit", unit)


def _read(text: str, tokens: Sequence[Token], today: date, south: bool) -> Iterator[_Piece]:
    """Plain words, the longest meaning first."""
    words = [bare(token.term.values[0].strip(_PUNCTUATION)) or token.term.values[0] for token in tokens]
    times, at = Times([text[token.first : token.last] for token in tokens], today, south), 0
    while at < len(words):
        reading = times.at(at)
        synonym = _synonym(words, at)
        kind, ended = _function(words, at)
        end = max(at + 1, reading[1] if reading else 0, synonym, ended)
        first, last = tokens[at].first, tokens[end - 1].last
        typed = text[first:last].strip(_PUNCTUATION)
        if ended == end and ended > max(reading[1] if reading else 0, synonym):
            yield _Piece(first, last, kind, text=typed)
        else:
            time = reading[0] if reading and reading[1] == end else ()
            yield _Piece(first, last, "unit", _unit(typed, words[at:end], time))
        at = end


def _unit(typed: str, words: Sequence[str], time: Time) -> Unit:
    whole = " ".join(words)
    options: list[tuple[Term, ...]] = [(Term("", (whole,), time=time),)] if time else []
    for target in meant(whole):
        key, _, value = target.partition(":")
        if key in CHOICES:
            options.append((Term(key, (value,)),))
    options.append((Term("", (whole,)),))
    if len(words) > 1:
        options.append(tuple(Term("", (word,)) for word in words if not _is_idle(word)))
    soft = len(words) == 1 and "soft" in meanings(normal(whole))
    return Unit(typed, tuple(option for option in options if option), time=time, soft=soft)


def _alone(text: str) -> Unit:
    return Unit(text, ((Term("", (text,)),),))


def _is_idle(word: str) -> bool:
    return "stop" in meanings(normal(word))


def _synonym(words: Sequence[str], at: int) -> int:
    """The index after the longest synonym or place of several words; 0 if there is none."""
    for length in range(min(SYNONYM_WORDS, len(words) - at), 1, -1):
        phrase = " ".join(words[at : at + length])
        if meant(phrase) or known_as(phrase):
            return at + length
    return 0


def _function(words: Sequence[str], at: int) -> tuple[str, int]:
    """What words do that name nothing, and the index after them; 0 if they name something."""
    for length in range(min(MOST_WORDS, len(words) - at), 0, -1):
        meant_so = meanings(normal(" ".join(words[at : at + length])))
        for meaning, kind in (
            ("or", "or"),
            ("not", "not"),
            ("media", "media"),
            ("and", "idle"),
            ("stop", "idle"),
        ):
            if meaning in meant_so:
                return kind, at + length
    if re.fullmatch(r"\|+", words[at]):
        return "or", at + 1
    return "", 0
