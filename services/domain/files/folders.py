"""Photo folders that a person adds and takes out while Albumen runs. Those that it is started with come first; added
ones stay in use at every start until they are taken out."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from services.domain.fields import Folder
from services.domain.files.events import ScanStarted
from services.domain.files.sources import SourceMoved
from services.domain.subject import Command, Decision, Event, InStream, Known, NotFound, Refused, Section
from services.kernel.sentence import Sentence, Spoken


class FolderUse(Event, frozen=True, kw_only=True):
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    root: str

    def stream(self, job: str = "") -> str:
        return use_stream(self.root)


def use_stream(root: str) -> str:
    """Hashed, because a path may be longer than a stream name."""
    return f"folder-{hashlib.sha256(root.encode()).hexdigest()[:32]}"


class SourceAdded(FolderUse, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "source_added"
    from_root: str | None = None
    """The path that the folder had before, which is no longer looked into. The scan finds out whether it was moved."""

    def undo(self, stream: InStream) -> list[Event]:
        return [] if stream.after or self.from_root else [SourceRemoved(root=self.root)]

    def line(self) -> Spoken:
        if self.from_root:
            return Sentence(
                "Changed the path of %(before)s to %(path)s", before=self.from_root, path=self.root
            )
        return Sentence("Added the folder %(path)s", path=self.root)


class SourceRemoved(FolderUse, frozen=True, kw_only=True):
    """Scans no longer look into it; its photos stay."""

    TYPE: ClassVar[str] = "source_removed"

    def undo(self, stream: InStream) -> list[Event]:
        return [] if stream.after else [SourceAdded(root=self.root)]

    def line(self) -> Spoken:
        return Sentence("Removed the folder %(path)s", path=self.root)


def in_use(roots: Iterable[str], event: Event) -> list[str]:
    """The folders in use after an event."""
    rest = list(roots)
    if isinstance(event, SourceAdded):
        return list(dict.fromkeys([one for one in rest if one != event.from_root] + [event.root]))
    if isinstance(event, SourceRemoved):
        return [one for one in rest if one != event.root]
    if isinstance(event, SourceMoved):
        now = {move.former: move.root for move in event.moves}
        return list(dict.fromkeys(now.get(one, one) for one in rest))
    return rest


class AddFolder(Command, frozen=True, kw_only=True):
    """Looks into another folder as well, from now on, and scans. `from_root`: it is one whose photos are known, at
    another path than before."""

    TYPE: ClassVar[str] = "add_folder"
    NAME: ClassVar[str] = "add-folder"
    folder: Folder
    from_root: Folder | None = None

    async def decide(self, known: Known) -> Decision:
        root = await known.require_photo_folder(self.folder, "folder")
        if root in known.roots:
            raise Refused("Albumen already scans %(folder)s.", "folder", folder=root)
        if self.from_root is not None:
            if self.from_root not in await known.folders():
                raise NotFound("There is no such folder in the library.", "from_root")
            if not await known.lies_at(self.from_root, root):
                raise Refused(
                    "%(folder)s doesn’t hold the photos of %(before)s: most of them aren’t in the same places. "
                    "Add it as a separate folder.",
                    "folder",
                    folder=root,
                    before=self.from_root,
                )
        roots = in_use(known.roots, SourceAdded(root=root, from_root=self.from_root))
        name = use_stream(root)
        events: list[Event] = [
            SourceAdded(root=root, from_root=self.from_root),
            ScanStarted(roots=roots, zone=known.zone),
        ]
        return Decision(events, {name: len(await known.stream(name))})

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Looking for photos in %(folder)s", folder=self.folder)


class RemoveFolder(Command, frozen=True, kw_only=True):
    """Scans look into it no longer; its photos stay in the library."""

    TYPE: ClassVar[str] = "remove_folder"
    NAME: ClassVar[str] = "remove-folder"
    folder: Folder

    async def decide(self, known: Known) -> Decision:
        if self.folder not in known.roots:
            raise NotFound("Albumen doesn’t scan folders like this.", "folder")
        name = use_stream(self.folder)
        return Decision([SourceRemoved(root=self.folder)], {name: len(await known.stream(name))})

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("No longer scanned; its photos stay")
