"""Facts about files: what a search for photos finds, misses and can't read."""

import hashlib
from typing import ClassVar

import msgspec

from services.domain.problems.events import FileAt
from services.domain.subject import Actor, Event, Section
from services.domain.words import Number, Photos, StoredReason
from services.kernel.sentence import Sentence, Series, Spoken


class ScanEvent(Event, frozen=True, kw_only=True):
    ACTOR: ClassVar[Actor] = "scan"


class ScanStarted(ScanEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_started"
    STREAM: ClassVar[str] = "job-{job}"
    roots: list[str]
    again: list[FileAt] = msgspec.field(default_factory=list)
    """Files that could not be shown and are looked at although they did not change."""

    def line(self) -> Spoken:
        return Sentence("Looked for photos in %(folders)s", folders=", ".join(self.roots))


class ScanFinished(ScanEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_finished"
    STREAM: ClassVar[str] = "job-{job}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    found: int
    """Files with a picture's suffix or content that were looked at."""
    added: int
    unchanged: int
    rejected: int
    missing: int = 0
    moved: int = 0

    def line(self) -> Spoken:
        parts: list[Spoken] = [Sentence("%(photos)s added", photos=Photos(self.added))]
        if self.moved:
            parts.append(Sentence("%(photos)s moved", photos=Photos(self.moved)))
        if self.rejected:
            parts.append(Sentence("%(count)s could not be read", count=Number(self.rejected)))
        if self.missing:
            parts.append(Sentence("%(count)s missing", count=Number(self.missing)))
        return Sentence("Finished looking: %(told)s", told=Series(parts))

    def idle(self) -> bool:
        """One that found nothing new: there is one each hour."""
        return not (self.added or self.moved or self.rejected or self.missing)


class SourceUnavailable(ScanEvent, frozen=True, kw_only=True):
    """A root is gone, empty or mostly gone: a disk that is not connected, so nothing under it was touched."""

    TYPE: ClassVar[str] = "source_unavailable"
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    root: str
    reason: str

    def line(self) -> Spoken:
        return StoredReason(self.reason)


class PictureEvent(ScanEvent, frozen=True, kw_only=True):
    """About a picture."""

    STREAM: ClassVar[str] = "image-{self.image_id}"
    image_id: str


class ImageImported(PictureEvent, frozen=True, kw_only=True):
    """What the bytes of a picture say. `image_id` is their BLAKE3 hash, 128 bits in hex.

    The date is the best that the bytes or, failing them, the name and time of the first file give; other files and
    sidecars make claims of their own (`FileAdded`, `SidecarRead`).
    """

    TYPE: ClassVar[str] = "image_imported"
    format: str
    """Pillow's name of the format: JPEG, PNG, HEIF, …"""
    size: int
    """Bytes of the original."""
    width: int
    """Pixels, upright: after the EXIF orientation is applied."""
    height: int
    colour: str
    """Mean colour, `#rrggbb`: the placeholder while the preview loads."""
    taken_at: str
    """ISO 8601 on the camera's clock, with the offset where it is known."""
    taken_at_source: str
    """`exif`, `gps`, `xmp`, `filename`, `folder` or `mtime`."""
    orientation: int = 1
    camera_make: str | None = None
    camera_model: str | None = None
    lens: str | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    iso: int | None = None
    focal_mm: float | None = None
    latitude: float | None = None
    """Degrees, WGS 84, north positive."""
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    phash: str | None = None
    """Perceptual hash, 64 bits as 16 hex digits: alike pictures differ in few bits (`library/phash.py`)."""
    grey: bool = False
    """There is no colour in it."""
    frames: int = 1
    """More than one: it moves."""
    duration_s: float | None = None
    """Of a film, or of the film inside a motion photo."""

    def line(self) -> Spoken:
        return Sentence("Added to the library")


class FileAdded(PictureEvent, frozen=True, kw_only=True):
    """A copy of the picture was seen at a path."""

    TYPE: ClassVar[str] = "file_added"
    root: str
    path: str
    """Relative to `root`, `/` between the parts (see `paths.py` for names that are not UTF-8)."""
    size: int
    mtime_ns: int
    taken_at: str | None = None
    """What this place says of the date: the name, the folder, the file's own time. ISO 8601."""
    taken_at_source: str | None = None
    """`filename`, `folder` or `mtime`."""

    def line(self) -> Spoken:
        return Sentence("Found at %(path)s", path=self.path)


class FileMoved(PictureEvent, frozen=True, kw_only=True):
    """The copy that was at `from_path` is at `path` now."""

    TYPE: ClassVar[str] = "file_moved"
    from_root: str
    from_path: str
    root: str
    path: str
    size: int
    mtime_ns: int
    taken_at: str | None = None
    taken_at_source: str | None = None

    def line(self) -> Spoken:
        return Sentence("Moved from %(before)s to %(path)s", before=self.from_path, path=self.path)


class FileReplaced(PictureEvent, frozen=True, kw_only=True):
    """Other content now stands at a known path: `image_id` succeeds `previous_image_id` there."""

    TYPE: ClassVar[str] = "file_replaced"
    previous_image_id: str
    root: str
    path: str
    size: int
    mtime_ns: int
    taken_at: str | None = None
    taken_at_source: str | None = None

    def line(self) -> Spoken:
        return Sentence("Took the place of another version at %(path)s", path=self.path)


class SidecarRead(PictureEvent, frozen=True, kw_only=True):
    """What a file beside a picture says of it. A later one from the same place takes the place of this."""

    TYPE: ClassVar[str] = "sidecar_read"
    root: str
    path: str
    """The sidecar's own, relative to `root`."""
    size: int
    mtime_ns: int
    kind: str
    """Of its format: `takeout`, `xmp`."""
    taken_at: str | None = None
    """ISO 8601; Takeout says it in UTC."""
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    favorite: bool = False
    archived: bool = False
    trashed: bool = False
    people: list[str] = msgspec.field(default_factory=list)
    keywords: list[str] = msgspec.field(default_factory=list)

    def line(self) -> Spoken:
        return Sentence("%(path)s says more about it", path=self.path)


class FileMissing(PictureEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_missing"
    root: str
    path: str

    def line(self) -> Spoken:
        return Sentence("No longer at %(path)s", path=self.path)


class FileReturned(PictureEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_returned"
    root: str
    path: str

    def line(self) -> Spoken:
        return Sentence("Back at %(path)s", path=self.path)


class NoPicture(ScanEvent, frozen=True, kw_only=True):
    """About a file or folder that is no image of the library."""

    root: str
    path: str

    def stream(self, job: str = "") -> str:
        """A path may be longer than a stream's name."""
        place = f"{self.root}\0{self.path}".encode()
        return f"file-{hashlib.sha256(place).hexdigest()[:32]}"


class FileRejected(NoPicture, frozen=True, kw_only=True):
    """A file that should be a picture and can't be shown; looked at again only when it changes."""

    TYPE: ClassVar[str] = "file_rejected"
    size: int
    mtime_ns: int
    reason: str
    """A sentence for the person."""


class RejectionWithdrawn(NoPicture, frozen=True, kw_only=True):
    """A file that could not be shown is not there any more."""

    TYPE: ClassVar[str] = "rejection_withdrawn"

    def line(self) -> Spoken:
        return Sentence("%(path)s, which could not be read, is gone or can be read now", path=self.path)


class FolderUnreadable(NoPicture, frozen=True, kw_only=True):
    """A folder, or a file's size and time, can't be read. What was known of it stays; `RejectionWithdrawn` when it
    can be again."""

    TYPE: ClassVar[str] = "folder_unreadable"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    reason: str
    """A sentence for the person."""

    def line(self) -> Spoken:
        return Sentence("%(path)s: %(reason)s", path=self.path, reason=StoredReason(self.reason))
