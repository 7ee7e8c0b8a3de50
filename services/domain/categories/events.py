"""Facts about categories: their tree and thresholds. People's decisions about photos are in `decisions.py`."""

from collections.abc import Collection, Mapping, Sequence
from typing import ClassVar, Literal

import msgspec

from services.domain.categories.category import Category
from services.domain.categories.event import CategoryEvent, replayed
from services.domain.categories.tree import line_of_merges, serves_others, still_free
from services.domain.subject import Event, Known, Recorded
from services.domain.words import CategoryName, Percent
from services.kernel.sentence import Sentence, Spoken

changed = msgspec.structs.replace


class CategoryMade(CategoryEvent, frozen=True, kw_only=True):
    """It is there from now on."""

    async def built_upon(self, known: Known, stream: Sequence[Recorded], own: Collection[int]) -> str | None:
        last = max(position for position, _ in stream if position in own)
        then = replayed([one for one in stream if one.position <= last], None)
        now = replayed(stream, None)
        if now is None or now.deleted:
            return None
        return now.name if now != then or await serves_others(known, self.category_id, own) else None


class CategoryCreated(CategoryMade, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_created"
    BEGINS: ClassVar[bool] = True
    NAMES: ClassVar[bool] = True
    name: str
    group_id: str | None = None
    kind: Literal["category", "group"] = "category"

    def applied(self, category: Category) -> Category:
        return Category(self.name, self.kind, self.group_id)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        return [] if now.deleted else [CategoryDeleted(category_id=self.category_id)]

    def line(self) -> Spoken:
        if self.kind == "group":
            return Sentence("Created the group “%(name)s”", name=self.name)
        return Sentence("Created the category “%(name)s”", name=self.name)


class CategoryRenamed(CategoryEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_renamed"
    NAMES: ClassVar[bool] = True
    name: str

    def applied(self, category: Category) -> Category:
        return changed(category, name=self.name)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        same = now.name == self.name
        return [CategoryRenamed(category_id=self.category_id, name=then.name)] if same and then.name else []

    def line(self) -> Spoken:
        return Sentence("Category renamed to “%(name)s”", name=self.name)

    async def permitted(self, known: Known) -> Mapping[str, int]:
        return await still_free(known, self.category_id, self.name)


class CategoryDeleted(CategoryEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_deleted"
    NAMES: ClassVar[bool] = True

    def applied(self, category: Category) -> Category:
        return changed(category, deleted=True)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        return [CategoryRestored(category_id=self.category_id)] if now.deleted else []

    def line(self) -> Spoken:
        return Sentence("Category deleted")


class CategoryRestored(CategoryMade, frozen=True, kw_only=True):
    """A deleted category is back, with everything recorded about it."""

    TYPE: ClassVar[str] = "category_restored"
    NAMES: ClassVar[bool] = True

    def applied(self, category: Category) -> Category:
        return changed(category, deleted=False)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        return [] if now.deleted else [CategoryDeleted(category_id=self.category_id)]

    def line(self) -> Spoken:
        return Sentence("%(category)s is back", category=CategoryName(self.category_id))

    async def permitted(self, known: Known) -> Mapping[str, int]:
        return await still_free(known, self.category_id)


class CategoryMoved(CategoryEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_moved"
    group_id: str | None
    """None: in no group."""

    def applied(self, category: Category) -> Category:
        return changed(category, group_id=self.group_id)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        same = now.group_id == self.group_id
        return [CategoryMoved(category_id=self.category_id, group_id=then.group_id)] if same else []

    def line(self) -> Spoken:
        name = CategoryName(self.category_id)
        if self.group_id is None:
            return Sentence("%(category)s removed from its group", category=name)
        return Sentence("%(category)s moved to %(group)s", category=name, group=CategoryName(self.group_id))


class CategoriesMerged(CategoryEvent, frozen=True, kw_only=True):
    """It is gone, and everything recorded about it, before and later, counts for the other; groups likewise."""

    TYPE: ClassVar[str] = "categories_merged"
    NAMES: ClassVar[bool] = True
    into_id: str

    def applied(self, category: Category) -> Category:
        return changed(category, merged_into=self.into_id)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        return [CategoryUnmerged(category_id=self.category_id)] if now.merged_into == self.into_id else []

    def line(self) -> Spoken:
        into = CategoryName(self.into_id)
        return Sentence(
            "%(category)s merged into %(other)s", category=CategoryName(self.category_id), other=into
        )

    async def permitted(self, known: Known) -> Mapping[str, int]:
        return await line_of_merges(known, self.category_id, self.into_id)


class CategoryUnmerged(CategoryEvent, frozen=True, kw_only=True):
    """It is a separate category again."""

    TYPE: ClassVar[str] = "category_unmerged"
    NAMES: ClassVar[bool] = True

    def applied(self, category: Category) -> Category:
        return changed(category, merged_into=None)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        if now.merged_into is not None or not then.merged_into:
            return []
        return [CategoriesMerged(category_id=self.category_id, into_id=then.merged_into)]

    def line(self) -> Spoken:
        return Sentence("%(category)s is a separate category again", category=CategoryName(self.category_id))

    async def permitted(self, known: Known) -> Mapping[str, int]:
        return await still_free(known, self.category_id)


class CategoryHidden(CategoryEvent, frozen=True, kw_only=True):
    """No longer listed, neither among categories nor on photos; nothing is lost."""

    TYPE: ClassVar[str] = "category_hidden"

    def applied(self, category: Category) -> Category:
        return changed(category, hidden=True)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        return [CategoryUnhidden(category_id=self.category_id)] if now.hidden else []

    def line(self) -> Spoken:
        return Sentence("%(category)s hidden", category=CategoryName(self.category_id))


class CategoryUnhidden(CategoryEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_unhidden"

    def applied(self, category: Category) -> Category:
        return changed(category, hidden=False)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        return [] if now.hidden else [CategoryHidden(category_id=self.category_id)]

    def line(self) -> Spoken:
        return Sentence("%(category)s shown again", category=CategoryName(self.category_id))


class ThresholdSet(CategoryEvent, frozen=True, kw_only=True):
    """The score from which photos are shown in the category."""

    TYPE: ClassVar[str] = "threshold_set"
    threshold: float | None
    """None: the default."""

    def applied(self, category: Category) -> Category:
        return changed(category, chosen=self.threshold)

    def reversed(self, then: Category, now: Category) -> list[Event]:
        same = now.chosen == self.threshold
        return [ThresholdSet(category_id=self.category_id, threshold=then.chosen)] if same else []

    def line(self) -> Spoken:
        name = CategoryName(self.category_id)
        if self.threshold is None:
            return Sentence("Reset the sensitivity of %(category)s", category=name)
        share = Percent(self.threshold)
        return Sentence("Set the sensitivity of %(category)s to %(share)s", category=name, share=share)
