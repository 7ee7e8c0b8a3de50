"""Categories: the built-in ones and a person's own. Pure: values in, values out."""

from collections.abc import Collection

import msgspec

from services.gateway.deciders.errors import NotFound, Refused
from services.kernel.commands import (
    AssignCategory,
    CreateCategory,
    DeleteCategory,
    RejectCategory,
    RenameCategory,
    TeachCategory,
)
from services.kernel.events import (
    CategoryAssigned,
    CategoryCreated,
    CategoryDeleted,
    CategoryRejected,
    CategoryRenamed,
    CategoryTaught,
    Event,
)


class Category(msgspec.Struct, frozen=True):
    name: str
    deleted: bool = False
    taught: bool = False


CategoryCommand = (
    CreateCategory | RenameCategory | DeleteCategory | AssignCategory | RejectCategory | TeachCategory
)


def stream(category_id: str) -> str:
    return f"category-{category_id}"


def evolve(category: Category | None, event: Event) -> Category | None:
    match event:
        case CategoryCreated(name=name):
            return Category(name)
        case CategoryRenamed(name=name) if category:
            return msgspec.structs.replace(category, name=name)
        case CategoryDeleted() if category:
            return msgspec.structs.replace(category, deleted=True)
        case CategoryTaught(taught=taught) if category:
            return msgspec.structs.replace(category, taught=taught)
    return category


def decide(
    command: CategoryCommand, category: Category | None, category_id: str, taken: Collection[str]
) -> list[Event]:
    """`taken`: names of the other categories, case-folded. Events about images come one per image.

    Raises NotFound, or Refused when the name is taken.
    """
    if isinstance(command, CreateCategory):
        name = _free(command.name, taken)
        return [CategoryCreated(category_id=category_id, name=name, group_id=command.group_id)]
    if category is None or category.deleted:
        raise NotFound("There is no such category. It may have been deleted.", "category_id")
    match command:
        case RenameCategory(name=name):
            if name.strip() == category.name:
                return []
            return [CategoryRenamed(category_id=category_id, name=_free(name, taken))]
        case DeleteCategory():
            return [CategoryDeleted(category_id=category_id)]
        case TeachCategory(taught=taught):
            same = taught == category.taught
            return [] if same else [CategoryTaught(category_id=category_id, taught=taught)]
        case AssignCategory(images=images):
            return [CategoryAssigned(image_id=i, category_id=category_id) for i in dict.fromkeys(images)]
        case RejectCategory(images=images):
            return [CategoryRejected(image_id=i, category_id=category_id) for i in dict.fromkeys(images)]


def _free(name: str, taken: Collection[str]) -> str:
    name = name.strip()
    if name.casefold() in taken:
        raise Refused(f"There is a category called “{name}” already.", "name")
    return name
