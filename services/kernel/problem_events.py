"""What could not be done, and what a person doesn't want to be told of any more."""

from typing import ClassVar

import msgspec

from services.kernel.event import Event


class FileAt(msgspec.Struct, frozen=True, kw_only=True):
    """A place, whatever lies there."""

    root: str
    path: str
    """Relative to `root`, as in `FileAdded`."""


class FailureOf(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that a model could not classify."""

    image_id: str
    model_id: str


class FolderUnreadable(Event, frozen=True, kw_only=True):
    """A folder, or a file's size and time, can't be read. What was known of it stays; `RejectionWithdrawn` when it
    can be again."""

    TYPE: ClassVar[str] = "folder_unreadable"
    root: str
    path: str
    reason: str
    """A sentence for the person."""


class ProblemsIgnored(Event, frozen=True, kw_only=True):
    """A person doesn't want to be told of them, until something new is said of them."""

    TYPE: ClassVar[str] = "problems_ignored"
    files: list[FileAt] = msgspec.field(default_factory=list)
    failures: list[FailureOf] = msgspec.field(default_factory=list)


class ProblemsShown(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "problems_shown"
    files: list[FileAt] = msgspec.field(default_factory=list)
    failures: list[FailureOf] = msgspec.field(default_factory=list)
