"""Commands for categories and groups: what each decides, and its confirmation on the page."""

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from services.domain.categories.category import Category, initial, stream
from services.domain.categories.decisions import instead
from services.domain.categories.described import CategoryDescribed, Sentences, plain_sentences
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    ThresholdSet,
)
from services.domain.categories.tree import category_of, free, plain, taken_names, there
from services.domain.fields import AnyImageIds, Id, Name
from services.domain.subject import Command, Decision, Event, Known, NotFound, Refused
from services.domain.words import Percent, Photos
from services.kernel.sentence import Sentence, Spoken
from services.knowledge import taxonomy


def fits_into(group: Category | None, kind: taxonomy.Kind) -> None:
    """Checks that something of this kind may go into the group. Raises NotFound or Refused."""
    if group is None or not group.living:
        raise NotFound("There is no such group of categories.", "group_id")
    if group.kind != "group":
        raise Refused("“%(name)s” is a category, not a group of categories.", "group_id", name=group.name)
    if kind == "group":
        raise Refused("A group can't be inside another group.", "group_id")


class CreateCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "create_category"
    NAME: ClassVar[str] = "create-category"
    name: Name
    group_id: Id | None = None
    kind: Literal["category", "group"] = "category"
    images: AnyImageIds = msgspec.field(default_factory=list)
    """Photos that belong to it."""
    instead_of: Id | None = None
    """The category that these photos do not belong to."""
    sentences: Sentences = msgspec.field(default_factory=list)
    """What belongs to it, in words."""

    async def decide(self, known: Known) -> Decision:
        await known.require_photos(self.images)
        if self.instead_of is not None:
            there((await category_of(known, self.instead_of))[0])
        sentences = await plain_sentences(known, self.sentences, self.kind)
        names, versions = await taken_names(known, known.new_id)
        name, versions[stream(known.new_id)] = free(self.name, names), 0
        if self.group_id is not None:
            group, versions[stream(self.group_id)] = await category_of(known, self.group_id)
            fits_into(group, self.kind)
        event = CategoryCreated(category_id=known.new_id, name=name, group_id=self.group_id, kind=self.kind)
        described = [CategoryDescribed(category_id=known.new_id, sentences=sentences)] if sentences else []
        decisions = instead(known.new_id, self.instead_of, self.images)
        return Decision([event, *described, *decisions], versions)

    def toast(self, events: Sequence[Event]) -> Spoken:
        if self.kind == "group":
            return Sentence("Created the group “%(name)s”", name=self.name)
        if self.images:
            photos = Photos(len(dict.fromkeys(self.images)))
            return Sentence("Created the category “%(name)s” with %(photos)s", name=self.name, photos=photos)
        return Sentence("Created the category “%(name)s”", name=self.name)


class CategoryChange(Command, frozen=True, kw_only=True):
    category_id: Id

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        return Decision(self.changes(there(category)), {stream(self.category_id): version})

    def changes(self, category: Category) -> list[Event]:
        """Empty if nothing changes."""
        raise NotImplementedError


class RenameCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rename_category"
    NAME: ClassVar[str] = "rename-category"
    name: Name

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        names, versions = await taken_names(known, self.category_id)
        builtin = initial(self.category_id)
        own = known.called(builtin.name) if builtin else ()
        translated = plain(self.name) in own
        if translated and there(category).name != own[0]:
            for name in own:
                free(name, names)
        events = self.named(category, names, own[0] if translated else None)
        return Decision(events, versions | {stream(self.category_id): version})

    def named(
        self, category: Category | None, taken: Collection[str], builtin: str | None = None
    ) -> list[Event]:
        """`taken`: name keys of all other categories. `builtin`: the name of a built-in category of which the wanted
        one is a translation; it goes on being translated."""
        name = builtin or self.name
        if plain(name) == there(category).name:
            return []
        return [CategoryRenamed(category_id=self.category_id, name=free(name, taken))]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Renamed to “%(name)s”", name=self.name)


class DeleteCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "delete_category"
    NAME: ClassVar[str] = "delete-category"

    def changes(self, category: Category) -> list[Event]:
        return [CategoryDeleted(category_id=self.category_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Category deleted; its photos stay")


class RestoreCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "restore_category"
    NAME: ClassVar[str] = "restore-category"

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        category = there(category, deleted_too=True)
        if not category.deleted:
            return Decision()
        names, versions = await taken_names(known, self.category_id)
        free(category.name, names)
        restored = CategoryRestored(category_id=self.category_id)
        return Decision([restored], versions | {stream(self.category_id): version})

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The category is back")


class MoveCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move_category"
    NAME: ClassVar[str] = "move-category"
    group_id: Id | None
    """None: out of its group. In a form, also an empty field."""

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        versions, group = {stream(self.category_id): version}, None
        if self.group_id is not None:
            group, versions[stream(self.group_id)] = await category_of(known, self.group_id)
        return Decision(self.moved(category, group), versions)

    def moved(self, category: Category | None, group: Category | None) -> list[Event]:
        category = there(category)
        if self.group_id == category.group_id:
            return []
        if self.group_id is not None:
            fits_into(group, category.kind)
        return [CategoryMoved(category_id=self.category_id, group_id=self.group_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Moved") if self.group_id else Sentence("Removed from its group")


class MergeCategories(CategoryChange, frozen=True, kw_only=True):
    """Removes a category; everything recorded about it then counts for the other."""

    TYPE: ClassVar[str] = "merge_categories"
    NAME: ClassVar[str] = "merge-categories"
    into: Id

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        other, other_version = await category_of(known, self.into)
        category = there(category)
        if self.into == self.category_id:
            raise Refused("A category can't be merged with itself.", "into")
        if other is None or other.deleted:
            raise NotFound("There is no such category to merge it with.", "into")
        name = other.name
        if other.merged_into == self.category_id:
            raise Refused("“%(name)s” was merged into this one: that would be a circle.", "into", name=name)
        if other.merged_into is not None:
            raise Refused(
                "“%(name)s” was itself merged into another category: choose that one.", "into", name=name
            )
        if category.kind != other.kind:
            raise Refused("A group can only be merged with a group, a category with a category.", "into")
        merged = CategoriesMerged(category_id=self.category_id, into_id=self.into)
        return Decision([merged], {stream(self.into): other_version, stream(self.category_id): version})

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Merged: all its photos are here now")


class HideCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hide_category"
    NAME: ClassVar[str] = "hide-category"

    def changes(self, category: Category) -> list[Event]:
        return [] if category.hidden else [CategoryHidden(category_id=self.category_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Hidden; its photos stay")


class UnhideCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unhide_category"
    NAME: ClassVar[str] = "unhide-category"

    def changes(self, category: Category) -> list[Event]:
        return [CategoryUnhidden(category_id=self.category_id)] if category.hidden else []

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Shown again")


class SetThreshold(CategoryChange, frozen=True, kw_only=True):
    """The score from which photos are shown in the category."""

    TYPE: ClassVar[str] = "set_threshold"
    NAME: ClassVar[str] = "set-threshold"
    threshold: Annotated[float, Meta(ge=0.1, le=1)] | None
    """None: the default."""

    def changes(self, category: Category) -> list[Event]:
        same = self.threshold == category.chosen
        return [] if same else [ThresholdSet(category_id=self.category_id, threshold=self.threshold)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        if self.threshold is None:
            return Sentence("Reset to default")
        return Sentence("Sensitivity set to %(share)s", share=Percent(self.threshold))
