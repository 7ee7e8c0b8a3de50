"""Why a word or a name finds nothing, and what may have been meant."""

import difflib
from collections.abc import Iterable
from typing import Final

from services.gateway.queries.terms import FORMATS, matched, named_categories
from services.gateway.queries.views import Views
from services.gateway.queries.vocabulary import Vocabulary, begins, matching, vocabulary
from services.gateway.searching.dates import spoken
from services.gateway.searching.grammar import NAMED, Search, words

CALLED: Final = {
    "category": "category called",
    "kind": "kind of photo called",
    "album": "album called",
    "place": "place called",
    "camera": "camera called",
    "lens": "lens called",
    "folder": "folder called",
    "person": "person called",
    "keyword": "keyword",
    "type": "photo of the type",
}
_ANYWHERE: Final = "SELECT 1 FROM word WHERE word MATCH ? LIMIT 1"


async def explained(views: Views, search: Search) -> list[str]:
    """A sentence for everything that was not understood or is not known."""
    said = list(search.notes)
    known = await vocabulary(views)
    for term in search.terms:
        for value in term.values:
            if term.key in NAMED and term.key != "name" and not _known(term.key, value, known):
                said.append(f"There is no {CALLED[term.key]} “{value}”{_meant(value, known.names(term.key))}")
            elif not term.key and not await _anywhere(views, value, known):
                everything = [name for key in CALLED for name in known.names(key)]
                said.append(f"Nothing is called “{value}”{_meant(value, everything)}")
    return list(dict.fromkeys(said))


def _known(key: str, value: str, known: Vocabulary) -> bool:
    if key in ("category", "kind"):
        return bool(named_categories(key, value, known))
    if key == "album" and any(album.id == value for album in known.albums):
        return True
    if key == "folder":
        return any(value.casefold() in name.casefold() for name in known.folder)
    value = FORMATS.get(value.lower(), value) if key == "type" else value
    return bool(matching(value, known.names(key)))


async def _anywhere(views: Views, word: str, known: Vocabulary) -> bool:
    fits = begins(word)
    if spoken(word) or any(
        fits(name) for name in known.names("category") + known.names("album") + known.place
    ):
        return True
    return bool(await views.fetch(_ANYWHERE, (matched(word),)))


def _meant(value: str, names: Iterable[str]) -> str:
    """The nearest of the names, by the whole name or one word of it."""
    forms: dict[str, str] = {}
    for name in names:
        for form in (name, *words(name)):
            forms.setdefault(form.casefold(), form if form == name or len(form) > 2 else name)
    near = difflib.get_close_matches(value.casefold(), forms, 1, 0.6)
    return f"; did you mean “{forms[near[0]]}”?" if near else "."
