"""Facts about files: what a scan finds and misses."""

from typing import ClassVar

import msgspec

from services.domain.erasure import Erasure
from services.domain.photos.properties import PhotoProperty, Region
from services.domain.problems.events import FileAt
from services.domain.subject import Actor, Event, Section
from services.domain.words import Number, StoredReason
from services.kernel.sentence import Plural, Sentence, Series, Spoken


class ScanEvent(Event, frozen=True, kw_only=True):
    ACTOR: ClassVar[Actor] = "scan"


class ScanStarted(ScanEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_started"
    STREAM: ClassVar[str] = "job-{job}"
    roots: list[str]
    again: list[FileAt] = msgspec.field(default_factory=list)
    """Files that could not be shown, to be retried although they have not changed."""
    everything: bool = False
    """All files are read again, although they have not changed."""
    zone: str | None = None
    """The computer's time zone by its IANA name, if it has one: for dates of which only UTC and no place is known."""

    def without(self, erasure: Erasure) -> Event | None:
        again = [one for one in self.again if (one.root, one.path) not in erasure.places]
        return self if again == self.again else msgspec.structs.replace(self, again=again)

    def line(self) -> Spoken:
        if self.everything:
            return Sentence("Re-read everything in %(folders)s", folders=", ".join(self.roots))
        return Sentence("Scanned %(folders)s", folders=", ".join(self.roots))


class ScanFinished(ScanEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_finished"
    STREAM: ClassVar[str] = "job-{job}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    found: int
    """Files examined because of their suffix or content."""
    added: int
    unchanged: int
    rejected: int
    missing: int = 0
    moved: int = 0

    def line(self) -> Spoken:
        parts: list[Spoken] = [Plural("%(num)s photo added", "%(num)s photos added", self.added)]
        if self.moved:
            parts.append(Plural("%(num)s photo moved", "%(num)s photos moved", self.moved))
        if self.rejected:
            parts.append(Sentence("%(count)s could not be read", count=Number(self.rejected)))
        if self.missing:
            parts.append(Sentence("%(count)s missing", count=Number(self.missing)))
        return Sentence("Scan finished: %(told)s", told=Series(parts))

    def idle(self) -> bool:
        """Whether it found nothing new: there is a scan every hour."""
        return not (self.added or self.moved or self.rejected or self.missing)


class SourceUnavailable(ScanEvent, frozen=True, kw_only=True):
    """A root is missing, empty or mostly empty: probably a disconnected disk, so nothing under it was touched."""

    TYPE: ClassVar[str] = "source_unavailable"
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    root: str
    reason: str
    question: str = ""
    """Identifies which of the root's photos were missed, so that a person can answer whether they are gone; empty: no
    photo was missed, or nobody could look for them."""
    missing: int = 0
    held: int = 0
    """Number of photos in the root, missing ones included."""
    below: str = ""
    """The folder that all missed photos were in, relative to the root; empty: the root."""
    again: bool = False
    """An earlier scan has asked the same."""

    def without(self, erasure: Erasure) -> Event | None:
        named = (self.root, self.below) in erasure.places
        return msgspec.structs.replace(self, below="") if named else self

    def line(self) -> Spoken:
        return StoredReason(self.reason)

    def idle(self) -> bool:
        return self.again


class PictureEvent(ScanEvent, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "image-{self.image_id}"
    image_id: str


class ImageImported(PictureEvent, frozen=True, kw_only=True):
    """What the bytes of an image say, whose BLAKE3 hash is its id (128 bits in hex). The date is the best one from the
    bytes, or else from the name and time of the first file; other files and sidecars make their own claims."""

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
    """ISO 8601 in the camera's local time, with the offset if known."""
    taken_at_source: str
    """`exif`, `gps`, `xmp`, `iptc`, `text`, `film`, `filename`, `folder`, `modified` or `mtime`."""
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
    """Perceptual hash, 64 bits as 16 hex digits: similar images differ in few bits (`gateway/reading/phash.py`)."""
    grey: bool = False
    """It has no colour."""
    frames: int = 1
    """More than one: it is animated."""
    duration_s: float | None = None
    """Of a video, or of the video inside a motion photo."""
    cut_off: bool = False
    """The end of its file is missing; it is shown as far as it goes."""
    again: bool = False
    """It was known, and read again: these facts replace the earlier ones."""
    keywords: list[str] = msgspec.field(default_factory=list)
    keyword_paths: list[str] = msgspec.field(default_factory=list)
    """Those of the keywords that stand below others: `Places|Austria|Vienna`."""
    people: list[str] = msgspec.field(default_factory=list)
    stars: int | None = None
    """0 to 5, or -1 for a picture that was rejected; None: not rated, or in logs of early versions."""
    software: list[str] = msgspec.field(default_factory=list)
    """Names of the programs that wrote the file, as it gives them: a camera's firmware, an editor."""
    content_identifier: str | None = None
    """Apple's, the same for a live photo and its film."""
    film_offset: int | None = None
    """Bytes before the film inside a motion photo, an MP4. None: there is none, or in logs of early versions."""
    film_size: int | None = None
    """Bytes of that film."""
    properties: list[PhotoProperty] = msgspec.field(default_factory=list)
    """Every value that the file has for a property, most trusted first: of several for one property, the first counts.
    `description` and `stars` are the same for logs of early versions, where a title serves for want of a caption."""
    regions: list[Region] = msgspec.field(default_factory=list)
    unread: list[str] = msgspec.field(default_factory=list)
    """What it says that could not be read, or not wholly: sentences for the user."""
    facts: int = 0
    """Version of the reader (`knowledge.facts_version`): a later one reads the file again. 0: early versions."""

    def line(self) -> Spoken:
        return Sentence("Read again: its content has changed" if self.again else "Added to the library")


class FileEvent(PictureEvent, frozen=True, kw_only=True):
    root: str
    path: str
    """Relative to `root`, with `/` between the parts (see `paths.py` for names that are not UTF-8)."""


class FileAdded(FileEvent, frozen=True, kw_only=True):
    """A copy of the image was found at a path."""

    TYPE: ClassVar[str] = "file_added"
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    """When the file system last changed anything about the file: programs that keep an edited file's `mtime_ns` can't
    keep this. None in logs of early versions."""
    inode: int | None = None
    """Of a file with several names (hard links), which take no space. None also in logs of early versions."""
    taken_at: str | None = None
    """The date according to the file's name, folder or modification time. ISO 8601."""
    taken_at_source: str | None = None
    """`filename`, `folder`, `modified` or `mtime`."""

    def line(self) -> Spoken:
        return Sentence("Found at %(path)s", path=self.path)


class FileMoved(FileEvent, frozen=True, kw_only=True):
    """The copy at `from_path` is now at `path`."""

    TYPE: ClassVar[str] = "file_moved"
    from_root: str
    from_path: str
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    inode: int | None = None
    taken_at: str | None = None
    taken_at_source: str | None = None

    def line(self) -> Spoken:
        return Sentence("Moved from %(before)s to %(path)s", before=self.from_path, path=self.path)


class FileReplaced(FileEvent, frozen=True, kw_only=True):
    """A known path has new content: `image_id` succeeds `previous_image_id` there."""

    TYPE: ClassVar[str] = "file_replaced"
    previous_image_id: str
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    inode: int | None = None
    taken_at: str | None = None
    taken_at_source: str | None = None

    def without(self, erasure: Erasure) -> Event | None:
        """If only the former content is forgotten, the new one was simply added."""
        if self.image_id in erasure.images or self.previous_image_id not in erasure.images:
            return None if self.image_id in erasure.images else self
        fields = msgspec.structs.asdict(self)
        del fields["previous_image_id"]
        return FileAdded(**fields)

    def line(self) -> Spoken:
        return Sentence("Replaced another version at %(path)s", path=self.path)


class SidecarRead(FileEvent, frozen=True, kw_only=True):
    """What the sidecar at a path says about an image. A later one from the same path replaces this one."""

    TYPE: ClassVar[str] = "sidecar_read"
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    kind: str
    """Its format: `takeout`, `thm`, `xmp`, `exiftool` or `flickr`."""
    taken_at: str | None = None
    """ISO 8601; Takeout gives it in UTC."""
    taken_stated: int = 0
    """Leading characters of `taken_at` that the sidecar states: 4 for a year, 7 for a month, 10 for a day, 16 or 19
    with a time. 0: not recorded."""
    digitized: bool = False
    """`taken_at` is when the picture was digitized: it doesn't contradict a date of taking."""
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    favorite: bool = False
    archived: bool = False
    trashed: bool = False
    people: list[str] = msgspec.field(default_factory=list)
    keywords: list[str] = msgspec.field(default_factory=list)
    keyword_paths: list[str] = msgspec.field(default_factory=list)
    stars: int | None = None
    """Both as in `ImageImported`."""
    properties: list[PhotoProperty] = msgspec.field(default_factory=list)
    regions: list[Region] = msgspec.field(default_factory=list)
    unread: list[str] = msgspec.field(default_factory=list)
    """As in `ImageImported`. A file that can't be read at all says nothing else."""
    facts: int = 0
    """As in `ImageImported`; of several values for one property, the first counts."""

    def line(self) -> Spoken:
        if self.unread:
            return Sentence("%(path)s can’t be read, or only in part", path=self.path)
        return Sentence("%(path)s describes it, too", path=self.path)


class SidecarGone(FileEvent, frozen=True, kw_only=True):
    """The sidecar at a path is gone or belongs to another picture: what it said no longer holds for this one."""

    TYPE: ClassVar[str] = "sidecar_gone"

    def line(self) -> Spoken:
        return Sentence("%(path)s no longer describes it", path=self.path)


class FileMissing(FileEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_missing"

    def line(self) -> Spoken:
        return Sentence("No longer at %(path)s", path=self.path)


class FileReturned(FileEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_returned"

    def line(self) -> Spoken:
        return Sentence("Back at %(path)s", path=self.path)
