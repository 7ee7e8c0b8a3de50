"""Forgetting a photo folder that Albumen is no longer started with, and bringing it back. The disk is not touched."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import ClassVar

from services.domain.fields import Folder
from services.domain.subject import (
    Command,
    Decision,
    Event,
    InStream,
    Known,
    NotFound,
    Refused,
    Section,
    event_of,
)
from services.kernel.sentence import Sentence, Spoken


class FolderEvent(Event, frozen=True, kw_only=True):
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    root: str

    def stream(self, job: str = "") -> str:
        return folder_stream(self.root)


def require_unused(known: Known, root: str) -> None:
    """Raises Refused if scans look into it: they would bring it back."""
    if root in known.roots:
        raise Refused("Albumen scans this folder: stop that in the settings, then forget it.", "folder")


def folder_stream(root: str) -> str:
    """Hashed, because a path may be longer than a stream name."""
    return f"source-{hashlib.sha256(root.encode()).hexdigest()[:32]}"


class SourceForgotten(FolderEvent, frozen=True, kw_only=True):
    """Photos that lie nowhere else are no longer shown; all that is known of them stays."""

    TYPE: ClassVar[str] = "source_forgotten"

    def undo(self, stream: InStream) -> list[Event]:
        return [] if stream.after else [SourceRestored(root=self.root)]

    async def permitted(self, known: Known) -> Mapping[str, int]:
        require_unused(known, self.root)
        return {}

    def line(self) -> Spoken:
        return Sentence("Forgot the folder %(path)s", path=self.root)


class SourceRestored(FolderEvent, frozen=True, kw_only=True):
    """By a person, or by the first scan after Albumen was started with the folder again."""

    TYPE: ClassVar[str] = "source_restored"

    def undo(self, stream: InStream) -> list[Event]:
        return [] if stream.after else [SourceForgotten(root=self.root)]

    def line(self) -> Spoken:
        return Sentence("Brought back the folder %(path)s", path=self.root)


class FolderCommand(Command, frozen=True, kw_only=True):
    folder: Folder

    async def decide(self, known: Known) -> Decision:
        if self.folder not in await known.folders():
            raise NotFound("There is no such folder in the library.", "folder")
        name = folder_stream(self.folder)
        rows = await known.stream(name)
        is_forgotten = bool(rows) and isinstance(event_of(rows[-1]), SourceForgotten)
        return Decision(self.changes(known, is_forgotten), {name: len(rows)})

    def changes(self, known: Known, is_forgotten: bool) -> list[Event]:
        """Empty if nothing changes."""
        raise NotImplementedError


class ForgetFolder(FolderCommand, frozen=True, kw_only=True):
    """Stops showing the photos that lie only in this folder. Refused for one that Albumen was started with."""

    TYPE: ClassVar[str] = "forget_folder"
    NAME: ClassVar[str] = "forget-folder"

    def changes(self, known: Known, is_forgotten: bool) -> list[Event]:
        require_unused(known, self.folder)
        return [] if is_forgotten else [SourceForgotten(root=self.folder)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Forgotten; nothing was deleted")


class RestoreFolder(FolderCommand, frozen=True, kw_only=True):
    """Shows the photos of a forgotten folder again."""

    TYPE: ClassVar[str] = "restore_folder"
    NAME: ClassVar[str] = "restore-folder"

    def changes(self, known: Known, is_forgotten: bool) -> list[Event]:
        return [SourceRestored(root=self.folder)] if is_forgotten else []

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Its photos are back")
