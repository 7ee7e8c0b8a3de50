"""The facts of the log, one struct per type.

`TYPE` is the stable name that is stored; class names and modules may change, it may not. `VERSION` is the
schema version written today; older ones are upcast (`upcast.py`). A new optional field with a default
needs no new version; anything else does.
"""

from typing import ClassVar, Literal

import msgspec

from services.kernel.album_events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumOrderSet,
    AlbumRenamed,
    AlbumReordered,
    AlbumRestored,
    AlbumSearchSet,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.kernel.category_events import (
    CategoriesMerged,
    CategoryAssigned,
    CategoryCleared,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRejected,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ThresholdSet,
)
from services.kernel.event import Event
from services.kernel.learning_events import CategoryLearned, CategoryTaught
from services.kernel.library_events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileRejected,
    FileReplaced,
    FileReturned,
    ImageImported,
    RejectionWithdrawn,
    ScanFinished,
    ScanStarted,
    SidecarRead,
    SourceUnavailable,
)
from services.kernel.problem_events import FolderUnreadable, ProblemsIgnored, ProblemsShown

__all__ = [
    "EVENTS",
    "AlbumCoverSet",
    "AlbumCreated",
    "AlbumDeleted",
    "AlbumDescribed",
    "AlbumOrderSet",
    "AlbumRenamed",
    "AlbumReordered",
    "AlbumRestored",
    "AlbumSearchSet",
    "CategoriesMerged",
    "CategoryAssigned",
    "CategoryCleared",
    "CategoryCreated",
    "CategoryDeleted",
    "CategoryHidden",
    "CategoryLearned",
    "CategoryMoved",
    "CategoryRejected",
    "CategoryRenamed",
    "CategoryRestored",
    "CategoryTaught",
    "CategoryUnhidden",
    "CategoryUnmerged",
    "ClassHeat",
    "ClassificationFailed",
    "ClassificationRequested",
    "CommandUndone",
    "DateCorrected",
    "Event",
    "FileAdded",
    "FileMissing",
    "FileMoved",
    "FileRejected",
    "FileReplaced",
    "FileReturned",
    "FolderUnreadable",
    "ImageClassified",
    "ImageExplained",
    "ImageImported",
    "ImagesAddedToAlbum",
    "ImagesHidden",
    "ImagesRemovedFromAlbum",
    "ImagesUnhidden",
    "JobCancelled",
    "JobFinished",
    "JobPaused",
    "JobResumed",
    "ModelActivated",
    "ModelLoaded",
    "ModelRegistered",
    "ProblemsIgnored",
    "ProblemsShown",
    "RejectionWithdrawn",
    "ScanFinished",
    "ScanStarted",
    "SidecarRead",
    "SourceUnavailable",
    "ThresholdSet",
    "TimelineHides",
]


class DateCorrected(Event, frozen=True, kw_only=True):
    """A person says when it was taken; None takes that back."""

    TYPE: ClassVar[str] = "date_corrected"
    image_id: str
    taken_at: str | None


class ImagesHidden(Event, frozen=True, kw_only=True):
    """A person doesn't want to see them among the others."""

    TYPE: ClassVar[str] = "images_hidden"
    image_ids: list[str]


class ImagesUnhidden(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_unhidden"
    image_ids: list[str]


class TimelineHides(Event, frozen=True, kw_only=True):
    """Photos of these categories are left out of the timeline (not of searches, albums and their categories)."""

    TYPE: ClassVar[str] = "timeline_hides"
    category_ids: list[str]


class CommandUndone(Event, frozen=True, kw_only=True):
    """What the command did was taken back by the events that follow this one."""

    TYPE: ClassVar[str] = "command_undone"
    command_id: str


class ClassificationRequested(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classification_requested"
    job_id: str
    model_id: str
    scope: Literal["unclassified", "all", "images"]
    images: list[str] = msgspec.field(default_factory=list)


class ImageClassified(Event, frozen=True, kw_only=True):
    """What a network said of a picture, not what we make of it: a category or a threshold that changes
    later needs no second run of the network."""

    TYPE: ClassVar[str] = "image_classified"
    image_id: str
    model_id: str
    weights_digest: str
    """SHA-256 of the weights file, hex."""
    preprocessing_id: str
    classes: list[tuple[int, float]]
    """The 20 best (class index, probability), best first."""
    embedding: str = ""
    """What the network felt, as `embedding.encode` writes it; empty where it was not kept."""
    labels: list[str] = msgspec.field(default_factory=list)
    """The names of `classes`, in their order; empty where they are ImageNet's."""


class ClassHeat(msgspec.Struct, frozen=True):
    """Where a class was seen."""

    class_index: int
    side: int
    """Cells in a row, and rows."""
    cells: bytes
    """side × side, row by row: 0 where nothing speaks for the class, 255 where most does."""


class ImageExplained(Event, frozen=True, kw_only=True):
    """Where on a picture a network saw what it said (class activation maps)."""

    TYPE: ClassVar[str] = "image_explained"
    image_id: str
    model_id: str
    weights_digest: str
    share: float
    """The maps cover the square in the middle of the picture whose side is this share of the short side."""
    heat: list[ClassHeat]


class ClassificationFailed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classification_failed"
    image_id: str
    model_id: str
    reason: str


class JobFinished(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "job_finished"
    job_id: str
    done: int
    failed: int


class JobCancelled(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "job_cancelled"
    job_id: str


class JobPaused(Event, frozen=True, kw_only=True):
    """Nothing more of it is sent; what a classifier has in hand still counts."""

    TYPE: ClassVar[str] = "job_paused"
    job_id: str


class JobResumed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "job_resumed"
    job_id: str


class ModelRegistered(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "model_registered"
    model_id: str
    """Such as `efficientnet-lite0`."""
    name: str
    weights_digest: str
    preprocessing_id: str
    input_size: int
    class_count: int
    source: str
    labels: list[str] = msgspec.field(default_factory=list)
    """Names of its classes; empty where they are ImageNet's."""


class ModelActivated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "model_activated"
    model_id: str
    previous: str | None = None
    """The one that was active before, where that is known: what undoing goes back to."""


class ModelLoaded(Event, frozen=True, kw_only=True):
    """An inference worker has this model in memory and says on what it runs."""

    TYPE: ClassVar[str] = "model_loaded"
    model_id: str
    worker_id: str
    device: str
    """As a person would name it: `CPU (2 cores, AMX bfloat16)`, `NVIDIA L4`."""
    precision: str
    """`float32`, `bfloat16` or `mixed_float16`."""


def subclasses_by_type(base: type[Event]) -> dict[str, type[Event]]:
    return {cls.TYPE: cls for cls in base.__subclasses__()}


EVENTS: dict[str, type[Event]] = subclasses_by_type(Event)
