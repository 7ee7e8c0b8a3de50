"""Facts about categories: the tree that they stand in, and what a person says of photos. The rest is in `events.py`,
which has all of them.
"""

from typing import ClassVar, Literal

from services.kernel.event import Event


class CategoryCreated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_created"
    category_id: str
    name: str
    group_id: str | None = None
    kind: Literal["category", "group"] = "category"


class CategoryRenamed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_renamed"
    category_id: str
    name: str


class CategoryDeleted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_deleted"
    category_id: str


class CategoryAssigned(Event, frozen=True, kw_only=True):
    """A person says that the picture belongs there; no model output takes it back."""

    TYPE: ClassVar[str] = "category_assigned"
    image_id: str
    category_id: str


class CategoryRejected(Event, frozen=True, kw_only=True):
    """A person says that it does not belong there, whatever a model says later."""

    TYPE: ClassVar[str] = "category_rejected"
    image_id: str
    category_id: str


class CategoryCleared(Event, frozen=True, kw_only=True):
    """A person takes back what was said of picture and category: models are heard again."""

    TYPE: ClassVar[str] = "category_cleared"
    image_id: str
    category_id: str


class CategoryMoved(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_moved"
    category_id: str
    group_id: str | None
    """None: it stands by itself."""


class CategoriesMerged(Event, frozen=True, kw_only=True):
    """One is gone, and all that is said of it, before and later, counts for the other; so for groups."""

    TYPE: ClassVar[str] = "categories_merged"
    category_id: str
    into_id: str


class CategoryUnmerged(Event, frozen=True, kw_only=True):
    """It stands for itself again."""

    TYPE: ClassVar[str] = "category_unmerged"
    category_id: str


class CategoryHidden(Event, frozen=True, kw_only=True):
    """Not listed any more, neither among categories nor on photos; nothing is forgotten."""

    TYPE: ClassVar[str] = "category_hidden"
    category_id: str


class CategoryUnhidden(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_unhidden"
    category_id: str


class CategoryRestored(Event, frozen=True, kw_only=True):
    """One that was deleted is there again, with all that was said of it."""

    TYPE: ClassVar[str] = "category_restored"
    category_id: str


class ThresholdSet(Event, frozen=True, kw_only=True):
    """From which score on a photo is shown in the category."""

    TYPE: ClassVar[str] = "threshold_set"
    category_id: str
    threshold: float | None
    """None: the built-in one."""
