"""From an event to the statements that bring it into the read tables. Pure: no clock, no file, no database.

Each statement is an upsert or a delete, so the tables come out the same however often and in whatever batches
the log is replayed.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from services.domain.albums.events import (
    AlbumCoverSet,
    AlbumCreated,
    AlbumDeleted,
    AlbumDescribed,
    AlbumOrderSet,
    AlbumRenamed,
    AlbumReordered,
    AlbumRestored,
    AlbumSearchSet,
    ImagesAddedToAlbum,
    ImagesRemovedFromAlbum,
)
from services.domain.categories.decisions import CategoryAssigned, CategoryCleared, CategoryRejected
from services.domain.categories.events import (
    CategoriesMerged,
    CategoryCreated,
    CategoryDeleted,
    CategoryHidden,
    CategoryMoved,
    CategoryRenamed,
    CategoryRestored,
    CategoryUnhidden,
    CategoryUnmerged,
    ThresholdSet,
)
from services.domain.categories.learning import CategoryLearned, CategoryTaught
from services.domain.files.events import (
    FileAdded,
    FileMissing,
    FileMoved,
    FileRejected,
    FileReplaced,
    FileReturned,
    FolderUnreadable,
    ImageImported,
    RejectionWithdrawn,
    ScanFinished,
    ScanStarted,
    SidecarRead,
    SourceUnavailable,
)
from services.domain.history.undo import CommandUndone
from services.domain.jobs.events import (
    ClassificationFailed,
    ClassificationRequested,
    ImageClassified,
    JobCancelled,
    JobFinished,
    JobPaused,
    JobResumed,
)
from services.domain.models.events import ModelActivated, ModelLoaded, ModelRegistered
from services.domain.photos.dates import DateCorrected
from services.domain.photos.explaining import ImageExplained
from services.domain.photos.hiding import ImagesHidden, ImagesUnhidden
from services.domain.photos.timeline import TimelineHides
from services.domain.problems.events import ProblemsIgnored, ProblemsShown
from services.domain.subject import Event
from services.kernel.codec import decode_event
from services.kernel.envelope import Envelope
from services.projector.projections import albums, categories, images, jobs, learning, models
from services.projector.statement import Changes, Place

Handler = Callable[[Any, Place], Changes]

HANDLERS: Final[dict[type[Event], tuple[Handler, ...]]] = {
    ScanStarted: (jobs.scan_started, images.scan_started),
    ScanFinished: (jobs.scan_finished,),
    SourceUnavailable: (images.source_unavailable,),
    ImageImported: (images.image_imported,),
    FileAdded: (images.file_added,),
    FileReplaced: (images.file_replaced,),
    FileMoved: (images.file_moved,),
    SidecarRead: (images.sidecar_read,),
    DateCorrected: (images.date_corrected,),
    ImagesHidden: (images.images_hidden,),
    ImagesUnhidden: (images.images_unhidden,),
    TimelineHides: (categories.timeline_hides,),
    CommandUndone: (jobs.command_undone,),
    FileMissing: (images.file_missing,),
    FileReturned: (images.file_returned,),
    FileRejected: (images.file_rejected,),
    RejectionWithdrawn: (images.rejection_withdrawn,),
    FolderUnreadable: (images.folder_unreadable,),
    ProblemsIgnored: (images.problems_ignored, models.problems_ignored),
    ProblemsShown: (images.problems_shown, models.problems_shown),
    ClassificationRequested: (jobs.classification_requested,),
    ImageClassified: (models.image_classified, categories.image_classified),
    ImageExplained: (models.image_explained,),
    ClassificationFailed: (models.classification_failed,),
    JobFinished: (jobs.job_finished,),
    JobCancelled: (jobs.job_cancelled,),
    JobPaused: (jobs.job_paused,),
    JobResumed: (jobs.job_resumed,),
    ModelRegistered: (models.model_registered,),
    ModelActivated: (models.model_activated,),
    ModelLoaded: (models.model_loaded,),
    CategoryCreated: (categories.category_created,),
    CategoryRenamed: (categories.category_renamed,),
    CategoryDeleted: (categories.category_deleted,),
    CategoryRestored: (categories.category_restored,),
    CategoryMoved: (categories.category_moved,),
    CategoriesMerged: (categories.categories_merged,),
    CategoryUnmerged: (categories.category_unmerged,),
    CategoryHidden: (categories.category_hidden,),
    CategoryUnhidden: (categories.category_unhidden,),
    ThresholdSet: (categories.threshold_set,),
    CategoryAssigned: (categories.category_assigned,),
    CategoryRejected: (categories.category_rejected,),
    CategoryCleared: (categories.category_cleared,),
    CategoryTaught: (learning.category_taught,),
    CategoryLearned: (learning.category_learned,),
    AlbumCreated: (albums.album_created,),
    AlbumRenamed: (albums.album_renamed,),
    AlbumDescribed: (albums.album_described,),
    AlbumCoverSet: (albums.album_cover_set,),
    AlbumOrderSet: (albums.album_order_set,),
    AlbumSearchSet: (albums.album_search_set,),
    AlbumDeleted: (albums.album_deleted,),
    AlbumRestored: (albums.album_restored,),
    AlbumReordered: (albums.album_reordered,),
    ImagesAddedToAlbum: (albums.images_added,),
    ImagesRemovedFromAlbum: (albums.images_removed,),
}
"""Every event of the log has an entry (a test makes sure)."""
_BY_TYPE: Final = {cls.TYPE: handlers for cls, handlers in HANDLERS.items()}


@lru_cache(maxsize=256)
def _text(correlation_id: bytes) -> str:
    return str(UUID(bytes=correlation_id))


def project_row(
    position: int, name: str, schema_version: int, data: str, correlation_id: bytes, recorded_us: int
) -> Changes:
    """Of an event as it lies in the log. Raises codec.UnknownEvent or codec.BrokenEvent."""
    event = decode_event(name, schema_version, data)
    place = Place(position, recorded_us, _text(correlation_id))
    handlers = _BY_TYPE[name]
    changes = handlers[0](event, place)
    for handler in handlers[1:]:
        changes += handler(event, place)
    return changes


def project(envelope: Envelope) -> Changes:
    """Of any message; commands change nothing. Raises codec.UnknownEvent or codec.BrokenEvent."""
    if envelope.kind == "C":
        return []
    return project_row(
        envelope.position,
        envelope.type,
        envelope.schema_version,
        envelope.data,
        envelope.correlation_id.bytes,
        envelope.recorded_at,
    )
