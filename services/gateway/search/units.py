"""The units of a search: words that mean one thing together, and words that join or negate others. Pure."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from operator import contains
from typing import Final, NamedTuple

import msgspec

from services.gateway.i18n.builtin_names import builtin_phrases
from services.gateway.search.dates import Time, month_number
from services.gateway.search.grammar import CHOICES, MOST_TERMS, Search, Term, Token
from services.gateway.search.place_names import known_as
from services.gateway.search.times import Times
from services.gateway.search.word import bare, words
from services.knowledge import compounds
from services.knowledge.search_words import MOST_WORDS, elision, meanings, normal
from services.knowledge.stems import STEMMERS, nouns
from services.knowledge.synonyms import SYNONYM_WORDS, meant
from services.knowledge.synonyms import normal as plain_phrase

_PUNCTUATION: Final = " ,;:!?.()[]{}'’`\"“”„«»…#@"
_EITHER: Final = re.compile(r"[^\W\d_]{3,}(?:[/|][^\W\d_]{3,})+")
_LIST: Final = re.compile(r"[^\W\d_]{2,}(?:[;,+&][^\W\d_]{2,})+")
_MONTHS: Final = re.compile(r"([^\W\d_]+)([-–—])([^\W\d_]+)")
_PART: Final = re.compile(r"[^\W\d_]+")
_PARTS_OF_MONTH: Final = frozenset({"early", "middle", "late"})
"""What the first word of `mid-August` means."""
_STARS: Final = re.compile(r"[1-5]")


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
    named: str = ""
    """The part of the word that names something, if not all of it: `Hunde` of `Hundefotos`."""
    first: int = 0
    last: int = 0
    """Where they are in the text, the end exclusive."""

    @property
    def term(self) -> Term:
        """The words themselves, or the term with a key."""
        if self.named:
            return Term("", (self.named,))
        return next(term for option in self.options for term in option if term.key or not term.time)


class Piece(msgspec.Struct, frozen=True):
    first: int
    last: int
    kind: str
    """`unit`, or what the words do: `or`, `not`, `media`, `idle`."""
    unit: Unit | None = None
    text: str = ""


class _Word(NamedTuple):
    text: str
    """Without punctuation around it."""
    raw: str
    first: int
    last: int
    either: bool = False
    """It is written behind another one, with what means `or` between them."""
    elided: bool = False
    """It is the `l'` of `l'été`."""


def pieces(search: Search, today: date, south: bool) -> Iterator[Piece]:
    at, tokens = 0, search.tokens
    while at < len(tokens):
        if not tokens[at].plain:
            yield _written(search.text, tokens[at], today, south)
            at += 1
            continue
        run = at
        while run < len(tokens) and tokens[run].plain:
            run += 1
        typed = [one for token in tokens[at:run] for one in _words(search.text, token)][:MOST_TERMS]
        yield from _read(search.text, typed, today, south)
        at = run


def alone(text: str) -> Unit:
    """A word that is nothing but a word."""
    return Unit(text, ((Term("", (text,)),),))


def _written(text: str, token: Token, today: date, south: bool) -> Piece:
    """A term with a key, quotes or a minus: one by itself."""
    term = msgspec.structs.replace(token.term, excluded=False)
    options, time = [(term,)], Time()
    if not term.key and term.values:
        typed = term.values[0].split()
        reading = Times(typed, today, south).at(0)
        if reading and reading[1] == len(typed):
            time = reading[0]
            options.append((Term("", term.values, time=time),))
    unit = Unit(text[token.first : token.last], tuple(options), token.term.excluded, time)
    return Piece(token.first, token.last, "unit", unit)


def _words(text: str, token: Token) -> Iterator[_Word]:
    """The words of a token: several with `/` or `;` between them, and each of a row of emoji once."""
    raw = text[token.first : token.last]
    whole = bare(raw.strip(_PUNCTUATION)) or raw
    parts = _parts(raw, whole)
    if end := elision(raw.lstrip(_PUNCTUATION)):
        end += len(raw) - len(raw.lstrip(_PUNCTUATION))
        yield _Word(raw[: end - 1], raw[:end], token.first, token.first + end, elided=True)
        yield from _words(text, msgspec.structs.replace(token, first=token.first + end))
        return
    if not parts:
        yield _Word(whole, raw, token.first, token.last)
        return
    for number, (begin, end) in enumerate(parts):
        first, last = token.first + begin, token.first + end
        either = number > 0 and _EITHER.fullmatch(whole) is not None
        yield _Word(text[first:last], text[first:last], first, last, either)


def _parts(raw: str, whole: str) -> list[tuple[int, int]]:
    """Where the words of a token are in it, if there are several."""
    if meant(whole):
        return []
    if _EITHER.fullmatch(whole) or _LIST.fullmatch(whole):
        return [match.span() for match in _PART.finditer(raw)]
    if (pair := _MONTHS.fullmatch(whole)) and month_number(pair[3]):
        if month_number(pair[1]):
            return [match.span() for match in re.finditer(r"[^\W\d_]+|[-–—]", raw)]
        if not _PARTS_OF_MONTH.isdisjoint(meanings(normal(pair[1]))):
            return [match.span() for match in _PART.finditer(raw)]
    if words(raw):
        return []
    signs = {sign: (at, at + 1) for at, sign in enumerate(raw) if meant(sign)}
    return list(signs.values())


def _read(text: str, typed: Sequence[_Word], today: date, south: bool) -> Iterator[Piece]:
    """Plain words, the longest meaning first."""
    plain = [one.text for one in typed]
    times, at = Times([one.raw for one in typed], today, south), 0
    while at < len(typed):
        if typed[at].either:
            yield Piece(typed[at].first, typed[at].last, "or")
        reading = times.at(at)
        if reading and _says_nothing(typed[at]) and times.at(at + 1) == reading:
            reading = None
        length = max(reading[1] if reading else 0, _phrase(plain, at), _stars(plain, at))
        kind, following = ("idle", at + 1) if typed[at].elided else _function(plain, at)
        end = max(at + 1, length, following)
        first, last = typed[at].first, typed[end - 1].last
        phrase = text[first:last].strip(_PUNCTUATION)
        if following == end and following > length:
            yield Piece(first, last, kind, text=phrase)
        else:
            time = reading[0] if reading and reading[1] == end else ()
            label = typed[at].text if end == at + 1 else phrase
            yield Piece(first, last, "unit", _unit(label, plain[at:end], time, today, south))
        at = end


def _unit(typed: str, plain: Sequence[str], time: Time, today: date, south: bool) -> Unit:
    whole = " ".join(plain)
    options: list[tuple[Term, ...]] = [(Term("", (whole,), time=time),)] if time else []
    for target in meant(whole):
        key, _, value = target.partition(":")
        if key in CHOICES:
            options.append((Term(key, (value,)),))
    if _stars(plain, 0):
        options.append((Term("rating", (plain[0],)),))
    options.append((Term("", (whole,)),))
    if len(plain) > 1:
        options.append(tuple(Term("", (one,), literal=not time) for one in plain if not _is_idle(one)))
        return Unit(typed, tuple(option for option in options if option), time=time)
    head, tail = compounds.parts(whole) if not meant(whole) else ("", "")
    if head:
        options += _of_compound(head, tail, today, south)
    soft = "soft" in meanings(normal(head or whole))
    return Unit(typed, tuple(options), time=time, soft=soft, named=head)


def _says_nothing(one: _Word) -> bool:
    return one.elided or _is_idle(one.text)


def _is_idle(one: str) -> bool:
    return "stop" in meanings(normal(one)) and not _is_abbreviation(one)


def _is_abbreviation(one: str) -> bool:
    """`LA` and `US` are places; `la` and `us` are no more than words."""
    return 1 < len(one) < 4 and one.isupper() and bool(known_as(one))


def _of_compound(head: str, tail: str, today: date, south: bool) -> Iterator[tuple[Term, ...]]:
    """`Winterbilder`, `Hundevideos`: what the head means, and what the tail adds to it."""
    more = (Term("", (tail,)),) if tail else ()
    yield (Term("", (head,)), *more)
    if reading := Times([head], today, south).at(0):
        yield (Term("", (head,), time=reading[0]), *more)


def _stars(plain: Sequence[str], at: int) -> int:
    """The index after `4 stars`; 0 if there is none."""
    rated = (
        plain[at + 1 :] and _STARS.fullmatch(plain[at]) and "key:rating" in meanings(normal(plain[at + 1]))
    )
    return at + 2 if rated else 0


def _phrase(plain: Sequence[str], at: int) -> int:
    """The index after the longest synonym, category or place of several words; 0 if there is none."""
    for length in range(min(SYNONYM_WORDS, len(plain) - at), 1, -1):
        phrase = " ".join(plain[at : at + length])
        if meant(phrase) or known_as(phrase) or _is_category(phrase):
            return at + length
    return 0


def _is_category(phrase: str) -> bool:
    for code in STEMMERS:
        forms = [nouns(code, one) for one in plain_phrase(phrase).split()]
        names = (name for first in forms[:1] for one in first for name in builtin_phrases().get(one, ()))
        if any(len(name) == len(forms) and all(map(contains, forms, name)) for name in names):
            return True
    return False


def _function(plain: Sequence[str], at: int) -> tuple[str, int]:
    """What words do that name nothing, and the index after them; 0 if they name something."""
    for length in range(min(MOST_WORDS, len(plain) - at), 0, -1):
        senses = meanings(normal(" ".join(plain[at : at + length])))
        if length == 1 and "stop" in senses and _is_abbreviation(plain[at]):
            continue
        for sense, kind in (
            ("or", "or"),
            ("not", "not"),
            ("media", "media"),
            ("and", "idle"),
            ("stop", "idle"),
        ):
            if sense in senses:
                return kind, at + length
    if re.fullmatch(r"\|+", plain[at]):
        return "or", at + 1
    return ("", 0) if words(plain[at]) or meant(plain[at]) else ("idle", at + 1)
