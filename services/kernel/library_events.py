"""Facts about the library: what scans find. The rest is in `events.py`, which has all of them."""

from typing import ClassVar

import msgspec

from services.kernel.event import Event
from services.kernel.problem_events import FileAt


class ScanStarted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_started"
    roots: list[str]
    again: list[FileAt] = msgspec.field(default_factory=list)
    """Files that could not be shown and are looked at although they did not change."""


class ScanFinished(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_finished"
    found: int
    """Files with a picture's suffix or content that were looked at."""
    added: int
    unchanged: int
    rejected: int
    missing: int = 0
    moved: int = 0


class SourceUnavailable(Event, frozen=True, kw_only=True):
    """A root is gone, empty or mostly gone: nothing under it was touched (DESIGN §2.10)."""

    TYPE: ClassVar[str] = "source_unavailable"
    root: str
    reason: str


class ImageImported(Event, frozen=True, kw_only=True):
    """What the bytes of a picture say. `image_id` is their BLAKE3 hash, 128 bits in hex.

    The date is the best that the bytes or, failing them, the name and time of the first file give; other files and
    sidecars make claims of their own (`FileAdded`, `SidecarRead`).
    """

    TYPE: ClassVar[str] = "image_imported"
    image_id: str
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


class FileAdded(Event, frozen=True, kw_only=True):
    """A copy of the picture was seen at a path."""

    TYPE: ClassVar[str] = "file_added"
    image_id: str
    root: str
    path: str
    """Relative to `root`, `/` between the parts (see `paths.py` for names that are not UTF-8)."""
    size: int
    mtime_ns: int
    taken_at: str | None = None
    """What this place says of the date: the name, the folder, the file's own time. ISO 8601."""
    taken_at_source: str | None = None
    """`filename`, `folder` or `mtime`."""


class FileMoved(Event, frozen=True, kw_only=True):
    """The copy that was at `from_path` is at `path` now."""

    TYPE: ClassVar[str] = "file_moved"
    image_id: str
    from_root: str
    from_path: str
    root: str
    path: str
    size: int
    mtime_ns: int
    taken_at: str | None = None
    taken_at_source: str | None = None


class FileReplaced(Event, frozen=True, kw_only=True):
    """Other content now stands at a known path: `image_id` succeeds `previous_image_id` there."""

    TYPE: ClassVar[str] = "file_replaced"
    image_id: str
    previous_image_id: str
    root: str
    path: str
    size: int
    mtime_ns: int
    taken_at: str | None = None
    taken_at_source: str | None = None


class SidecarRead(Event, frozen=True, kw_only=True):
    """What a file beside a picture says of it. A later one from the same place takes the place of this."""

    TYPE: ClassVar[str] = "sidecar_read"
    image_id: str
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


class FileMissing(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_missing"
    image_id: str
    root: str
    path: str


class FileReturned(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "file_returned"
    image_id: str
    root: str
    path: str


class FileRejected(Event, frozen=True, kw_only=True):
    """A file that should be a picture and can't be shown; looked at again only when it changes."""

    TYPE: ClassVar[str] = "file_rejected"
    root: str
    path: str
    size: int
    mtime_ns: int
    reason: str
    """A sentence for the person."""


class RejectionWithdrawn(Event, frozen=True, kw_only=True):
    """A file that could not be shown is not there any more."""

    TYPE: ClassVar[str] = "rejection_withdrawn"
    root: str
    path: str
