"""The state of a category, or of a group of them, after its events."""

import unicodedata

import msgspec

from services.knowledge import taxonomy


class Category(msgspec.Struct, frozen=True):
    name: str
    kind: taxonomy.Kind = "category"
    group_id: str | None = None
    deleted: bool = False
    hidden: bool = False
    merged_into: str | None = None
    chosen: float | None = None
    """The threshold that a person chose; None: the default."""
    taught: bool = False
    sentences: tuple[str, ...] = ()
    """What belongs to it, in a person's words."""

    @property
    def living(self) -> bool:
        return not self.deleted and self.merged_into is None


def stream(category_id: str) -> str:
    return f"category-{category_id}"


def initial(category_id: str) -> Category | None:
    """A built-in category before any event."""
    builtin = taxonomy.load().categories.get(category_id)
    return Category(builtin.name, builtin.kind, builtin.group_id) if builtin else None


def name_key(name: str) -> str:
    """Two names with the same key are the same name."""
    return unicodedata.normalize("NFKC", name).casefold()
