"""Categories and groups of them: the built-in ones and a person's own. Pure: values in, values out."""

import unicodedata
from collections.abc import Collection
from typing import Final

import msgspec

from services.gateway.catalogues import N_
from services.gateway.deciders.errors import NotFound, Refused
from services.kernel import commands as c
from services.kernel import events as e
from services.knowledge import taxonomy

GONE: Final = N_("There is no such category. It may have been deleted.")


class Category(msgspec.Struct, frozen=True):
    name: str
    kind: taxonomy.Kind = "category"
    group_id: str | None = None
    deleted: bool = False
    hidden: bool = False
    merged_into: str | None = None
    chosen: float | None = None
    """The threshold that a person chose."""
    taught: bool = False

    @property
    def living(self) -> bool:
        return not self.deleted and self.merged_into is None


CategoryCommand = (
    c.CreateCategory
    | c.RenameCategory
    | c.DeleteCategory
    | c.RestoreCategory
    | c.MoveCategory
    | c.MergeCategories
    | c.HideCategory
    | c.UnhideCategory
    | c.SetThreshold
    | c.AssignCategory
    | c.RejectCategory
    | c.TeachCategory
)


def stream(category_id: str) -> str:
    return f"category-{category_id}"


def initial(category_id: str) -> Category | None:
    """A built-in one, before anything was said of it."""
    builtin = taxonomy.load().categories.get(category_id)
    return Category(builtin.name, builtin.kind, builtin.group_id) if builtin else None


def key(name: str) -> str:
    """Two names with the same key are the same name."""
    return unicodedata.normalize("NFKC", name).casefold()


def evolve(category: Category | None, event: e.Event) -> Category | None:
    if isinstance(event, e.CategoryCreated):
        return Category(event.name, event.kind, event.group_id)
    if category is None:
        return None
    changed = msgspec.structs.replace
    match event:
        case e.CategoryRenamed(name=name):
            return changed(category, name=name)
        case e.CategoryDeleted() | e.CategoryRestored():
            return changed(category, deleted=isinstance(event, e.CategoryDeleted))
        case e.CategoryMoved(group_id=group_id):
            return changed(category, group_id=group_id)
        case e.CategoriesMerged(into_id=into_id):
            return changed(category, merged_into=into_id)
        case e.CategoryUnmerged():
            return changed(category, merged_into=None)
        case e.CategoryHidden() | e.CategoryUnhidden():
            return changed(category, hidden=isinstance(event, e.CategoryHidden))
        case e.ThresholdSet(threshold=threshold):
            return changed(category, chosen=threshold)
        case e.CategoryTaught(taught=taught):
            return changed(category, taught=taught)
    return category


def decide(
    command: CategoryCommand,
    category: Category | None,
    category_id: str,
    taken: Collection[str],
    other: Category | None = None,
) -> list[e.Event]:
    """`taken`: keys of the names of all other categories; `other`: the group or category that the command names
    besides. Events about images come one per image.

    Raises NotFound, or Refused.
    """
    if isinstance(command, c.CreateCategory):
        name = _free(command.name, taken)
        if command.group_id is not None:
            _group(other, command.kind)
        return [
            e.CategoryCreated(
                category_id=category_id, name=name, group_id=command.group_id, kind=command.kind
            )
        ]
    if category is None or (category.deleted and not isinstance(command, c.RestoreCategory)):
        raise NotFound(GONE, "category_id")
    if category.merged_into is not None:
        raise Refused(
            "“%(name)s” was merged into another category. Undo that first, in the history.",
            "category_id",
            name=category.name,
        )
    match command:
        case c.RenameCategory(name=name):
            same = _plain(name) == category.name
            return [] if same else [e.CategoryRenamed(category_id=category_id, name=_free(name, taken))]
        case c.DeleteCategory():
            return [e.CategoryDeleted(category_id=category_id)]
        case c.RestoreCategory() if category.deleted:
            _free(category.name, taken)
            return [e.CategoryRestored(category_id=category_id)]
        case c.MoveCategory(group_id=group_id) if group_id != category.group_id:
            if group_id is not None:
                _group(other, category.kind)
            return [e.CategoryMoved(category_id=category_id, group_id=group_id)]
        case c.MergeCategories(into=into):
            _mergeable(category, category_id, into, other)
            return [e.CategoriesMerged(category_id=category_id, into_id=into)]
        case c.HideCategory() if not category.hidden:
            return [e.CategoryHidden(category_id=category_id)]
        case c.UnhideCategory() if category.hidden:
            return [e.CategoryUnhidden(category_id=category_id)]
        case c.SetThreshold(threshold=threshold) if threshold != category.chosen:
            return [e.ThresholdSet(category_id=category_id, threshold=threshold)]
        case c.TeachCategory(taught=taught) if taught != category.taught:
            return [e.CategoryTaught(category_id=category_id, taught=taught)]
        case c.AssignCategory(images=images):
            return [e.CategoryAssigned(image_id=i, category_id=category_id) for i in dict.fromkeys(images)]
        case c.RejectCategory(images=images):
            return [e.CategoryRejected(image_id=i, category_id=category_id) for i in dict.fromkeys(images)]
    return []


def _plain(name: str) -> str:
    """On one line, without spaces around it."""
    return " ".join(name.split())


def _free(name: str, taken: Collection[str]) -> str:
    name = _plain(name)
    if not any(character.isprintable() and not character.isspace() for character in name):
        raise Refused("A name needs a letter that can be seen.", "name")
    if key(name) in taken:
        raise Refused("There is a category called “%(name)s” already.", "name", name=name)
    return name


def _group(group: Category | None, kind: taxonomy.Kind) -> None:
    """Whether something of a kind may stand in it."""
    if group is None or not group.living:
        raise NotFound("There is no such group of categories.", "group_id")
    if group.kind != "group":
        raise Refused("“%(name)s” is a category, not a group of categories.", "group_id", name=group.name)
    if kind == "group":
        raise Refused("A group can't stand in another group.", "group_id")


def _mergeable(category: Category, category_id: str, into: str, other: Category | None) -> None:
    if into == category_id:
        raise Refused("A category can't be merged with itself.", "into")
    if other is None or other.deleted:
        raise NotFound("There is no such category to merge it with.", "into")
    if other.merged_into == category_id:
        raise Refused("“%(name)s” was merged into this one: that would be a circle.", "into", name=other.name)
    if other.merged_into is not None:
        raise Refused(
            "“%(name)s” was itself merged into another category: choose that one.", "into", name=other.name
        )
    if category.kind != other.kind:
        raise Refused("A group can only be merged with a group, a category with a category.", "into")
