"""Turns search terms into conditions on `image i`. Names are resolved first, so that SQL gets ids and exact values and
SQLite can use its indexes."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from services.domain.photos.keywords import SEPARATOR
from services.gateway.details import NUMBERS
from services.gateway.search.categories import meant_categories, named_categories
from services.gateway.search.dates import Span
from services.gateway.search.grammar import Search, Term
from services.gateway.search.numbers import number_range
from services.gateway.search.place_names import in_place, known_as
from services.gateway.search.states import CONDITIONS, LABELLED, OWNED
from services.gateway.search.understanding import Understood, understood
from services.gateway.search.units import Unit
from services.gateway.search.vocabulary import NamedAlbum, NamedCategory, Vocabulary
from services.gateway.search.word import matched, words
from services.knowledge.folding import fold
from services.knowledge.formats import name_for

Condition = tuple[str, list[Any]]
"""SQL, and its parameters in order."""

VISIBLE: Final = "i.visible = 1"
BINNED: Final = """i.visible = 0 AND i.image_id IN (SELECT image_id FROM binned)
  AND EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)"""
HIDDEN: Final = """i.visible = 0 AND i.image_id IN (SELECT image_id FROM hidden)
  AND i.image_id NOT IN (SELECT image_id FROM binned)
  AND EXISTS (SELECT 1 FROM file f WHERE f.image_id = i.image_id AND f.missing = 0)"""
MISSING: Final = """i.visible = 0 AND NOT EXISTS (SELECT 1 FROM file f
  WHERE f.image_id = i.image_id AND f.missing = 0)"""
ASKED: Final = {"trashed": BINNED, "hidden": HIDDEN, "missing": MISSING}
NO_PHOTO: Final = "0"
_WORDS: Final = """i.image_id IN (SELECT d.image_id FROM word w CROSS JOIN document d ON d.number = w.rowid
  WHERE w.word MATCH ?)"""
_UNWRITTEN: Final = "NOT EXISTS (SELECT 1 FROM word WHERE word MATCH ?)"
_CATEGORY: Final = "i.image_id IN (SELECT ic.image_id FROM image_category ic WHERE ic.category_id IN ({}))"
_ALBUM: Final = "i.image_id IN (SELECT image_id FROM album_image WHERE album_id IN ({}))"
_CAMERA: Final = "i.camera_name IN ({})"
_PLACE: Final = """i.image_id IN (SELECT image_id FROM located WHERE country IN ({0})
  UNION ALL SELECT image_id FROM located WHERE label IN ({0})
  UNION ALL SELECT image_id FROM located WHERE area IN ({0}))"""
_NAME: Final = "i.image_id IN (SELECT image_id FROM file WHERE coalesce(plain_name, name) LIKE ? ESCAPE '\\')"
_FOLDER: Final = (
    "i.image_id IN (SELECT image_id FROM file WHERE coalesce(plain_folder, folder) LIKE ? ESCAPE '\\')"
)
_PERSON: Final = "i.image_id IN (SELECT image_id FROM person WHERE name IN ({}))"
_KEYWORD: Final = "i.image_id IN (SELECT image_id FROM keyword WHERE name IN ({}))"
_KEYWORD_PATH: Final = """i.image_id IN (SELECT image_id FROM keyword_path
  WHERE path LIKE ? ESCAPE '\\' OR path LIKE ? || '|%' ESCAPE '\\')"""
_SPAN: Final = "substr(i.dated_at, 1, ?) >= ? AND substr(i.dated_at, 1, ?) <= ?"
_DAYS: Final = "substr(i.dated_at, 6, 5) BETWEEN ? AND ?"
_DAYS_ROUND: Final = "(substr(i.dated_at, 6, 5) >= ? OR substr(i.dated_at, 6, 5) <= ?)"
"""From one year into the next."""
_WEEKDAYS: Final = "strftime('%w', substr(i.dated_at, 1, 10)) IN ({})"
_DATES: Final = "substr(i.dated_at, 1, 10) IN ({})"
_MONTHS: Final = "i.month >= ? AND i.month <= ? AND i.undated = 0"
_NEAR: Final = """i.image_id IN (SELECT image_id FROM
    (SELECT ? AS here_lat, ? AS here_lon, ? AS reach, ? AS narrowing) CROSS JOIN
    (SELECT image_id, latitude AS lat, longitude AS lon FROM located)
  WHERE lat BETWEEN here_lat - reach AND here_lat + reach AND (lat - here_lat) * (lat - here_lat)
    + narrowing * min(abs(lon - here_lon), 360 - abs(lon - here_lon))
      * min(abs(lon - here_lon), 360 - abs(lon - here_lon)) <= reach * reach)"""
"""Distances in degrees of latitude; works across the date line."""
_DIRECTLY: Final = "i.image_id IN (SELECT image_id FROM file WHERE root = ? AND folder = ? AND missing = 0)"
_KM_OF_DEGREE: Final = 111.2
_PARAMETERS: Final = 200
"""A longer list becomes one JSON parameter, as SQLite allows 32,766; shorter lists are faster with one per value."""


def searched(search: Search, vocab: Vocabulary, inside: bool = False) -> Condition:
    """All clauses and the visibility condition: photos that are hidden, missing or in the bin match only if the search
    asks for them.

    `inside` a smart album, smart albums (itself included) match nothing."""
    meaning = understood(search, vocab.today, vocab.south)
    base = next((sql for state, sql in ASKED.items() if state in meaning.states), VISIBLE)
    return both([(base, []), *clause_conditions(meaning, vocab, inside)])


def clause_conditions(meaning: Understood, vocab: Vocabulary, inside: bool = False) -> list[Condition]:
    """A condition for each clause."""
    either = (_any_unit([_unit(one, vocab, inside) for one in clause.units]) for clause in meaning.clauses)
    return [(f"({sql})", parameters) for sql, parameters in either]


def _unit(unit: Unit, vocab: Vocabulary, inside: bool) -> Condition:
    options = [both([condition(term, vocab, inside) for term in option]) for option in unit.options]
    if unit.soft:
        options.append((_UNWRITTEN, [matched(unit.term.values[0])]))
    sql, parameters = _any_unit(options)
    return (f"NOT coalesce(({sql}), 0)" if unit.excluded else f"({sql})"), parameters


def _any_unit(conditions: Sequence[Condition]) -> Condition:
    return conditions[0] if len(conditions) == 1 else any_of(conditions)


def condition(term: Term, vocab: Vocabulary, inside: bool = False) -> Condition:
    sql, parameters = _fits(term, vocab, inside)
    return (f"NOT coalesce(({sql}), 0)" if term.excluded else f"({sql})"), parameters


def both(conditions: Sequence[Condition]) -> Condition:
    return " AND ".join(sql for sql, _ in conditions) or "1", [p for _, some in conditions for p in some]


def any_of(conditions: Sequence[Condition]) -> Condition:
    sql = " OR ".join(f"({sql})" for sql, _ in conditions) or NO_PHOTO
    return sql, [p for _, some in conditions for p in some]


def of_categories(ids: Iterable[str]) -> Condition:
    return _listed(_CATEGORY, ids)


def added_to(album: NamedAlbum) -> Condition:
    return _listed(_ALBUM, [album.id])


def directly_in(places: Iterable[tuple[str, str]]) -> Condition:
    """A file of the photo lies in one of the folders: (photo folder, folder below it)."""
    return any_of([(_DIRECTLY, list(place)) for place in places])


def of_album(album: NamedAlbum, vocab: Vocabulary, inside: bool = False) -> Condition:
    """The photos added to it; for a smart album, what its search currently finds."""
    if album.q is None:
        return added_to(album)
    return (NO_PHOTO, []) if inside else searched(album.search, vocab, inside=True)


def _fits(term: Term, vocab: Vocabulary, inside: bool) -> Condition:
    if term.time:
        return any_of([_in(span) for span in term.time])
    if (place := term.place) is not None:
        return _NEAR, [place.latitude, place.longitude, place.km / _KM_OF_DEGREE, place.narrowing**2]
    if term.literal:
        return any_of([(_WORDS, [matched(value)]) for value in term.values if words(value)])
    kept = [of_album(album, vocab, inside) for album in vocab.albums if album.id in term.albums]
    if term.categories:
        kept.append(of_categories(vocab.within([NamedCategory(one, "", None) for one in term.categories])))
    return any_of([*kept, *(_one(term.key, value, vocab, inside) for value in term.values)])


def _one(key: str, value: str, vocab: Vocabulary, inside: bool) -> Condition:
    match key:
        case "":
            return _word(value, vocab)
        case "category" | "kind":
            return of_categories(vocab.within(named_categories(key, value, vocab)))
        case "album":
            return any_of([of_album(album, vocab, inside) for album in _albums(value, vocab)])
        case "place":
            return _placed(value, vocab)
        case "camera":
            return _of_camera(value, vocab)
        case "lens":
            return _listed("i.lens IN ({})", vocab.index("lens").matching(value))
        case "person":
            return _listed(_PERSON, vocab.index("person").matching(value))
        case "keyword" if SEPARATOR in value:
            return _KEYWORD_PATH, [_escaped(value)] * 2
        case "keyword":
            return _listed(_KEYWORD, vocab.index("keyword").matching(value))
        case "type":
            return _listed("i.format IN ({})", vocab.index("type").matching(name_for(value)))
        case "folder" | "name":
            return _FOLDER if key == "folder" else _NAME, [f"%{_escaped(fold(value))}%"]
        case "is" if value in LABELLED:
            return of_categories([LABELLED[value]])
        case "is":
            return CONDITIONS[value], []
        case "has":
            return OWNED[value], []
    return f"({NUMBERS[key]}) BETWEEN ? AND ?", list(number_range(value) or ())


def _word(text: str, vocab: Vocabulary) -> Condition:
    """A word anywhere: in names of files and folders, cameras, descriptions, people and keywords; as the name of a
    category, album or place, or a synonym of a category's."""
    conditions = [(_WORDS, [matched(text)])] if words(text) else []
    if ids := vocab.within(meant_categories(text, vocab)):
        conditions.append(of_categories(ids))
    names = set(vocab.index("album").begun(text))
    if albums := [a.id for a in vocab.albums if a.q is None and a.name in names]:
        conditions.append(_listed(_ALBUM, albums))
    if (placed := _placed(text, vocab))[1]:
        conditions.append(placed)
    return any_of(conditions)


def _placed(value: str, vocab: Vocabulary) -> Condition:
    """In a city or anywhere in a region or country."""
    names = json.dumps(places_called(value, vocab))
    return (_PLACE.format("SELECT value FROM json_each(?)"), [names] * 3) if names != "[]" else (NO_PHOTO, [])


def places_called(value: str, vocab: Vocabulary) -> list[str]:
    """Also by what they are called in the languages of the pages."""
    return vocab.recall(("place", value), lambda: _places_called(value, vocab))


def _places_called(value: str, vocab: Vocabulary) -> list[str]:
    others = [name for label in known_as(value) for name in in_place(label, vocab.place)]
    return list(dict.fromkeys([*vocab.index("place").matching(value), *others]))


def _of_camera(value: str, vocab: Vocabulary) -> Condition:
    """Uses the word index first, which includes cameras, to avoid scanning every photo."""
    exactly = _listed(_CAMERA, vocab.index("camera").matching(value))
    if not exactly[1] or not words(value):
        return exactly
    return both([(_WORDS, [" AND ".join(matched(word) for word in words(value))]), exactly])


def _albums(value: str, vocab: Vocabulary) -> list[NamedAlbum]:
    names = set(vocab.index("album").matching(value))
    return [a for a in vocab.albums if a.id == value or a.name in names]


def _in(span: Span) -> Condition:
    if span.month:
        return "substr(i.month, 6) = ?", [f"{span.month:02}"]
    if span.days:
        return (_DAYS if span.days[0] <= span.days[1] else _DAYS_ROUND), list(span.days)
    if span.weekdays:
        return _listed(_WEEKDAYS, [str((day + 1) % 7) for day in span.weekdays])
    if span.dates:
        return _listed(_DATES, span.dates)
    first, last = span.first, span.last or "9999"
    if len(first) <= 7 and len(last) <= 7:
        return _MONTHS, [first, last if len(last) == 7 else f"{last}-99"]
    return _SPAN, [len(first), first, len(last), last]


def _listed(sql: str, values: Iterable[str]) -> Condition:
    parameters = list(values)
    if len(parameters) > _PARAMETERS:
        return sql.format("SELECT value FROM json_each(?)"), [json.dumps(parameters)]
    return (sql.format(", ".join("?" * len(parameters))), parameters) if parameters else (NO_PHOTO, [])


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
