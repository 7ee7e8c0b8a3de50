"""What a person or a program may ask for, one struct per command.

`TYPE` is the name in the log and, in kebab case by `NAME`, in the URL (`POST /commands/<name>`). Unknown
fields are ignored: HTML forms send more than we ask for.
"""

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from services.kernel.album_commands import (
    AddToAlbum,
    CreateAlbum,
    DeleteAlbum,
    DescribeAlbum,
    DuplicateAlbum,
    MergeAlbums,
    RemoveFromAlbum,
    RenameAlbum,
    ReorderAlbum,
    RestoreAlbum,
    SetAlbumOrder,
    SetAlbumSearch,
    SetCover,
)
from services.kernel.command import Command, Id, ImageIds, Name, Reason
from services.kernel.problem_commands import (
    ForgetMessages,
    IgnoreProblems,
    ResendMessages,
    RetryRejected,
    ShowProblems,
)

__all__ = [
    "AddToAlbum",
    "Command",
    "CreateAlbum",
    "DeleteAlbum",
    "DescribeAlbum",
    "DuplicateAlbum",
    "ForgetMessages",
    "Id",
    "IgnoreProblems",
    "ImageIds",
    "MergeAlbums",
    "Name",
    "RemoveFromAlbum",
    "RenameAlbum",
    "ReorderAlbum",
    "ResendMessages",
    "RestoreAlbum",
    "RetryRejected",
    "SetAlbumOrder",
    "SetAlbumSearch",
    "SetCover",
    "ShowProblems",
]
"""Taken from elsewhere; what stands below is exported without."""


class ScanLibrary(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_library"
    NAME: ClassVar[str] = "scan"


class ClassifyImages(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classify_images"
    NAME: ClassVar[str] = "classify"
    images: Literal["unclassified", "all"] | ImageIds | UnsetType = UNSET
    """Left out: the unclassified ones, unless `album` or `q` says which."""
    album: Id | None = None
    """Those of this album, as it is when the command is given."""
    q: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"\S")] | None = None
    """Those that this search finds (as in `GET /api/images?q=`) when the command is given."""
    model: Id | None = None
    """The active one when left out."""


class RetryFailed(Command, frozen=True, kw_only=True):
    """Classify again what could not be classified: starts a job of its own."""

    TYPE: ClassVar[str] = "retry_failed"
    NAME: ClassVar[str] = "retry-failed"
    job_id: Id | None = None
    """What this job could not do; left out: all that the model could not."""
    model: Id | None = None
    """The active one when left out; without `job_id` only."""
    reason: Reason | None = None
    """Only those that failed for this reason."""


class PauseJob(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "pause_job"
    NAME: ClassVar[str] = "pause-job"
    job_id: Id


class ResumeJob(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "resume_job"
    NAME: ClassVar[str] = "resume-job"
    job_id: Id


class CancelJob(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "cancel_job"
    NAME: ClassVar[str] = "cancel-job"
    job_id: Id


class ActivateModel(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "activate_model"
    NAME: ClassVar[str] = "activate-model"
    model_id: Id


class CreateCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "create_category"
    NAME: ClassVar[str] = "create-category"
    name: Name
    group_id: Id | None = None
    kind: Literal["category", "group"] = "category"


class RenameCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "rename_category"
    NAME: ClassVar[str] = "rename-category"
    category_id: Id
    name: Name


class DeleteCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "delete_category"
    NAME: ClassVar[str] = "delete-category"
    category_id: Id


class RestoreCategory(Command, frozen=True, kw_only=True):
    """One that was deleted."""

    TYPE: ClassVar[str] = "restore_category"
    NAME: ClassVar[str] = "restore-category"
    category_id: Id


class MoveCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "move_category"
    NAME: ClassVar[str] = "move-category"
    category_id: Id
    group_id: Id | None
    """None: out of its group. In a form also an empty field."""


class MergeCategories(Command, frozen=True, kw_only=True):
    """The one goes, and what is said of it counts for the other."""

    TYPE: ClassVar[str] = "merge_categories"
    NAME: ClassVar[str] = "merge-categories"
    category_id: Id
    into: Id


class HideCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hide_category"
    NAME: ClassVar[str] = "hide-category"
    category_id: Id


class UnhideCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unhide_category"
    NAME: ClassVar[str] = "unhide-category"
    category_id: Id


class SetThreshold(Command, frozen=True, kw_only=True):
    """From which score on a photo is shown in the category."""

    TYPE: ClassVar[str] = "set_threshold"
    NAME: ClassVar[str] = "set-threshold"
    category_id: Id
    threshold: Annotated[float, Meta(ge=0.1, le=1)] | None
    """None: the built-in one."""


class AssignCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "assign_category"
    NAME: ClassVar[str] = "assign-category"
    category_id: Id
    images: ImageIds


class RejectCategory(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "reject_category"
    NAME: ClassVar[str] = "reject-category"
    category_id: Id
    images: ImageIds


class TeachCategory(Command, frozen=True, kw_only=True):
    """From now on the category finds more photos by itself, by those that are in it; or no longer."""

    TYPE: ClassVar[str] = "teach_category"
    NAME: ClassVar[str] = "teach-category"
    category_id: Id
    taught: bool = True


class CorrectDate(Command, frozen=True, kw_only=True):
    """Of one photo or many: to a date, or by a shift (a camera whose clock was wrong)."""

    TYPE: ClassVar[str] = "correct_date"
    NAME: ClassVar[str] = "correct-date"
    images: ImageIds
    taken_at: Annotated[str, Meta(max_length=40)] | None = None
    """ISO 8601, `2016-06-12`, `2016-06-12T14:03` or with an offset; left out with `shift_s`."""
    shift_s: Annotated[int, Meta(ge=-6_400_000_000, le=6_400_000_000)] | None = None
    """Seconds that are added to what each photo shows now."""


class HideImages(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "hide_images"
    NAME: ClassVar[str] = "hide-images"
    images: ImageIds


class UnhideImages(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "unhide_images"
    NAME: ClassVar[str] = "unhide-images"
    images: ImageIds


class SetTimeline(Command, frozen=True, kw_only=True):
    """What the timeline leaves out: the categories that are named, and no others."""

    TYPE: ClassVar[str] = "set_timeline"
    NAME: ClassVar[str] = "set-timeline"
    hides: Annotated[list[Id], Meta(max_length=1000)] = msgspec.field(default_factory=list)


class ExplainImage(Command, frozen=True, kw_only=True):
    """Where on a photo did a model see what it said?"""

    TYPE: ClassVar[str] = "explain_image"
    NAME: ClassVar[str] = "explain"
    image: Id
    model: Id | None = None
    """The active one when left out."""


class Undo(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "undo"
    NAME: ClassVar[str] = "undo"
    command_id: Id


class LookBack(Command, frozen=True, kw_only=True):
    """Asks for read tables as they were; nothing changes. Built by the projector, beside those in use."""

    TYPE: ClassVar[str] = "look_back"
    NAME: ClassVar[str] = "look-back"
    position: Annotated[int, Meta(ge=0, le=2**62)]
    """Of the last event that they hold; 0: none."""


COMMANDS: dict[str, type[Command]] = {cls.TYPE: cls for cls in Command.__subclasses__()}
BY_NAME: dict[str, type[Command]] = {cls.NAME: cls for cls in Command.__subclasses__()}
