"""The state of the category tree: which categories exist, which names are taken, what was merged into what.

Names are compared with the read tables and the log after them, so that a name given a moment ago counts as taken.
"""

from collections.abc import Collection
from typing import Final

from services.domain.categories.category import Category, initial, name_key, stream
from services.domain.categories.event import CategoryEvent, evolve, replayed
from services.domain.subject import Known, NotFound, Refused, event_of, recorded
from services.kernel.log.event import EVENTS
from services.knowledge import taxonomy

CATEGORY: Final = "category"
"""The field in which decisions on a category speak of photos (`Event.respects`)."""
NOWHERE: Final = -1
"""No position."""


async def category_of(known: Known, category_id: str) -> tuple[Category | None, int]:
    """The category as of the end of the log, and the version of its stream."""
    category = initial(category_id)
    if category is None:  # made from a label, by no command
        category = (await known.categories())[1].get(category_id)
    rows = await known.stream(stream(category_id))
    return replayed(recorded(rows), category), rows[-1].version if rows else 0


def there(category: Category | None, deleted_too: bool = False) -> Category:
    """Raises NotFound, or Refused if it was merged."""
    if category is None or (category.deleted and not deleted_too):
        raise NotFound("There is no such category. It may have been deleted.", "category_id")
    if category.merged_into is not None:
        raise Refused(
            "“%(name)s” was merged into another category. Undo that first, in the history.",
            "category_id",
            name=category.name,
        )
    return category


async def taken_names(known: Known, category_id: str) -> tuple[set[str], dict[str, int]]:
    """Name keys of all other categories, of built-in ones in all languages, and what they rest on: that no category has
    changed since."""
    position, categories = await known.categories()
    every: dict[str, Category] = dict(categories)
    if not every:
        every = {id_: builtin for id_ in taxonomy.load().categories if (builtin := initial(id_))}
    while rows := await known.since(position):
        for row in rows:
            if getattr(EVENTS.get(row.type), "NAMES", False):
                event = event_of(row)
                if not isinstance(event, CategoryEvent):
                    continue  # it can't be read
                if after := evolve(every.get(event.category_id), event):
                    every[event.category_id] = after
        position = rows[-1].position
    others = [one.name for id_, one in every.items() if one.living and id_ != category_id]
    names = {name_key(name) for other in others for name in known.called(other)}
    return names, {stream("*"): position}


async def serves_others(known: Known, category_id: str, own: Collection[int]) -> bool:
    """Whether anything but the events at the positions `own` has put photos or other categories into it."""
    position, categories = await known.categories()
    inside = {id_ for id_, one in categories.items() if category_id in (one.group_id, one.merged_into)}
    decided = set((await known.decided(category_id)).values())
    while rows := await known.since(position):
        for row in rows:
            event = event_of(row)
            if isinstance(event, CategoryEvent) and category_id in (
                getattr(event, "group_id", None),
                getattr(event, "into_id", None),
            ):
                inside.add(event.category_id)
            if any(respect[1:] == (CATEGORY, category_id) for respect in event.respects()):
                decided.add(row.position)
        position = rows[-1].position
    for id_ in inside:
        if not {await _put_there(known, id_, category_id)} <= {*own, NOWHERE}:
            return True
    return not decided <= set(own)


async def _put_there(known: Known, category_id: str, into: str) -> int | None:
    """The position of what put it into a group or another category; None: it was always there, `NOWHERE`: it isn't, or
    it is deleted."""
    category, position = initial(category_id) or Category(""), None
    was_inside = into in (category.group_id, category.merged_into)
    for at, event in recorded(await known.stream(stream(category_id))):
        category = evolve(category, event) or category
        inside = not category.deleted and into in (category.group_id, category.merged_into)
        if inside and not was_inside:
            position = at
        was_inside = inside
    return position if was_inside else NOWHERE


def plain(name: str) -> str:
    """On one line, without surrounding spaces."""
    return " ".join(name.split())


def free(name: str, taken: Collection[str]) -> str:
    """The name as it is stored. Raises Refused if it is blank or taken."""
    name = plain(name)
    if not any(character.isprintable() and not character.isspace() for character in name):
        raise Refused("A name needs at least one visible character.", "name")
    if name_key(name) in taken:
        raise Refused("There is already a category called “%(name)s”.", "name", name=name)
    return name


async def still_free(known: Known, category_id: str, name: str | None = None) -> dict[str, int]:
    """Checks a name that undo brings back, by default the category's own, and returns what that rests on. Raises
    Refused."""
    if name is None:
        category, _ = await category_of(known, category_id)
        name = category.name if category else None
    names, versions = await taken_names(known, category_id)
    if name and not names.isdisjoint(map(name_key, known.called(name))):
        raise Refused(
            "There is now another category called “%(name)s”: rename that one first.",
            "command_id",
            name=name,
        )
    return versions


async def line_of_merges(known: Known, category_id: str, into: str | None) -> dict[str, int]:
    """The stream versions of `into` and all it was merged into in turn. Raises Refused for a cycle."""
    versions: dict[str, int] = {}
    while into is not None:
        if into == category_id:
            raise Refused("The other has since been merged into this one: undo that first.", "command_id")
        other, versions[stream(into)] = await category_of(known, into)
        into = other.merged_into if other else None
    return versions
