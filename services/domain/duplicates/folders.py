"""Folders whose photos are kept where others are almost the same, or are copies."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.erasure import Erasure
from services.domain.fields import Folder, Paths
from services.domain.subject import Command, Decision, Event, InStream, Known, NotFound, Section
from services.kernel.sentence import Sentence, Series, Spoken, Verbatim


class FoldersPreferred(Event, frozen=True, kw_only=True):
    """Of duplicates, a photo below an earlier folder wins. Others are compared by what they are."""

    TYPE: ClassVar[str] = "folders_preferred"
    STREAM: ClassVar[str] = "duplicates"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    folders: list[str]
    """Full paths, as spelled in the log; the first wins."""

    def undo(self, stream: InStream) -> list[Event]:
        if any(isinstance(event, FoldersPreferred) for _, event in stream.after):
            return []
        earlier = [event.folders for _, event in stream.before if isinstance(event, FoldersPreferred)]
        return [FoldersPreferred(folders=earlier[-1] if earlier else [])]

    def without(self, erasure: Erasure) -> Event | None:
        return msgspec.structs.replace(self, folders=_left(self.folders, erasure))

    def line(self) -> Spoken:
        if not self.folders:
            return Sentence("No folder wins among duplicates")
        names: list[Spoken] = [Verbatim(one) for one in self.folders]
        return Sentence("Among duplicates, these folders win: %(folders)s", folders=Series(names))


def _left(folders: Sequence[str], erasure: Erasure) -> list[str]:
    """Those that held not only photos that are forgotten for good."""
    return [folder for folder in folders if not erasure.of_full_path(folder)]


class PreferFolders(Command, frozen=True, kw_only=True):
    """Sets which folders win among duplicates. `up` and `down` then move one of them by a place: up from behind the
    last, it joins them; down from the last place, it leaves them."""

    TYPE: ClassVar[str] = "prefer_folders"
    NAME: ClassVar[str] = "prefer-folders"
    folders: Paths = msgspec.field(default_factory=list)
    up: Folder | None = None
    down: Folder | None = None

    async def decide(self, known: Known) -> Decision:
        folders = self.moved()
        roots = [*known.roots, *await known.folders()]
        for folder in folders:
            if not any(folder == root or folder.startswith(f"{root.rstrip('/')}/") for root in roots):
                raise NotFound("%(folder)s is in none of the photo folders.", "folders", folder=folder)
        return Decision([FoldersPreferred(folders=folders)])

    def moved(self) -> list[str]:
        folders = list(dict.fromkeys(self.folders))
        if self.up in folders:
            place = folders.index(self.up)
            folders.insert(max(place - 1, 0), folders.pop(place))
        elif self.up:
            folders.append(self.up)
        if self.down in folders:
            place = folders.index(self.down)
            last = place == len(folders) - 1
            folders.pop(place)
            if not last:
                folders.insert(place + 1, self.down)
        return folders

    def without(self, erasure: Erasure) -> Command:
        blank = {name: None for name in ("up", "down") if erasure.of_full_path(getattr(self, name) or "")}
        return msgspec.structs.replace(self, folders=_left(self.folders, erasure), **blank)

    def toast(self, events: Sequence[Event]) -> Spoken:
        return FoldersPreferred(folders=self.moved()).line()
