"""The findings of a scan as records for the log. Pure: ids are derived from what was seen, so that appending a finding
twice has no effect."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from services.domain.albums.events import AlbumCreated, ImagesAddedToAlbum
from services.domain.estate import Estate
from services.domain.files.absences import MissingSettled
from services.domain.files.checked import CheckedFile, FilesChecked
from services.domain.files.editing import EditSuspected, inherited
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileReplaced,
    FileReturned,
    ImageImported,
    ScanFinished,
    SidecarGone,
    SidecarRead,
    SourceUnavailable,
)
from services.domain.files.forgetting import SourceRestored
from services.domain.files.passed import FilesPassedOver
from services.domain.files.rejections import FileRejected, FolderUnreadable, RejectionWithdrawn
from services.domain.files.removals import CopiesRemoved, RemovalsIgnored
from services.domain.files.sources import RootMove, SourceMoved
from services.domain.subject import Event
from services.gateway.listing.found import Found
from services.gateway.reading.photo import Photo, Said
from services.kernel.log.envelope import Record, record_event
from services.kernel.log.ids import derived_id
from services.knowledge.facts_version import of_sidecars

FilePlace = tuple[str, str]
"""(root, path below it)"""


class Facts:
    def __init__(self, job_id: str) -> None:
        self.job_id = job_id

    def imported(self, photo: Photo) -> Record:
        return self._record(photo.imported(), derived_id(photo.image_id, "imported"))

    def corrected(self, facts: ImageImported) -> Record:
        return self._record(facts, derived_id(facts.image_id, self.job_id, "imported"))

    def added(self, root: Path, item: Found, photo: Photo) -> Record:
        event_id = self._of_version(photo.image_id, root, item, "added")
        return self._record(FileAdded(**_copy(root, item, photo)), event_id)

    def moved(self, root: Path, item: Found, photo: Photo, source: FilePlace) -> Record:
        event = FileMoved(from_root=source[0], from_path=source[1], **_copy(root, item, photo))
        return self._now(event, photo.image_id, root, item.path)

    def replaced(self, event: FileReplaced) -> Record:
        return self._now(event, event.image_id, Path(event.root), event.path)

    def inherited(self, image_id: str, previous: str, estate: Estate) -> list[Record]:
        """What people gave the path's former content also applies to the new one."""
        events = inherited(estate, image_id)
        return [
            self._record(event, inheritance_id(self.job_id, image_id, previous, number))
            for number, event in enumerate(events)
        ]

    def suspected(self, event: FileReplaced) -> Record:
        """The new content may be an edit of the former."""
        image, previous = event.image_id, event.previous_image_id
        suspicion = EditSuspected(
            image_id=image, previous_image_id=previous, root=event.root, path=event.path
        )
        return self._record(suspicion, derived_id(self.job_id, image, previous, "edit suspected"))

    def missing(self, image_id: str, root: Path, path: str) -> Record:
        return self._now(FileMissing(image_id=image_id, root=str(root), path=path), image_id, root, path)

    def returned(self, image_id: str, root: Path, path: str) -> Record:
        return self._now(FileReturned(image_id=image_id, root=str(root), path=path), image_id, root, path)

    def rejected(self, root: Path, item: Found, reason: str) -> Record:
        event = FileRejected(
            root=str(root),
            path=item.path,
            size=item.size,
            mtime_ns=item.mtime_ns,
            ctime_ns=item.ctime_ns,
            reason=reason,
        )
        event_id = derived_id(root, item.path, item.size, item.mtime_ns, reason, self.job_id, "rejected")
        return self._record(event, event_id)

    def blocked(self, root: Path, path: str, why: str) -> Record:
        reason = f"This can't be read: {why}. Let your account read it (chmod u+rX), then look again."
        event = FolderUnreadable(root=str(root), path=path, reason=reason)
        return self._record(event, derived_id(root, path, self.job_id, "blocked"))

    def withdrawn(self, root: Path, path: str) -> Record:
        event = RejectionWithdrawn(root=str(root), path=path)
        return self._record(event, derived_id(root, path, self.job_id, "withdrawn"))

    def said(self, root: Path, item: Found, event: SidecarRead) -> Record:
        return self._record(event, self._of_version(event.image_id, root, item, "sidecar"))

    def silent(self, image_id: str, root: Path, path: str) -> Record:
        return self._now(SidecarGone(image_id=image_id, root=str(root), path=path), image_id, root, path)

    def checked(self, root: Path, files: list[CheckedFile], sidecars: list[CheckedFile]) -> Record:
        event = FilesChecked(root=str(root), files=files, sidecars=sidecars)
        paths = [one.path for one in (*files, *sidecars)]
        return self._record(event, derived_id(self.job_id, root, *paths, "checked"))

    def album(self, album_id: str, title: str) -> Record:
        return self._record(AlbumCreated(album_id=album_id, name=title), album_creation(album_id))

    def in_album(self, album_id: str, images: list[str]) -> Record:
        event = ImagesAddedToAlbum(album_id=album_id, image_ids=images)
        return self._record(event, derived_id(album_id, *images, "folder"))

    def unavailable(self, event: SourceUnavailable) -> Record:
        return self._record(event, derived_id(self.job_id, event.root, "unavailable"))

    def settled(self, event: MissingSettled) -> Record:
        return self._record(event, derived_id(self.job_id, event.root, "settled"))

    def copies_removed(self, event: CopiesRemoved) -> Record:
        return self._record(event, derived_id(self.job_id, event.list_id, *event.numbers, "copies removed"))

    def removals_ignored(self, event: RemovalsIgnored, digest: str) -> Record:
        """Once for a file's content."""
        return self._record(event, derived_id(event.name, digest, "removals ignored"))

    def passed_over(self, event: FilesPassedOver) -> Record:
        return self._record(event, derived_id(self.job_id, event.root, event.kind, "passed over"))

    def restored(self, root: str) -> Record:
        return self._record(SourceRestored(root=root), derived_id(self.job_id, root, "restored"))

    def relocated(self, moves: list[RootMove]) -> Record:
        paths = [path for move in moves for path in (move.former, move.root)]
        return self._record(SourceMoved(moves=moves), derived_id(self.job_id, *paths, "source moved"))

    def finished(self, event: ScanFinished) -> Record:
        return self._record(event, derived_id(self.job_id, "finished"))

    def _now(self, event: Event, image_id: str, root: Path, path: str) -> Record:
        """For a change that may happen to the same path again: once per scan."""
        return self._record(event, derived_id(image_id, root, path, event.TYPE, self.job_id))

    def _of_version(self, image_id: str, root: Path, item: Found, what: str) -> UUID:
        """For a version of a file that may leave and come back: once per scan."""
        return derived_id(image_id, root, item.path, item.size, item.mtime_ns, self.job_id, what)

    def _record(self, event: Event, event_id: UUID) -> Record:
        job = UUID(self.job_id)
        return record_event(event, event_id=event_id, correlation_id=job, causation_id=job)


def inheritance_id(job_id: str, image_id: str, previous: str, number: int) -> UUID:
    """Of the events by which a photo inherits, numbered from 0."""
    return derived_id(job_id, image_id, previous, "inherited", number)


def replacement(root: Path, item: Found, photo: Photo, previous: str) -> FileReplaced:
    """The path's new content, after the image `previous`."""
    return FileReplaced(previous_image_id=previous, **_copy(root, item, photo))


def _copy(root: Path, item: Found, photo: Photo) -> dict[str, Any]:
    """The fields of an event about a copy of a photo."""
    place = {"taken_at": photo.place_at, "taken_at_source": photo.place_source}
    return {"image_id": photo.image_id, "root": str(root), **msgspec.structs.asdict(item), **place}


def sidecar_read(root: Path, item: Found, image_id: str, said: Said, in_trash: bool) -> SidecarRead:
    """What a sidecar says about an image. `in_trash`: by its folder."""
    fields = msgspec.structs.asdict(said) | {"trashed": said.trashed or in_trash}
    del fields["headline"], fields["library"]  # one serves for want of a description
    file = msgspec.structs.asdict(item)
    del file["inode"]
    fields["facts"] = of_sidecars(said.kind)
    return SidecarRead(image_id=image_id, root=str(root), **file, **fields)


def album_creation(album_id: str) -> UUID:
    """Of the event by which a scan makes an album of an export's folder."""
    return derived_id(album_id, "folder")
