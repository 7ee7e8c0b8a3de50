"""Commands about categories: what each decision rests on.

Names are compared with those of the read tables and whatever the log holds behind them, so that a name given a
moment ago is taken. What is undone makes no circle of merged categories, and no two of one name.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from services.gateway.deciders import categories
from services.gateway.deciders.categories import Category
from services.gateway.deciders.errors import Refused
from services.gateway.queries.work import Work
from services.kernel import commands as c
from services.kernel import events as e
from services.kernel.eventlog import Log
from services.knowledge import taxonomy

Decided = tuple[list[tuple[str, e.Event]], Mapping[str, int]]
"""(stream, event) pairs in order, and the versions of the streams that the decision rests on."""
_SHAPING: Final = {
    event.TYPE
    for event in (
        e.CategoryCreated,
        e.CategoryRenamed,
        e.CategoryDeleted,
        e.CategoryRestored,
        e.CategoriesMerged,
        e.CategoryUnmerged,
    )
}
"""Events by which names are taken or set free."""
_PAGE: Final = 1000


class Tree:
    def __init__(self, log: Log, work: Work) -> None:
        self._log, self._work = log, work

    async def decide(self, command: categories.CategoryCommand, command_id: UUID) -> Decided:
        """Raises NotFound or Refused."""
        new = isinstance(command, c.CreateCategory)
        category_id = short(command_id) if isinstance(command, c.CreateCategory) else command.category_id
        category, version = (None, 0) if new else await self._one(category_id)
        stream = categories.stream(category_id)
        expected, other = {stream: version}, None
        beside = _beside(command)
        if beside is not None:
            other, expected[categories.stream(beside)] = await self._one(beside)
        taken = await self._taken(category_id)
        decided = categories.decide(command, category, category_id, taken, other)
        if isinstance(command, c.AssignCategory | c.RejectCategory):
            return [
                (f"image-{image}", event) for image, event in zip(_images(decided), decided, strict=True)
            ], {}
        return [(stream, event) for event in decided], expected | {stream: version}

    async def undoable(self, events: Sequence[e.Event]) -> Mapping[str, int]:
        """The versions of the streams that allow it. Raises Refused."""
        expected: dict[str, int] = {}
        for event in events:
            match event:
                case e.CategoriesMerged(category_id=category_id, into_id=into):
                    expected |= await self._straight(category_id, into)
                case e.CategoryRestored() | e.CategoryRenamed() | e.CategoryUnmerged():
                    category, _ = await self._one(event.category_id)
                    name = event.name if isinstance(event, e.CategoryRenamed) else category and category.name
                    if name and categories.key(name) in await self._taken(event.category_id):
                        raise Refused(
                            "There is another category called “%(name)s” by now: rename that one first.",
                            "command_id",
                            name=name,
                        )
        return expected

    async def _straight(self, category_id: str, into: str | None) -> dict[str, int]:
        """Along what the other was merged into."""
        expected: dict[str, int] = {}
        while into is not None:
            if into == category_id:
                raise Refused("The other was merged into this one by now: undo that first.", "command_id")
            other, expected[categories.stream(into)] = await self._one(into)
            into = other.merged_into if other else None
        return expected

    async def _one(self, category_id: str) -> tuple[Category | None, int]:
        category, version = categories.initial(category_id), 0
        if category is None:  # of a label: made by no command
            category = (await self._work.tree())[1].get(category_id)
        for row in await self._log.read_stream(categories.stream(category_id)):
            category, version = categories.evolve(category, row.event()), row.version
        return category, version

    async def _taken(self, category_id: str) -> set[str]:
        """Keys of the names of all others."""
        position, known = await self._work.tree()
        if not known:
            builtin = ((id_, categories.initial(id_)) for id_ in taxonomy.load().categories)
            known = {id_: category for id_, category in builtin if category}
        while rows := await self._log.read(position, _PAGE):
            for row in rows:
                if row.type in _SHAPING:
                    changed = row.event()
                    id_: str = getattr(changed, "category_id", "")
                    if (after := categories.evolve(known.get(id_), changed)) is not None:
                        known[id_] = after
            position = rows[-1].position
        return {categories.key(one.name) for id_, one in known.items() if one.living and id_ != category_id}


def _beside(command: categories.CategoryCommand) -> str | None:
    """The other category that a command names."""
    match command:
        case c.CreateCategory(group_id=group_id) | c.MoveCategory(group_id=group_id):
            return group_id
        case c.MergeCategories(into=into):
            return into
    return None


def _images(events: Sequence[e.Event]) -> list[str]:
    return [event.image_id for event in events if isinstance(event, e.CategoryAssigned | e.CategoryRejected)]


def short(command_id: UUID) -> str:
    """An id for what the command creates: 12 hex digits, the same for the same command."""
    return hashlib.sha256(command_id.bytes).hexdigest()[:12]
