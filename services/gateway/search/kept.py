"""The names in a smart album's search, which keep their meaning when a category or an album is renamed. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from services.domain.albums.search_names import SearchName
from services.gateway.i18n.builtin_names import called
from services.gateway.search.grammar import TOKEN, Search, Token, parse, quoted
from services.knowledge import taxonomy

NAMING: Final = ("category", "kind", "album")
"""Keys whose values are names that a person can change."""


class KeptName(msgspec.Struct, frozen=True, kw_only=True):
    """A name with the ids that it means and that still exist, those of merge targets for what was merged."""

    key: str
    value: str
    whole: bool
    categories: tuple[str, ...] = ()
    albums: tuple[str, ...] = ()
    now: str | None = None
    """What the first of them is called, if no longer by the value."""

    @property
    def gone(self) -> bool:
        return not (self.categories or self.albums)


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to name."""

    categories: dict[str, Sequence[str]]
    """Id -> all of its names, as a page shows them first."""
    albums: dict[str, str]
    merged: dict[str, str]
    """Categories and albums that were merged -> into which."""

    def resolved(self, name: SearchName) -> KeptName:
        categories = tuple(self._existing(name.category_ids, self.categories))
        albums = tuple(self._existing(name.album_ids, self.albums))
        names = [tuple(self.categories[one]) for one in categories] + [(self.albums[one],) for one in albums]
        same = any(own.casefold() == name.value.casefold() for some in names for own in some)
        now = names[0][0] if names and name.whole and not same else None
        return KeptName(
            key=name.key, value=name.value, whole=name.whole, categories=categories, albums=albums, now=now
        )

    def _existing(self, ids: Iterable[str], among: Iterable[str]) -> Iterator[str]:
        there = set(among)
        for one in ids:
            seen = {one}
            while one not in there and (into := self.merged.get(one)) and into not in seen:
                one = into
                seen.add(one)
            if one in there:
                there.discard(one)
                yield one


class Former:
    """The names that categories and albums once had: for searches of early versions, which kept no ids."""

    def __init__(self, given: Iterable[tuple[str, str, str]]) -> None:
        """`given`: (`category` or `album`, id, name), oldest first."""
        self._ids: dict[tuple[str, str], list[str]] = {}
        builtin = taxonomy.load().categories.values()
        kinds = [("kind", one.id, one.name) for one in builtin if one.group_id == "kinds"]
        for owner, id_, name in (*kinds, *(("category", one.id, one.name) for one in builtin), *given):
            for own in called(name):
                self._ids.setdefault((owner, own.casefold()), []).append(id_)

    def names(self, q: str, standing: Standing) -> list[SearchName]:
        """Of those that nothing has now."""
        now = {name.casefold() for names in standing.categories.values() for name in names}
        now |= {name.casefold() for name in standing.albums.values()}
        return [
            SearchName(
                key=term.key,
                value=value,
                category_ids=[] if term.key == "album" else list(dict.fromkeys(ids)),
                album_ids=list(dict.fromkeys(ids)) if term.key == "album" else [],
            )
            for term in parse(q).terms
            if term.key in NAMING
            for value in term.values
            if value.casefold() not in now and (ids := self._ids.get((term.key, value.casefold())))
        ]


def bound(search: Search, kept: Iterable[KeptName]) -> Search:
    """The search with ids for names. A name whose things are all gone means what is called so now."""
    meanings = {(one.key, one.value): one for one in kept if not one.gone}
    return msgspec.structs.replace(search, tokens=tuple(_bound(token, meanings) for token in search.tokens))


def _bound(token: Token, meanings: dict[tuple[str, str], KeptName]) -> Token:
    term = token.term
    own = {value: meanings[term.key, value] for value in term.values if (term.key, value) in meanings}
    if not own:
        return token
    term = msgspec.structs.replace(
        term,
        values=tuple(v for v in term.values if v not in own or not term.key or not own[v].whole),
        categories=tuple(one for kept in own.values() for one in kept.categories),
        albums=tuple(one for kept in own.values() for one in kept.albums),
    )
    return msgspec.structs.replace(token, term=term, plain=False)


def present_text(q: str, kept: Iterable[KeptName]) -> str:
    """The search as one would write it now: with the present names of what was renamed."""
    renamed = {(one.key, one.value): one for one in kept if one.now is not None and one.key}
    if not renamed:
        return q
    pieces, end = [], 0
    for token in TOKEN.finditer(q):
        key, value = (token[2] or "").lower(), token[3] if token[3] is not None else token[4]
        alternatives = token[4].split("|") if token[4] else [value]
        if not any((key, one.strip()) in renamed for one in alternatives):
            continue
        values = [_value(renamed.get((key, one.strip())), one, len(alternatives) > 1) for one in alternatives]
        pieces += [q[end : token.start()], f"{token[1]}{token[2]}:{'|'.join(values)}"]
        end = token.end()
    return "".join([*pieces, q[end:]])


def _value(kept: KeptName | None, value: str, several: bool) -> str:
    """Between `|`, nothing can be quoted: an id stands for a name of several words."""
    if kept is None or kept.now is None:
        return value
    literal = quoted(kept.now)
    return literal if literal == kept.now or not several else [*kept.categories, *kept.albums][0]
