"""Parses the text of the search field into terms. Pure; no text makes it fail.

    dog -cat "red car" year:2014..2016 camera:nokia album:"Trip to Rome" place:rome
    category:dog|cat is:hidden near:48.1,11.6

A photo must match all terms; `-` negates a term; `|` between the values of a key means any of them. What words mean
together (`last summer`, `dog or cat`) is found out in `understanding.py`.
"""

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import Final

import msgspec

from services.gateway.details import NUMBERS
from services.gateway.i18n.language import N_, _, current
from services.gateway.search.dates import SPANNED, Time, span
from services.gateway.search.numbers import number_range
from services.gateway.search.numeric_dates import numeric
from services.gateway.search.places import Circle, place
from services.gateway.search.states import OWNED, STATES
from services.gateway.search.word import words
from services.knowledge.search_words import meanings, normal
from services.knowledge.synonyms import meant

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
TOKEN: Final = re.compile(r'(-?)(?:([^\W\d_]+):)?(?:"([^"]*)"?|([^\s"]+))', re.DOTALL)
_BARE_KEY: Final = re.compile(r"-?([^\W\d_]+):(?=\s|$)")


class Term(msgspec.Struct, frozen=True):
    key: str
    """One of KEYS; empty for a word that is searched for everywhere."""
    values: tuple[str, ...]
    """Alternatives; empty if the value is invalid, which matches nothing."""
    excluded: bool = False
    time: Time = ()
    place: Circle | None = None
    categories: tuple[str, ...] = ()
    """Ids of categories whose photos match, too; `albums`: of albums. In smart albums, which keep what they name."""
    albums: tuple[str, ...] = ()
    literal: bool = False
    """Only what is written counts: names and descriptions, no categories."""


class Token(msgspec.Struct, frozen=True):
    """A term as it was written."""

    term: Term
    first: int
    last: int
    """Where it is in the text, the end exclusive."""
    plain: bool
    """A word without key, quotes or minus, which may mean something together with others."""


class Search(msgspec.Struct, frozen=True):
    text: str = ""
    tokens: tuple[Token, ...] = ()
    notes: tuple[str, ...] = ()
    """A sentence for everything that was not understood."""

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(token.term for token in self.tokens)


def parse(text: str) -> Search:
    return _parsed(text, current())


@lru_cache(maxsize=256)
def _parsed(text: str, _language: str) -> Search:
    """Once for all that a page asks. The notes are in that language."""
    notes: list[str] = []
    clean = _clean(text)
    if len(clean) > LONGEST_SEARCH:
        notes.append(
            _(
                "A search is at most %(most)s characters long; the rest was left out.",
                most=LONGEST_SEARCH,
            )
        )
        clean = clean[:LONGEST_SEARCH]
    if clean.count('"') % 2:
        notes.append(_("A quotation mark isn’t closed, so the phrase goes on to the end of the search."))
    notes += [_valueless(key.lower()) for key in _BARE_KEY.findall(clean) if known_key(key)]
    keyed = _BARE_KEY.sub(lambda bare: " " * len(bare[0]), clean)
    tokens = _tokens(keyed, notes)
    if not any(token.term.key or token.term.values for token in tokens):
        typed = [keyed[token.first : token.last].lstrip("-").strip('"') for token in tokens]
        tokens = [token for token, value in zip(tokens, typed, strict=True) if value]
        notes += [_wordless(value) for value in typed if value and not any(map(meant, value))]
    if len(tokens) > MOST_TERMS:
        notes.append(_("A search has at most %(most)s terms; the others were left out.", most=MOST_TERMS))
    return Search(clean, tuple(tokens[:MOST_TERMS]), tuple(dict.fromkeys(notes)))


def _tokens(text: str, notes: list[str]) -> list[Token]:
    tokens: list[Token] = []
    for match in TOKEN.finditer(text):
        minus, key, inside, plain = match.groups(default="")
        if term := _term(key.lower(), plain or inside, bool(plain), minus == "-", notes):
            lone = not (minus or key) and bool(plain)
            tokens.append(Token(term, match.start(), match.end(), lone))
    return tokens


def known_key(key: str) -> str:
    """The key as KEYS has it, also if it is written in another language; empty if there is none."""
    if key.lower() in KEYS:
        return key.lower()
    return next((one[4:] for one in sorted(meanings(normal(key))) if one.startswith("key:")), "")


def _of_people(key: str, value: str) -> str:
    """`people:2..5` asks how many there are, `people:anna` who they are, and so do other words for the key; `person:`
    always asks who."""
    return "person" if key == "person" or number_range(value) is None else "people"


def _clean(text: str) -> str:
    """NFC, without control characters or anything that can't be encoded."""
    text = text[: LONGEST_SEARCH * 4].encode("utf-8", "replace").decode("utf-8")
    text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return unicodedata.normalize("NFC", text).strip()


def _term(key: str, value: str, plain: bool, excluded: bool, notes: list[str]) -> Term | None:
    """`plain`: unquoted, so that `|` separates values."""
    if key and known_key(key):
        key = _of_people(key, value) if known_key(key) in ("person", "people") else known_key(key)
    elif key:
        near = difflib.get_close_matches(key, KEYS, 1)
        notes.append(
            _("There is no “%(key)s:”, so it was searched for as a word.", key=key) + " " + _hint(near)
        )
        key, value = "", f"{key} {value}"
    if not key:
        return _word(value, excluded)
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


def _word(value: str, excluded: bool) -> Term | None:
    """Without values if there is nothing in it that could be looked for."""
    if words(value) or meant(value):
        return Term("", (value,), excluded)
    return Term("", (), excluded) if value.strip() else None


def _wordless(value: str) -> str:
    return _("“%(word)s” has no letter or digit to search for.", word=value)


def _known(key: str, values: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    """The values that are valid for the key."""
    names = ", ".join(CHOICES[key])
    choices = [(value, _choice(key, value)) for value in values]
    notes += [
        _("“%(key)s:%(value)s” is not known. Available: %(names)s.", key=key, value=value, names=names)
        for value, choice in choices
        if not choice
    ]
    return tuple(choice for _, choice in choices if choice)


def _choice(key: str, value: str) -> str:
    """The value as CHOICES has it, also if it is spelled otherwise or in another language; empty if there is none."""
    if value.lower() in CHOICES[key]:
        return value.lower()
    head = f"{key}:"
    return next((one[len(head) :] for one in sorted(meanings(normal(value))) if one.startswith(head)), "")


def _measured(key: str, value: str, excluded: bool, notes: list[str]) -> Term:
    one = span(key, value) if key in SPANNED else None
    time = (one,) if one else numeric(value) if key in SPANNED else ()
    where = place(value) if key == "near" else None
    if time or where is not None:
        return Term(key, (value,), excluded, time, where)
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
        "“%(key)s:” needs a value right after the colon, as in %(example)s.", key=key, example=_example(key)
    )


def _example(key: str) -> str:
    if key in EXAMPLES:
        return _(EXAMPLES[key])
    return f"{key}:3..5" if key in NUMBERS else f"{key}:{CHOICES.get(key, ('name',))[0]}"


def _hint(near: list[str]) -> str:
    if near:
        return _("Did you mean “%(key)s:”?", key=near[0])
    return _("Available: %(names)s.", names=", ".join(f"{key}:" for key in KEYS))
