"""How things stand among the categories: which are there, which names are taken, what was merged into what.

Names are compared with those of the read tables and whatever the log holds behind them, so that a name given a moment
ago is taken.
"""

from collections.abc import Collection

from services.domain.categories.category import Category, initial, name_key, stream
from services.domain.categories.event import CategoryEvent, evolve, replayed
from services.domain.subject import Known, Refused, event_of, recorded
from services.kernel.log.event import EVENTS
from services.knowledge import taxonomy


async def category_of(known: Known, category_id: str) -> tuple[Category | None, int]:
    """As the log has it, and the version of its stream."""
    category = initial(category_id)
    if category is None:  # of a label: made by no command
        category = (await known.categories())[1].get(category_id)
    rows = await known.stream(stream(category_id))
    return replayed(recorded(rows), category), rows[-1].version if rows else 0


async def taken_names(known: Known, category_id: str) -> set[str]:
    """Keys of the names of all others."""
    position, categories = await known.categories()
    every: dict[str, Category] = dict(categories)
    if not every:
        builtin = ((id_, initial(id_)) for id_ in taxonomy.load().categories)
        every = {id_: category for id_, category in builtin if category}
    while rows := await known.since(position):
        for row in rows:
            if getattr(EVENTS.get(row.type), "NAMES", False):
                event = event_of(row)
                assert isinstance(event, CategoryEvent)
                if after := evolve(every.get(event.category_id), event):
                    every[event.category_id] = after
        position = rows[-1].position
    return {name_key(one.name) for id_, one in every.items() if one.living and id_ != category_id}


def plain(name: str) -> str:
    """On one line, without spaces around it."""
    return " ".join(name.split())


def free(name: str, taken: Collection[str]) -> str:
    """The name as it is written down. Raises Refused."""
    name = plain(name)
    if not any(character.isprintable() and not character.isspace() for character in name):
        raise Refused("A name needs a letter that can be seen.", "name")
    if name_key(name) in taken:
        raise Refused("There is a category called “%(name)s” already.", "name", name=name)
    return name


async def still_free(known: Known, category_id: str, name: str | None) -> None:
    """For a name that comes back by undo. Raises Refused."""
    if name and name_key(name) in await taken_names(known, category_id):
        raise Refused(
            "There is another category called “%(name)s” by now: rename that one first.",
            "command_id",
            name=name,
        )


async def line_of_merges(known: Known, category_id: str, into: str | None) -> dict[str, int]:
    """The versions of all that the other was merged into, one after another. Raises Refused for a circle."""
    versions: dict[str, int] = {}
    while into is not None:
        if into == category_id:
            raise Refused("The other was merged into this one by now: undo that first.", "command_id")
        other, versions[stream(into)] = await category_of(known, into)
        into = other.merged_into if other else None
    return versions
