"""Categories that find more photos themselves: enabled by a person, learned from their examples."""

from collections.abc import Sequence
from typing import ClassVar

from msgspec import structs

from services.domain.categories.category import Category
from services.domain.categories.commands import CategoryChange
from services.domain.categories.event import CategoryEvent
from services.domain.subject import Actor, Event, InStream, Section
from services.domain.words import CategoryName, Photos
from services.kernel.sentence import Sentence, Spoken


class CategoryTaught(CategoryEvent, frozen=True, kw_only=True):
    """A person wants the category to find more photos like those in it, or to stop doing so."""

    TYPE: ClassVar[str] = "category_taught"
    taught: bool

    def applied(self, category: Category) -> Category:
        return structs.replace(category, taught=self.taught)

    def undo(self, stream: InStream) -> list[Event]:
        if any(isinstance(other, CategoryTaught) for _position, other in stream.after):
            return []
        return [CategoryTaught(category_id=self.category_id, taught=not self.taught)]

    def line(self) -> Spoken:
        name = CategoryName(self.category_id)
        if self.taught:
            return Sentence("%(category)s finds photos automatically", category=name)
        return Sentence("%(category)s no longer finds photos automatically", category=name)


class CategoryLearned(CategoryEvent, frozen=True, kw_only=True):
    """A linear classifier over a model's embeddings (`learning.py`). It replaces the previous one."""

    TYPE: ClassVar[str] = "category_learned"
    ACTOR: ClassVar[Actor] = "model"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = None
    UNDOABLE: ClassVar[bool] = False
    model_id: str
    weights: bytes
    """int8, one per feature; multiply by `scale`."""
    scale: float
    bias: float
    examples: int
    refused: int
    """It was learned from `examples` assigned and `refused` rejected photos."""
    until: int
    """Log position up to which decisions were used."""

    def undo(self, stream: InStream) -> list[Event]:
        return Event.undo(self, stream)

    def line(self) -> Spoken:
        name, number = CategoryName(self.category_id), Photos(self.examples)
        return Sentence("%(category)s was updated from %(photos)s", category=name, photos=number)


class TeachCategory(CategoryChange, frozen=True, kw_only=True):
    """From now on the category finds more photos like those in it, or stops doing so."""

    TYPE: ClassVar[str] = "teach_category"
    NAME: ClassVar[str] = "teach-category"
    taught: bool = True

    def changes(self, category: Category) -> list[Event]:
        same = self.taught == category.taught
        return [] if same else [CategoryTaught(category_id=self.category_id, taught=self.taught)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence(
            "Looking for more like these" if self.taught else "It no longer finds photos automatically"
        )
