"""The list below the field in which a person chooses something for photos, or a group for a category.

Without text: what was chosen last, what the models suggest for these photos, then all. With text: what fits it, the
nearest first, and a line to create it if there is none of that name.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from services.domain.albums.commands import CreateAlbum
from services.domain.albums.contents import AddToAlbum
from services.domain.categories.commands import CreateCategory, MoveCategory
from services.domain.categories.decisions import AssignCategory, ReplaceCategory
from services.domain.photos.editing import EditPhotos
from services.domain.photos.keywords import AddKeywords
from services.domain.photos.people import AddPeople
from services.gateway.history.entries import History
from services.gateway.i18n.builtin_names import called, named
from services.gateway.i18n.language import _, current, reading_order
from services.gateway.picking.nearness import Choice, choice, comparable, fitting, is_there
from services.gateway.presentation.album_names import details, twins
from services.gateway.queries import choices as queries
from services.gateway.queries.albums import albums
from services.gateway.queries.choices import Choosable
from services.gateway.search.vocabulary import collections
from services.gateway.tables.pool import Views
from services.knowledge.synonyms import meant

_RECENT: Final = 6
_SUGGESTED: Final = 6
_LISTED: Final = 50
"""Names shown at a time."""
_HELD: Final = 30
"""Names of what the photos have, the most frequent."""
_LOOKED_AT: Final = 60
"""Commands looked through for what was chosen last."""
_COMMANDS: Final[Mapping[Choosable, Mapping[str, str]]] = {
    "category": {
        AssignCategory.TYPE: "category_id",
        ReplaceCategory.TYPE: "category_id",
        EditPhotos.TYPE: "category_id",
        CreateCategory.TYPE: "name",
    },
    "group": {MoveCategory.TYPE: "group_id", CreateCategory.TYPE: "group_id"},
    "album": {AddToAlbum.TYPE: "album_id", CreateAlbum.TYPE: "name"},
    "keyword": {AddKeywords.TYPE: "keywords", EditPhotos.TYPE: "add_keywords"},
    "person": {AddPeople.TYPE: "people", EditPhotos.TYPE: "add_people"},
}
"""Commands with which a person chooses one of the kind, and their field that names it."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    kind: Choosable
    typed: str = ""
    images: Sequence[str] = ()
    """Ids of the photos to choose for."""
    without: str = ""
    """A value that is not offered."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    groups: list[tuple[str, list[Choice]]]
    """(heading, choices); the first choice is what Enter takes."""
    new: str
    """A name that nothing has yet; empty: there is nothing to create."""
    held: list[tuple[Choice, int]]
    """What the photos have, and how many of them have it."""
    sure: bool
    """Whether the first is worth taking unseen."""
    more: bool
    """Whether there are others, which typing finds."""


async def options(views: Views, history: History, field: Field) -> Options:
    every = [one for one in await _choices(views, field.kind) if one.value != field.without]
    counts = await queries.held(views, field.kind, field.images)
    total = len(set(field.images))
    others = [one for one in every if not total or counts.get(one.value, 0) < total]
    recent = (await _recent(views, history, field.kind, others))[:_RECENT]
    likely = await _likely(views, field, {one.value for one in others}.difference(recent))
    groups = await asyncio.to_thread(_groups, field, every, recent, likely[:_SUGGESTED])
    held = sorted(((one, counts[one.value]) for one in every if one.value in counts), key=lambda row: -row[1])
    return Options(
        groups=groups,
        new="" if is_there(field.typed, every) else field.typed,
        held=held[:_HELD],
        sure=bool(field.typed or recent or likely),
        more=not field.typed and sum(len(some) for _heading, some in groups) < len(every),
    )


async def usual(views: Views, history: History, category_id: str) -> Choice | None:
    """What photos that were shown in the category were said to be instead, the last time."""
    every = [one for one in await _choices(views, "category") if one.value != category_id]
    values = (await _recent(views, history, "category", every, category_id))[:1]
    return next((one for one in every if one.value in values), None)


async def _recent(
    views: Views, history: History, kind: Choosable, among: list[Choice], instead_of: str | None = None
) -> list[str]:
    """Values that people chose, the last one first. `instead_of`: only those that they chose instead of this one."""
    merged = (await collections(views)).merged
    values = {one.value for one in among}
    by_name = {name: one.value for one in among for name, _words in one.forms}
    recent: dict[str, None] = {}
    for command, fields in await history.given(list(_COMMANDS[kind]), _LOOKED_AT):
        if instead_of not in (None, fields.get("instead_of")):
            continue
        content = fields.get(_COMMANDS[kind][command])
        for one in content if isinstance(content, list) else [content]:
            value = merged.get(str(one), str(one))
            value = value if value in values else by_name.get(comparable(value), "")
            if value:
                recent[value] = None
    return list(recent)


async def _likely(views: Views, field: Field, among: Collection[str]) -> list[str]:
    """What the models see, of these values."""
    if field.kind != "category" or not field.images:
        return []
    return [one for one in await queries.suggested(views, field.images) if one in among]


def _groups(
    field: Field, every: list[Choice], recent: list[str], likely: list[str]
) -> list[tuple[str, list[Choice]]]:
    first = [*recent, *likely]
    if field.typed:
        others = meant(field.typed) if field.kind == "category" else ()
        return [("", fitting(field.typed, every, first, others)[:_LISTED])]
    there = {one.value: one for one in every}
    rest = [one for one in every if one.value not in first]
    groups = [
        (_("Recent"), [there[one] for one in recent]),
        (_("Suggested"), [there[one] for one in likely]),
        (_("All") if first else "", rest[:_LISTED]),
    ]
    return [(heading, some) for heading, some in groups if some]


async def _choices(views: Views, kind: Choosable) -> list[Choice]:
    """All of a kind that photos can be given, by name."""

    async def compute() -> list[Choice]:
        listed = await _LISTS[kind](views)
        return sorted(listed, key=lambda one: (reading_order(one.name), one.value))

    position = await views.position()
    every: list[Choice] = await views.cache.get(position, ("choices to pick", kind, current()), compute)
    return every


async def _categories(views: Views) -> list[Choice]:
    listed = (await collections(views)).shown
    return [
        choice(
            one.id,
            named(one.name),
            named(listed[one.group_id].name) if one.group_id in listed else "",
            called(one.name),
        )
        for one in listed.values()
        if one.kind == "category"
    ]


async def _groups_of_categories(views: Views) -> list[Choice]:
    """And none."""
    listed = (await collections(views)).shown.values()
    groups = [choice(one.id, named(one.name), "", called(one.name)) for one in listed if one.kind == "group"]
    return [choice("", _("no group")), *groups]


async def _albums(views: Views) -> list[Choice]:
    by_hand = [(one.id, one.name) for one in (await collections(views)).albums if one.q is None]
    same = twins(by_hand)
    hints = {one.id: details(one) for one in await albums(views) if one.id in same} if same else {}
    return [choice(album_id, name, hints.get(album_id, "")) for album_id, name in by_hand]


async def _keywords(views: Views) -> list[Choice]:
    return await asyncio.to_thread(_plain, await queries.all_names(views, "keyword"))


async def _people(views: Views) -> list[Choice]:
    return await asyncio.to_thread(_plain, await queries.all_names(views, "person"))


def _plain(names: Iterable[str]) -> list[Choice]:
    return [choice(name, name) for name in names]


_LISTS: Final = {
    "category": _categories,
    "group": _groups_of_categories,
    "album": _albums,
    "keyword": _keywords,
    "person": _people,
}
