"""The facts of the log, one struct per type.

`TYPE` is the stable name that is stored; class names and modules may change, it may not. `VERSION` is the
schema version written today; older ones are upcast (`upcast.py`). A new optional field with a default
needs no new version; anything else does.
"""

from typing import ClassVar, Literal

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fact. Never changed, never deleted."""

    TYPE: ClassVar[str] = ""
    VERSION: ClassVar[int] = 1


class ScanStarted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_started"
    roots: list[str]


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
    kind: Literal["takeout", "xmp"]
    taken_at: str | None = None
    """ISO 8601; Takeout says it in UTC."""
    latitude: float | None = None
    longitude: float | None = None
    altitude_m: float | None = None
    description: str | None = None
    favorite: bool = False
    archived: bool = False
    trashed: bool = False
    people: list[str] = []
    keywords: list[str] = []


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


class ClassificationRequested(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "classification_requested"
    job_id: str
    model_id: str
    scope: Literal["unclassified", "all", "images"]
    images: list[str] = []


class ImageClassified(Event, frozen=True, kw_only=True):
    """What a network said of a picture, not what we make of it (DESIGN §2.5)."""

    TYPE: ClassVar[str] = "image_classified"
    image_id: str
    model_id: str
    weights_digest: str
    """SHA-256 of the weights file, hex."""
    preprocessing_id: str
    classes: list[tuple[int, float]]
    """The 20 best (class index, probability), best first."""


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


class ModelActivated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "model_activated"
    model_id: str


class ModelLoaded(Event, frozen=True, kw_only=True):
    """An inference worker has this model in memory and says on what it runs."""

    TYPE: ClassVar[str] = "model_loaded"
    model_id: str
    worker_id: str
    device: str
    """As a person would name it: `CPU (2 cores, AMX bfloat16)`, `NVIDIA L4`."""
    precision: str
    """`float32`, `bfloat16` or `mixed_float16`."""


class CategoryCreated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_created"
    category_id: str
    name: str
    group_id: str | None = None


class CategoryRenamed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_renamed"
    category_id: str
    name: str


class CategoryDeleted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "category_deleted"
    category_id: str


class CategoryAssigned(Event, frozen=True, kw_only=True):
    """A person says that the picture belongs there; no model output takes it back."""

    TYPE: ClassVar[str] = "category_assigned"
    image_id: str
    category_id: str


class CategoryRejected(Event, frozen=True, kw_only=True):
    """A person says that it does not belong there, whatever a model says later."""

    TYPE: ClassVar[str] = "category_rejected"
    image_id: str
    category_id: str


class CategoryCleared(Event, frozen=True, kw_only=True):
    """A person takes back what was said of picture and category: models are heard again."""

    TYPE: ClassVar[str] = "category_cleared"
    image_id: str
    category_id: str


class AlbumCreated(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_created"
    album_id: str
    name: str


class AlbumRenamed(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_renamed"
    album_id: str
    name: str


class AlbumDeleted(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "album_deleted"
    album_id: str


class ImagesAddedToAlbum(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_added_to_album"
    album_id: str
    image_ids: list[str]


class ImagesRemovedFromAlbum(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "images_removed_from_album"
    album_id: str
    image_ids: list[str]


def subclasses_by_type(base: type[Event]) -> dict[str, type[Event]]:
    return {cls.TYPE: cls for cls in base.__subclasses__()}


EVENTS: dict[str, type[Event]] = subclasses_by_type(Event)
