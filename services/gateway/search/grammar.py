"""Parses the text of the search field into terms. Pure; no text makes it fail.

    dog -cat "red car" year:2014..2016 camera:nokia album:"Trip to Rome" place:rome
    category:dog|cat is:hidden near:48.1,11.6

A photo must match all terms; `-` negates a term; `|` between the values of a key means any of them.
"""

import difflib
import re
import unicodedata
from typing import Final

import msgspec

from services.gateway.details import NUMBERS
from services.gateway.i18n.language import N_, _
from services.gateway.search.dates import SPANNED, Span, span
from services.gateway.search.numbers import number_range
from services.gateway.search.places import Circle, place
from services.gateway.search.states import OWNED, STATES
from services.gateway.search.word import words

LONGEST_SEARCH: Final = 500
"""Characters; the rest of a longer search is ignored."""
MOST_TERMS: Final = 24
"""Terms per search, and values per term."""
NAMED: Final = (
    *("category", "kind", "album", "place", "camera", "lens", "folder", "name", "type", "person", "keyword"),
)
"""Keys whose value is a name or its beginning."""
CHOICES: Final = {"is": STATES, "has": tuple(OWNED)}
KEYS: Final = (*NAMED, *SPANNED, "near", *NUMBERS, *CHOICES)
EXAMPLES: Final = {
    "year": N_("year:2016 or year:2014..2016"),
    "month": N_("month:june or month:2016-03..2016-06"),
    "date": N_("date:2016-06-12 or date:2016-06-01..2016-06-12"),
    "near": N_("near:48.1,11.6 or near:48.1,11.6,5 (kilometres)"),
}
_TOKEN: Final = re.compile(r'(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"?|([^\s"]+))', re.DOTALL)
_BARE_KEY: Final = re.compile(r"-?([A-Za-z]+):(?=\s|$)")


class Term(msgspec.Struct, frozen=True):
    key: str
    """One of KEYS; empty for a word that is searched for everywhere."""
    values: tuple[str, ...]
    """Alternatives; empty if the value is invalid, which matches nothing."""
    excluded: bool = False
    span: Span | None = None
    place: Circle | None = None


class Search(msgspec.Struct, frozen=True):
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    """A sentence for everything that was not understood."""


def parse(text: str) -> Search:
    notes: list[str] = []
    clean = _clean(text)
    if len(clean) > LONGEST_SEARCH:
        notes.append(
            _(
                "A search is at most %(most)s characters long; what comes behind was left out.",
                most=LONGEST_SEARCH,
            )
        )
        clean = clean[:LONGEST_SEARCH]
    if clean.count('"') % 2:
        notes.append(_("A quotation mark is not closed; it was taken to end with the search."))
    terms: list[Term] = []
    notes += [_valueless(key.lower()) for key in _BARE_KEY.findall(clean) if key.lower() in KEYS]
    for minus, key, quoted, plain in _TOKEN.findall(_BARE_KEY.sub(" ", clean)):
        if term := _term(key.lower(), plain or quoted, bool(plain), minus == "-", notes):
            terms.append(term)
    if len(terms) > MOST_TERMS:
        notes.append(_("A search has at most %(most)s terms; the others were left out.", most=MOST_TERMS))
    return Search(tuple(terms[:MOST_TERMS]), tuple(dict.fromkeys(notes)))


def _clean(text: str) -> str:
    """NFC, without control characters or anything that can't be encoded."""
    text = text[: LONGEST_SEARCH * 4].encode("utf-8", "replace").decode("utf-8")
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return unicodedata.normalize("NFC", text).strip()


def _term(key: str, value: str, plain: bool, excluded: bool, notes: list[str]) -> Term | None:
    """`plain`: unquoted, so that `|` separates values."""
    if key and key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, 1)
        notes.append(
            _("There is no “%(key)s:”, so it was looked for as a word.", key=key) + " " + _hint(near)
        )
        key, value = "", f"{key} {value}"
    if not key:
        return _word(value, excluded, notes)
    if key in SPANNED or key == "near":
        return _measured(key, value, excluded, notes)
    alternatives = value.split("|") if plain else [value]
    values = tuple(v.strip() for v in alternatives[:MOST_TERMS] if v.strip())
    if key in CHOICES:
        values = _known(key, values, notes)
    if key in NUMBERS:
        values = _numbers(key, values, notes)
    return Term(key, values, excluded)


def _numbers(key: str, values: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    """The values that are a number or a range of numbers."""
    notes += [_not_understood(key, value) for value in values if number_range(value) is None]
    return tuple(value for value in values if number_range(value) is not None)


def _word(value: str, excluded: bool, notes: list[str]) -> Term | None:
    if words(value):
        return Term("", (value,), excluded)
    if not value.strip("-"):
        return None
    notes.append(_("“%(word)s” has no letter or digit that could be looked for.", word=value))
    return Term("", (), excluded)


def _known(key: str, values: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    """The values that are valid for the key."""
    choices = CHOICES[key]
    names = ", ".join(choices)
    notes += [
        _("“%(key)s:%(value)s” is not known. There are %(names)s.", key=key, value=value, names=names)
        for value in values
        if value.lower() not in choices
    ]
    return tuple(value.lower() for value in values if value.lower() in choices)


def _measured(key: str, value: str, excluded: bool, notes: list[str]) -> Term:
    when = span(key, value) if key in SPANNED else None
    where = place(value) if key == "near" else None
    if when is not None or where is not None:
        return Term(key, (value,), excluded, when, where)
    notes.append(_not_understood(key, value))
    return Term(key, (), excluded)


def _not_understood(key: str, value: str) -> str:
    return _(
        "“%(key)s:%(value)s” is not understood: write %(example)s.",
        key=key,
        value=value,
        example=_example(key),
    )


def quoted(value: str) -> str:
    """A value as written after a key, in quotes if necessary."""
    value = value.replace('"', " ").strip()
    return value if re.fullmatch(r"[\w.-]+", value) else f'"{value}"'


def _valueless(key: str) -> str:
    return _(
        "“%(key)s:” needs a value right behind the colon, as in %(example)s.", key=key, example=_example(key)
    )


def _example(key: str) -> str:
    if key in EXAMPLES:
        return _(EXAMPLES[key])
    return f"{key}:3..5" if key in NUMBERS else f"{key}:{CHOICES.get(key, ('name',))[0]}"


def _hint(near: list[str]) -> str:
    if near:
        return _("Did you mean “%(key)s:”?", key=near[0])
    return _("There are %(names)s.", names=", ".join(f"{key}:" for key in KEYS))
