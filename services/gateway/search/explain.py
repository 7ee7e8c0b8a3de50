"""Explains why a word or name finds nothing, and suggests what may have been meant."""

import asyncio
import difflib
from collections.abc import Iterable
from typing import Final

from services.domain.photos.keywords import SEPARATOR
from services.gateway.i18n.language import N_, _
from services.gateway.search.dates import spoken
from services.gateway.search.grammar import NAMED, Search
from services.gateway.search.terms import named_categories
from services.gateway.search.vocabulary import Vocabulary, is_written, vocabulary
from services.gateway.search.word import begins, matched, matching, words
from services.gateway.tables.pool import Views
from services.knowledge.folding import folded
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


async def explained(views: Views, search: Search) -> list[str]:
    """A sentence for everything that is not understood or matches nothing. Files hold any number of names, which are
    gone through in threads."""
    sentences = list(search.notes)
    vocab = await vocabulary(views)
    for term in search.terms:
        for value in term.values:
            if term.key in NAMED and term.key != "name":
                if not await asyncio.to_thread(_known, term.key, value, vocab):
                    meant = await asyncio.to_thread(_meant, value, vocab.names(term.key))
                    sentences.append(_(CALLED[term.key], name=value) + meant)
            elif not term.key and not await _anywhere(views, value, vocab):
                everything = [name for key in CALLED for name in vocab.names(key)]
                meant = await asyncio.to_thread(_meant, value, everything)
                sentences.append(_("Nothing is called “%(name)s”", name=value) + meant)
    return list(dict.fromkeys(sentences))


def _known(key: str, value: str, vocab: Vocabulary) -> bool:
    if key in ("category", "kind"):
        return bool(named_categories(key, value, vocab))
    if key == "album" and any(album.id == value for album in vocab.albums):
        return True
    if key == "keyword" and SEPARATOR in value:
        return all(matching(name, vocab.keyword) for name in value.split(SEPARATOR) if name)
    if key == "folder":
        return any(folded(value) in folded(name) for name in vocab.folder)
    return bool(matching(name_for(value) if key == "type" else value, vocab.names(key)))


async def _anywhere(views: Views, word: str, vocab: Vocabulary) -> bool:
    if spoken(word) or named_categories("category", word, vocab):
        return True
    if any(map(begins(word), vocab.names("album") + vocab.place)):
        return True
    return await is_written(views, matched(word))


def _meant(value: str, names: Iterable[str]) -> str:
    """Ends the sentence, suggesting the closest name or word in a name, if there is one."""
    forms: dict[str, str] = {}
    for name in names:
        for form in (name, *words(name)):
            forms.setdefault(form.casefold(), form if form == name or len(form) > 2 else name)
    near = difflib.get_close_matches(value.casefold(), forms, 1, 0.6)
    return _("; did you mean “%(name)s”?", name=forms[near[0]]) if near else "."
