"""What was understood of a search, why a word or name finds nothing, and what may have been meant."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Final

import msgspec

from services.domain.photos.keywords import SEPARATOR
from services.gateway.i18n.builtin_names import named
from services.gateway.i18n.language import N_, _, code
from services.gateway.i18n.wording import day_date
from services.gateway.search.categories import meant_categories, named_categories
from services.gateway.search.closeness import nearest
from services.gateway.search.dates import Time, first_day, last_day
from services.gateway.search.grammar import NAMED, Search, Term, quoted
from services.gateway.search.place_names import known_as
from services.gateway.search.terms import places_called
from services.gateway.search.understanding import Understood, understood
from services.gateway.search.units import Unit
from services.gateway.search.vocabulary import Vocabulary, is_written, vocabulary
from services.gateway.search.word import matched, words
from services.gateway.tables.pool import Views
from services.knowledge import search_words, synonyms
from services.knowledge.folding import fold
from services.knowledge.formats import name_for

CALLED: Final = {
    "category": N_("There is no category called “%(name)s”"),
    "kind": N_("There is no kind of photo called “%(name)s”"),
    "album": N_("There is no album called “%(name)s”"),
    "place": N_("There is no place called “%(name)s”"),
    "camera": N_("There is no camera called “%(name)s”"),
    "lens": N_("There is no lens called “%(name)s”"),
    "folder": N_("There is no folder called “%(name)s”"),
    "person": N_("There is no person called “%(name)s”"),
    "keyword": N_("There is no keyword “%(name)s”"),
    "type": N_("There is no photo of the type “%(name)s”"),
}
NARROWING: Final = ("category", "place", "year", "camera")
_LISTED: Final = 2
"""Categories that a chip names; with more, it shows what was typed."""


class Note(msgspec.Struct, frozen=True):
    """A sentence about what is not understood or matches nothing."""

    text: str
    meant: str = ""
    """A name that is close."""
    q: str = ""
    """The search with that name instead."""


class Chip(msgspec.Struct, frozen=True):
    """A part of the search as it was understood."""

    name: str
    hint: str
    """The days that are meant, or what was typed."""
    q: str
    """The search without it."""
    kind: str = ""
    """What it is of, if it is one that photos are narrowed by: `category`, `place`, `year` or `camera`."""
    value: str = ""
    """Its name among others of its kind."""


async def chips(views: Views, search: Search, today: date) -> list[Chip]:
    vocab = await vocabulary(views, today)
    return await asyncio.to_thread(_chips, search, vocab)


def _chips(search: Search, vocab: Vocabulary) -> list[Chip]:
    listed, clauses = [], understood(search, vocab.today, vocab.south).clauses
    for number, clause in enumerate(clauses):
        names = [(unit, _positive(unit, vocab)) for unit in clause.units]
        label = _(" or ").join(
            _("not %(name)s", name=name) if unit.excluded else name for unit, name in names
        )
        hints = [hint for unit, name in names if (hint := _hint(unit, name))]
        others = (*clauses[:number], *clauses[number + 1 :])
        rest = " ".join(other.written(search.text) for other in others)
        kind = _kind(clause.units, vocab)
        listed.append(Chip(label, ", ".join(hints), rest, kind, _value(clause.units[0], label)))
    return listed


def _value(unit: Unit, label: str) -> str:
    term = unit.term
    return term.values[0] if term.key in ("place", "year", "camera") and len(term.values) == 1 else label


def _kind(units: Sequence[Unit], vocab: Vocabulary) -> str:
    if len(units) != 1 or units[0].excluded:
        return ""
    term = units[0].term
    if units[0].time:
        return "year"
    if term.key:
        return {"kind": "category"}.get(term.key, term.key if term.key in NARROWING else "")
    is_category = len(term.values) == 1 and meant_categories(term.values[0], vocab)
    return "category" if is_category else ""


def _positive(unit: Unit, vocab: Vocabulary) -> str:
    typed, term = unit.text.removeprefix("-"), unit.term
    if unit.time or len(term.values) != 1:
        return typed
    value = term.values[0]
    if term.key in ("category", "kind"):
        categories = named_categories(term.key, value, vocab)
    elif not term.key:
        categories = meant_categories(value, vocab)
    else:
        return typed
    names = list(dict.fromkeys(named(one.name) for one in categories if not one.hidden))
    if 0 < len(names) <= _LISTED:
        return ", ".join(names)
    if not term.key and len(places := places_called(value, vocab)) == 1:
        return places[0]
    return typed


def _hint(unit: Unit, name: str) -> str:
    if unit.time:
        return _days(unit.time)
    typed = unit.text.removeprefix("-")
    return typed if fold(typed) != fold(name) else ""


def _days(time: Time) -> str:
    """Of one that has a beginning and an end."""
    spans = [span for span in time if span.first and span.last]
    try:
        days = [dict.fromkeys([first_day(span).isoformat(), last_day(span).isoformat()]) for span in spans]
    except ValueError:
        return ""
    return ", ".join(" – ".join(map(day_date, some)) for some in days)


async def explained(views: Views, search: Search, today: date) -> list[Note]:
    """A sentence for everything that is not understood or matches nothing. Files hold any number of names, which are
    gone through in threads."""
    notes = [Note(text) for text in search.notes]
    vocab = await vocabulary(views, today)
    for unit in _units(understood(search, vocab.today, vocab.south)):
        term = unit.term
        for value in () if unit.time else term.values:
            if term.key in NAMED and term.key != "name":
                if not await asyncio.to_thread(_known, term.key, value, vocab):
                    near = await asyncio.to_thread(_nearest, term.key, value, vocab)
                    notes.append(_note(_(CALLED[term.key], name=value), near, search, unit, term))
            elif not term.key and not await _anywhere(views, value, vocab):
                if known_as(value):
                    notes.append(Note(_("No photos from %(place)s.", place=value)))
                    continue
                if unit.soft:
                    notes.append(Note(_("No match for “%(name)s”, so it was left out.", name=value)))
                    continue
                near = await asyncio.to_thread(_nearest, "", value, vocab)
                notes.append(_note(_("No match for “%(name)s”", name=value), near, search, unit, term))
    return list(dict.fromkeys(notes))


def _nearest(key: str, value: str, vocab: Vocabulary) -> str:
    names = vocab.names(key) if key else _everything(vocab)
    return vocab.recall(("near", key, value, code()), lambda: nearest(value, names))


def _note(sentence: str, near: str, search: Search, unit: Unit, term: Term) -> Note:
    if not near:
        return Note(f"{sentence}.")
    instead = f"{term.key}:{quoted(near)}" if term.key else quoted(near)
    head, tail = search.text[: unit.first], search.text[unit.last :]
    return Note(f"{sentence}.", near, f"{head}{'-' if unit.excluded else ''}{instead}{tail}")


def _units(meaning: Understood) -> list[Unit]:
    return [unit for clause in meaning.clauses for unit in clause.units]


def _everything(vocab: Vocabulary) -> list[str]:
    """All that a word may name."""
    names = [name for key in CALLED for name in vocab.names(key)]
    return [
        *names,
        *synonyms.all_synonyms(code()),
        *(name for kind in ("season", "feast") for name in search_words.words_for(kind)),
    ]


def _known(key: str, value: str, vocab: Vocabulary) -> bool:
    if key in ("category", "kind"):
        return bool(named_categories(key, value, vocab))
    if key == "album" and any(album.id == value for album in vocab.albums):
        return True
    if key == "keyword":
        return all(vocab.index("keyword").matching(name) for name in value.split(SEPARATOR) if name)
    if key == "folder":
        return any(fold(value) in fold(name) for name in vocab.folder)
    if key == "place":
        return bool(places_called(value, vocab))
    return bool(vocab.index(key).matching(name_for(value) if key == "type" else value))


async def _anywhere(views: Views, text: str, vocab: Vocabulary) -> bool:
    if synonyms.meant(text) or meant_categories(text, vocab) or places_called(text, vocab):
        return True
    if vocab.index("album").begun(text):
        return True
    return bool(words(text)) and await is_written(views, matched(text))
