"""What may be asked for of a category or a group: what is decided, and what the page says then."""

from collections.abc import Collection, Sequence
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from services.domain.categories.category import Category, stream
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
from services.domain.categories.tree import category_of, free, plain, taken_names
from services.domain.fields import Id, Name
from services.domain.subject import Command, Decision, Event, Known, NotFound, Refused
from services.domain.words import Percent
from services.kernel.sentence import Sentence, Spoken
from services.knowledge import taxonomy


def there(category: Category | None, deleted_too: bool = False) -> Category:
    """Raises NotFound, or Refused for one that was merged."""
    if category is None or (category.deleted and not deleted_too):
        raise NotFound("There is no such category. It may have been deleted.", "category_id")
    if category.merged_into is not None:
        raise Refused(
            "“%(name)s” was merged into another category. Undo that first, in the history.",
            "category_id",
            name=category.name,
        )
    return category


def fits_into(group: Category | None, kind: taxonomy.Kind) -> None:
    """Whether something of a kind may stand in it. Raises NotFound or Refused."""
    if group is None or not group.living:
        raise NotFound("There is no such group of categories.", "group_id")
    if group.kind != "group":
        raise Refused("“%(name)s” is a category, not a group of categories.", "group_id", name=group.name)
    if kind == "group":
        raise Refused("A group can't stand in another group.", "group_id")


class CreateCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "create_category"
    NAME: ClassVar[str] = "create-category"
    name: Name
    group_id: Id | None = None
    kind: Literal["category", "group"] = "category"

    async def decide(self, known: Known) -> Decision:
        category_id, versions, group = known.new_id, {stream(known.new_id): 0}, None
        if self.group_id is not None:
            group, versions[stream(self.group_id)] = await category_of(known, self.group_id)
        return Decision(self.decided(category_id, await taken_names(known, category_id), group), versions)

    def decided(self, category_id: str, taken: Collection[str], group: Category | None) -> list[Event]:
        """`taken`: keys of the names of all categories."""
        name = free(self.name, taken)
        if self.group_id is not None:
            fits_into(group, self.kind)
        return [CategoryCreated(category_id=category_id, name=name, group_id=self.group_id, kind=self.kind)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        if self.kind == "group":
            return Sentence("Group “%(name)s” made", name=self.name)
        return Sentence("Category “%(name)s” made", name=self.name)


class CategoryChange(Command, frozen=True, kw_only=True):
    """Of one category that is there."""

    category_id: Id

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        return Decision(self.decided(category), {stream(self.category_id): version})

    def decided(self, category: Category | None) -> list[Event]:
        """Nothing when it is so already. Raises NotFound or Refused."""
        return self.changes(there(category))

    def changes(self, category: Category) -> list[Event]:
        raise NotImplementedError


class RenameCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rename_category"
    NAME: ClassVar[str] = "rename-category"
    name: Name

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        events = self.named(category, await taken_names(known, self.category_id))
        return Decision(events, {stream(self.category_id): version})

    def named(self, category: Category | None, taken: Collection[str]) -> list[Event]:
        """`taken`: keys of the names of all others."""
        if plain(self.name) == there(category).name:
            return []
        return [CategoryRenamed(category_id=self.category_id, name=free(self.name, taken))]

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
    """One that was deleted."""

    TYPE: ClassVar[str] = "restore_category"
    NAME: ClassVar[str] = "restore-category"

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        events = self.restored(category, await taken_names(known, self.category_id))
        return Decision(events, {stream(self.category_id): version})

    def restored(self, category: Category | None, taken: Collection[str]) -> list[Event]:
        """`taken`: keys of the names of all others."""
        category = there(category, deleted_too=True)
        if not category.deleted:
            return []
        free(category.name, taken)
        return [CategoryRestored(category_id=self.category_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The category is there again")


class MoveCategory(CategoryChange, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move_category"
    NAME: ClassVar[str] = "move-category"
    group_id: Id | None
    """None: out of its group. In a form also an empty field."""

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        versions, group = {stream(self.category_id): version}, None
        if self.group_id is not None:
            group, versions[stream(self.group_id)] = await category_of(known, self.group_id)
        versions[stream(self.category_id)] = version
        return Decision(self.moved(category, group), versions)

    def moved(self, category: Category | None, group: Category | None) -> list[Event]:
        category = there(category)
        if self.group_id == category.group_id:
            return []
        if self.group_id is not None:
            fits_into(group, category.kind)
        return [CategoryMoved(category_id=self.category_id, group_id=self.group_id)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Moved") if self.group_id else Sentence("Taken out of its group")


class MergeCategories(CategoryChange, frozen=True, kw_only=True):
    """The one goes, and what is said of it counts for the other."""

    TYPE: ClassVar[str] = "merge_categories"
    NAME: ClassVar[str] = "merge-categories"
    into: Id

    async def decide(self, known: Known) -> Decision:
        category, version = await category_of(known, self.category_id)
        other, other_version = await category_of(known, self.into)
        versions = {stream(self.into): other_version, stream(self.category_id): version}
        return Decision(self.merged(category, other), versions)

    def merged(self, category: Category | None, other: Category | None) -> list[Event]:
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
        return [CategoriesMerged(category_id=self.category_id, into_id=self.into)]

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
    """From which score on a photo is shown in the category."""

    TYPE: ClassVar[str] = "set_threshold"
    NAME: ClassVar[str] = "set-threshold"
    threshold: Annotated[float, Meta(ge=0.1, le=1)] | None
    """None: the built-in one."""

    def changes(self, category: Category) -> list[Event]:
        same = self.threshold == category.chosen
        return [] if same else [ThresholdSet(category_id=self.category_id, threshold=self.threshold)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        if self.threshold is None:
            return Sentence("As sure as at first")
        return Sentence("Photos from %(share)s on", share=Percent(self.threshold))
