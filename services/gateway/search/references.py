"""Which categories and albums a search names, and which of those of a smart album are gone."""

from collections.abc import Iterable
from typing import Final

from services.domain.albums.search_names import SearchName
from services.gateway.i18n.language import N_, _
from services.gateway.search.categories import named_categories
from services.gateway.search.explain import CALLED
from services.gateway.search.grammar import parse
from services.gateway.search.kept import NAMING
from services.gateway.search.understanding import understood
from services.gateway.search.vocabulary import NamedAlbum, NamedCategory, Vocabulary

MOST_NAMES: Final = 20
"""More than this many names begin with a value that is no name, but the beginning of a word."""
_GONE: Final = {
    "category": N_("The category “%(name)s” was deleted, so this album no longer shows its photos."),
    "kind": N_("The category “%(name)s” was deleted, so this album no longer shows its photos."),
    "album": N_("The album “%(name)s” was deleted, so this album no longer shows its photos."),
}


def named_in(q: str, vocab: Vocabulary) -> list[SearchName]:
    """What the search's names mean now. A word without a key counts if it is a whole name and means something alone."""
    search = parse(q)
    meaning = understood(search, vocab.today, vocab.south)
    alone = {(unit.first, unit.last) for clause in meaning.clauses for unit in clause.units}
    terms = [one.term for one in search.tokens if not one.plain or (one.first, one.last) in alone]
    named = dict.fromkeys((term.key, value) for term in terms for value in term.values)
    return [one for key, value in named if (one := _meant(key, value, vocab)) is not None]


def _meant(key: str, value: str, vocab: Vocabulary) -> SearchName | None:
    if key and key not in NAMING:
        return None
    categories = {one.id: one.called for one in _categories(key, value, vocab)}
    albums = {one.id: (one.name,) for one in _albums(key, value, vocab)}
    whole = [id_ for id_, names in (categories | albums).items() if _is_name(value, id_, names)]
    ids = whole or ([*categories, *albums] if key else [])
    if not 0 < len(ids) <= MOST_NAMES:
        return None
    return SearchName(
        key=key,
        value=value,
        category_ids=[one for one in ids if one in categories],
        album_ids=[one for one in ids if one in albums],
        whole=bool(whole),
    )


def _categories(key: str, value: str, vocab: Vocabulary) -> list[NamedCategory]:
    return [] if key == "album" else named_categories(key or "category", value, vocab)


def _albums(key: str, value: str, vocab: Vocabulary) -> list[NamedAlbum]:
    names = set(vocab.index("album").matching(value)) if key in ("", "album") else set()
    return [one for one in vocab.albums if one.name in names or (key and one.id == value)]


def _is_name(value: str, id_: str, names: Iterable[str]) -> bool:
    return id_ == value or value.casefold() in map(str.casefold, names)


def gone(album: NamedAlbum, vocab: Vocabulary) -> list[str]:
    """A sentence for each name in a smart album's search that means nothing any more."""
    lost = {(one.key, one.value): one for one in album.kept if one.gone}
    sentences = []
    for term in album.search.terms:
        for value in term.values:
            meaning = _meant(term.key, value, vocab)
            if term.key not in NAMING or (meaning and (meaning.whole or (term.key, value) not in lost)):
                continue
            text = _GONE[term.key] if (term.key, value) in lost else CALLED[term.key]
            sentences.append(_(text, name=value) + ("" if text in _GONE.values() else "."))
    return list(dict.fromkeys(sentences))
