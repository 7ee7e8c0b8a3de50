"""What all facts about categories have in common."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.categories.category import Category, initial
from services.domain.subject import Event, InStream, Recorded, Section


class CategoryEvent(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "category-{self.category_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("categories",)
    UNDOABLE: ClassVar[bool] = True
    NAMES: ClassVar[bool] = False
    """It takes or frees a name."""
    category_id: str

    def applied(self, category: Category) -> Category:
        """The category after this event."""
        return category

    def undo(self, stream: InStream) -> list[Event]:
        unnamed = Category("")  # made from a label: its name is not known here
        then = replayed(stream.before, initial(self.category_id) or unnamed) or unnamed
        now = replayed((stream.own, *stream.after), then) or unnamed
        return self.reversed(then, now)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        """`then`: the state before this event; `now`: the state after it and all later ones."""
        return []


def evolve(category: Category | None, event: Event) -> Category | None:
    """None until it is created."""
    if not isinstance(event, CategoryEvent) or (category is None and not event.BEGINS):
        return category
    return event.applied(category or Category(""))


def replayed(events: Sequence[Recorded], category: Category | None) -> Category | None:
    for _position, event in events:
        category = evolve(category, event)
    return category
