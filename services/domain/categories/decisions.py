"""People's decisions on whether a photo belongs to a category. They outrank every model."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from services.domain.categories.tree import CATEGORY, category_of, there
from services.domain.fields import Id, ImageIds
from services.domain.subject import (
    Actor,
    Command,
    Decision,
    Event,
    InStream,
    Known,
    Refused,
    Respect,
    Section,
)
from services.domain.words import CategoryName, Photos
from services.kernel.sentence import Plural, Sentence, Spoken


class CategoryDecision(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "image-{self.image_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("categories", "photos")
    UNDOABLE: ClassVar[bool] = True
    PER_PHOTO: ClassVar[bool] = True
    image_id: str
    category_id: str

    def respects(self) -> Iterable[Respect]:
        return [(self.image_id, CATEGORY, self.category_id)]

    def undo(self, stream: InStream) -> list[Event]:
        later = [event for _position, event in stream.after if self._same(event)]
        if later and later[-1] != self:
            return []
        earlier = [event for _position, event in stream.before if self._same(event)]
        return earlier[-1:] or [CategoryCleared(image_id=self.image_id, category_id=self.category_id)]

    def _same(self, other: Event) -> bool:
        return isinstance(other, CategoryDecision) and other.category_id == self.category_id


class CategoryAssigned(CategoryDecision, frozen=True, kw_only=True):
    """A person says that the photo belongs there; no model output overrides it."""

    TYPE: ClassVar[str] = "category_assigned"

    def line(self) -> Spoken:
        return Sentence("You marked this photo as %(category)s", category=CategoryName(self.category_id))

    def line_of(self, number: int, by: Actor) -> Spoken:
        name, photos = CategoryName(self.category_id), Photos(number)
        if by != "user":
            return Sentence("Marked %(photos)s as %(category)s", photos=photos, category=name)
        if number == 1:
            return self.line()
        return Sentence("You marked %(photos)s as %(category)s", photos=photos, category=name)


class CategoryRejected(CategoryDecision, frozen=True, kw_only=True):
    """A person says that it does not belong there, whatever a model says later."""

    TYPE: ClassVar[str] = "category_rejected"

    def line(self) -> Spoken:
        return Sentence("You marked this photo as not %(category)s", category=CategoryName(self.category_id))

    def line_of(self, number: int, by: Actor) -> Spoken:
        name, photos = CategoryName(self.category_id), Photos(number)
        if by != "user":
            return Sentence("Marked %(photos)s as not %(category)s", photos=photos, category=name)
        if number == 1:
            return self.line()
        return Sentence("You marked %(photos)s as not %(category)s", photos=photos, category=name)


class CategoryCleared(CategoryDecision, frozen=True, kw_only=True):
    """A person's decision is withdrawn: models count again."""

    TYPE: ClassVar[str] = "category_cleared"

    def line(self) -> Spoken:
        return Sentence("You withdrew %(category)s", category=CategoryName(self.category_id))


class DecisionCommand(Command, frozen=True, kw_only=True):
    PER_PHOTO: ClassVar[bool] = True
    EVENT: ClassVar[type[CategoryDecision]]
    category_id: Id
    images: ImageIds

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        there((await category_of(known, self.category_id))[0])
        images = dict.fromkeys(self.images)
        return Decision([self.EVENT(image_id=one, category_id=self.category_id) for one in images])


class AssignCategory(DecisionCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assign_category"
    NAME: ClassVar[str] = "assign-category"
    EVENT: ClassVar[type[CategoryDecision]] = CategoryAssigned

    def toast(self, events: Sequence[Event]) -> Spoken:
        name, photos = CategoryName(self.category_id), Photos(len(self.images))
        return Sentence("Added %(photos)s to %(category)s", photos=photos, category=name)


class RejectCategory(DecisionCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "reject_category"
    NAME: ClassVar[str] = "reject-category"
    EVENT: ClassVar[type[CategoryDecision]] = CategoryRejected

    def toast(self, events: Sequence[Event]) -> Spoken:
        name, photos = CategoryName(self.category_id), Photos(len(self.images))
        return Sentence("Removed %(photos)s from %(category)s", photos=photos, category=name)


class ReplaceCategory(Command, frozen=True, kw_only=True):
    """The photos belong to one category instead of another: both are said in one step, and undone in one."""

    TYPE: ClassVar[str] = "replace_category"
    NAME: ClassVar[str] = "replace-category"
    category_id: Id
    instead_of: Id
    """The category that they do not belong to."""
    images: ImageIds

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        if self.category_id == self.instead_of:
            raise Refused("Choose another category than the one they are in.", "category_id")
        for one in (self.category_id, self.instead_of):
            there((await category_of(known, one))[0])
        return Decision(instead(self.category_id, self.instead_of, self.images))

    def toast(self, events: Sequence[Event]) -> Spoken:
        number = len(dict.fromkeys(self.images))
        return Plural(
            "%(photos)s is now %(category)s, not %(other)s",
            "%(photos)s are now %(category)s, not %(other)s",
            number,
            photos=Photos(number),
            category=CategoryName(self.category_id),
            other=CategoryName(self.instead_of),
        )


def instead(category_id: str, instead_of: str | None, images: Sequence[str]) -> list[Event]:
    """That the photos belong to the one category, and not to the other if there is one."""
    photos = dict.fromkeys(images)
    rejected = [CategoryRejected(image_id=one, category_id=instead_of) for one in photos if instead_of]
    return [*rejected, *(CategoryAssigned(image_id=one, category_id=category_id) for one in photos)]
