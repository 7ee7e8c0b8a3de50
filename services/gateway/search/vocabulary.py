"""The names that a search can refer to."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, Final, TypeVar

import msgspec

from services.domain.albums.search_names import SearchName
from services.gateway.i18n.builtin_names import called, called_in, named
from services.gateway.i18n.language import reading_order
from services.gateway.search.grammar import Search, parse
from services.gateway.search.kept import Former, KeptName, Standing, bound, present_text
from services.gateway.search.name_index import NameIndex
from services.gateway.search.word import words
from services.gateway.tables.pool import Views, cached
from services.knowledge.alphabet import sort_key
from services.knowledge.folding import fold

T = TypeVar("T")
KIND: Final = "kinds"
"""The group whose categories are kinds of photo."""


class NamedCategory(msgspec.Struct, frozen=True):
    id: str
    name: str
    group_id: str | None
    kind: str = "category"
    """`group` or `category`."""
    hidden: bool = False
    """Left out of lists."""

    @property
    def called(self) -> tuple[str, ...]:
        """Its names in all languages, so that a smart album finds the same in each."""
        return called(self.name)

    def has(self, wanted: Mapping[str, list[frozenset[str]]]) -> bool:
        """Whether its name in a language has a word of each set for that language, and no others."""
        return any(
            len(_plain_words(name)) == len(sets) and _includes(name, sets)
            for name, sets in ((name, wanted.get(language, [])) for language, name in called_in(self.name))
        )

    def contains(self, wanted: Mapping[str, list[frozenset[str]]], leading: Set[str]) -> bool:
        """Whether it may have others as well; in the languages `leading`, one of the sets has its first word."""
        return any(
            _includes(name, sets)
            and (language not in leading or any(_plain_words(name)[0] in one for one in sets))
            for language, name in called_in(self.name)
            if (sets := wanted.get(language, []))
        )


def _includes(name: str, sets: list[frozenset[str]]) -> bool:
    return bool(sets) and all(not one.isdisjoint(_plain_words(name)) for one in sets)


@lru_cache(maxsize=4096)
def _plain_words(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words(fold(name))))


class NamedAlbum(msgspec.Struct, frozen=True, dict=True):
    id: str
    name: str
    q: str | None
    sort: str | None = None
    """Its default sort, if the user set one."""
    kept: tuple[KeptName, ...] = ()
    """What a smart album's search named when it was written."""

    @cached_property
    def search(self) -> Search:
        """A smart album's search, parsed once per cached vocabulary."""
        return bound(parse(self.q or ""), self.kept)

    @property
    def written(self) -> str | None:
        """A smart album's search, with what it names as it is called now."""
        return None if self.q is None else present_text(self.q, self.kept)


class Collections(msgspec.Struct, frozen=True, kw_only=True):
    """Categories and albums: there are far fewer of them than photos."""

    categories: list[NamedCategory]
    albums: list[NamedAlbum]
    merged: dict[str, str] = {}
    """Ids of merged categories, and what they were merged into in the end."""

    @property
    def shown(self) -> dict[str, NamedCategory]:
        """Categories that are not hidden, by id."""
        return {one.id: one for one in self.categories if not one.hidden}

    def within(self, categories: Iterable[NamedCategory]) -> list[str]:
        """Ids of the categories and everything below them."""
        ids = {category.id for category in categories}
        return [c.id for c in self.categories if c.id in ids or c.group_id in ids]


class Vocabulary(Collections, frozen=True, kw_only=True):
    place: list[str]
    """Both `Rome, Italy`, for each city, and `Italy`."""
    camera: list[str]
    """Make and model as one string."""
    lens: list[str]
    folder: list[str]
    person: list[str]
    keyword: list[str]
    type: list[str]
    today: date
    south: bool = False
    """Seasons are those of the southern hemisphere."""
    memo: dict[Any, Any] = msgspec.field(default_factory=dict)
    """Answers about these names that a page asks for more than once."""

    def index(self, key: str) -> NameIndex:
        """Of the names valid for a key, in every language."""
        return self.recall(("index", key), lambda: NameIndex(self._all(key)))

    def recall(self, key: Any, compute: Callable[[], T]) -> T:
        if len(self.memo) > _MEMORIES:
            self.memo.clear()
        if key not in self.memo:
            self.memo[key] = compute()
        value: T = self.memo[key]
        return value

    def _all(self, key: str) -> Iterable[str]:
        if key in ("category", "kind"):
            among = [c for c in self.categories if key == "category" or c.group_id == KIND]
            return [name for one in among for name in one.called]
        return self.names(key)

    def names(self, key: str) -> list[str]:
        """The names valid for a key, those in the page's language first."""
        if key in ("category", "kind"):
            here = [c.name for c in self.shown.values() if key == "category" or c.group_id == KIND]
            return list(dict.fromkeys([*sorted(map(named, here), key=reading_order), *here]))
        if key == "album":
            return sorted((album.name for album in self.albums), key=reading_order)
        names: list[str] = getattr(self, key, [])
        return names


_MEMORIES: Final = 2000
_CATEGORIES: Final = (
    "SELECT category_id, name, group_id, kind, hidden FROM shown_category ORDER BY name, category_id"
)
_ALBUMS: Final = "SELECT album_id, name, q, sort, names FROM album ORDER BY name, album_id"
_MERGED: Final = """SELECT category_id, into_id FROM category WHERE into_id IS NOT NULL
  UNION ALL SELECT album_id, into_id FROM any_album WHERE into_id IS NOT NULL"""
_FORMER: Final = "SELECT owner, id, name FROM name_given ORDER BY position"
_OF_IMAGES: Final = "SELECT DISTINCT camera_name, lens, format FROM image"
"""Everything taken from images, in one scan."""
_PLACES: Final = """SELECT label FROM located UNION SELECT country FROM located
  UNION SELECT area FROM located WHERE area <> ''"""
_FOLDERS: Final = "SELECT DISTINCT root, folder FROM file"
_PEOPLE: Final = "SELECT DISTINCT name FROM person ORDER BY 1"
_KEYWORDS: Final = "SELECT DISTINCT name FROM keyword ORDER BY 1"
_SOUTH: Final = "SELECT south FROM seasons"
_WRITTEN: Final = "SELECT 1 FROM word WHERE word MATCH ? LIMIT 1"


_names_of = msgspec.json.Decoder(list[SearchName]).decode


@cached
async def collections(views: Views) -> Collections:
    """For pages that everybody waits for: `vocabulary` goes through all photos after each change."""
    categories = [
        NamedCategory(row[0], row[1], row[2], row[3], bool(row[4])) for row in await views.fetch(_CATEGORIES)
    ]
    albums = [(NamedAlbum(*row[:4]), row[4]) for row in await views.fetch(_ALBUMS)]
    merged = {row[0]: row[1] for row in await views.fetch(_MERGED)}
    return Collections(
        categories=categories,
        albums=await _with_names(views, categories, albums, merged),
        merged=merged,
    )


async def _with_names(
    views: Views,
    categories: list[NamedCategory],
    albums: list[tuple[NamedAlbum, str]],
    merged: dict[str, str],
) -> list[NamedAlbum]:
    """`albums`: each with what its search named when it was written, in JSON."""
    if all(album.q is None for album, _ in albums):
        return [album for album, _ in albums]
    standing = Standing(
        categories={one.id: one.called for one in categories},
        albums={album.id: album.name for album, _ in albums},
        merged=merged,
    )
    former = Former([(one, i, n) for one, i, n in await views.fetch(_FORMER)])
    return [
        album
        if album.q is None
        else msgspec.structs.replace(
            album, kept=tuple(map(standing.resolved, _names_of(names) or former.names(album.q, standing)))
        )
        for album, names in albums
    ]


@cached
async def southern(views: Views) -> bool:
    """Whether seasons are those of the southern hemisphere."""
    rows = await views.fetch(_SOUTH)
    return bool(rows and rows[0][0])


@cached
async def vocabulary(views: Views, today: date) -> Vocabulary:
    listed, images = await collections(views), await views.fetch(_OF_IMAGES)
    south = await southern(views)
    rows = [await views.fetch(sql) for sql in (_PLACES, _FOLDERS, _PEOPLE, _KEYWORDS)]

    def whole() -> Vocabulary:
        return Vocabulary(
            categories=listed.categories,
            albums=listed.albums,
            merged=listed.merged,
            place=_names(row[0] for row in rows[0]),
            camera=_names(row[0] for row in images),
            lens=_names(row[1] for row in images),
            folder=_names(row[1] for row in rows[1]),
            person=_names(row[0] for row in rows[2]),
            keyword=_names(row[0] for row in rows[3]),
            type=_names(row[2] for row in images),
            today=today,
            south=south,
        )

    return await asyncio.to_thread(whole)  # files may name tens of thousands of people and keywords


async def is_written(views: Views, phrase: str) -> bool:
    """Whether any photo's words match `phrase`, an FTS5 query."""
    return bool(await views.fetch(_WRITTEN, (phrase,)))


def _names(values: Iterable[Any]) -> list[str]:
    """Distinct non-empty values, sorted."""
    return sorted({str(value) for value in values if value}, key=sort_key)
