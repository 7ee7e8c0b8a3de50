"""From an event to the statements that bring it into the read tables. Pure: no clock, no file, no database.

Each statement is an upsert or a delete, so the tables come out the same however often and in whatever batches
the log is replayed.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from services.kernel import events as e
from services.kernel.codec import decode_event
from services.kernel.envelope import Envelope
from services.projector.projections import albums, categories, images, jobs, learning, models
from services.projector.statement import Changes, Place

Handler = Callable[[Any, Place], Changes]

HANDLERS: Final[dict[type[e.Event], tuple[Handler, ...]]] = {
    e.ScanStarted: (jobs.scan_started, images.scan_started),
    e.ScanFinished: (jobs.scan_finished,),
    e.SourceUnavailable: (images.source_unavailable,),
    e.ImageImported: (images.image_imported,),
    e.FileAdded: (images.file_added,),
    e.FileReplaced: (images.file_replaced,),
    e.FileMoved: (images.file_moved,),
    e.SidecarRead: (images.sidecar_read,),
    e.DateCorrected: (images.date_corrected,),
    e.ImagesHidden: (images.images_hidden,),
    e.ImagesUnhidden: (images.images_unhidden,),
    e.TimelineHides: (categories.timeline_hides,),
    e.CommandUndone: (jobs.command_undone,),
    e.FileMissing: (images.file_missing,),
    e.FileReturned: (images.file_returned,),
    e.FileRejected: (images.file_rejected,),
    e.RejectionWithdrawn: (images.rejection_withdrawn,),
    e.FolderUnreadable: (images.folder_unreadable,),
    e.ProblemsIgnored: (images.problems_ignored, models.problems_ignored),
    e.ProblemsShown: (images.problems_shown, models.problems_shown),
    e.ClassificationRequested: (jobs.classification_requested,),
    e.ImageClassified: (models.image_classified, categories.image_classified),
    e.ImageExplained: (models.image_explained,),
    e.ClassificationFailed: (models.classification_failed,),
    e.JobFinished: (jobs.job_finished,),
    e.JobCancelled: (jobs.job_cancelled,),
    e.JobPaused: (jobs.job_paused,),
    e.JobResumed: (jobs.job_resumed,),
    e.ModelRegistered: (models.model_registered,),
    e.ModelActivated: (models.model_activated,),
    e.ModelLoaded: (models.model_loaded,),
    e.CategoryCreated: (categories.category_created,),
    e.CategoryRenamed: (categories.category_renamed,),
    e.CategoryDeleted: (categories.category_deleted,),
    e.CategoryRestored: (categories.category_restored,),
    e.CategoryMoved: (categories.category_moved,),
    e.CategoriesMerged: (categories.categories_merged,),
    e.CategoryUnmerged: (categories.category_unmerged,),
    e.CategoryHidden: (categories.category_hidden,),
    e.CategoryUnhidden: (categories.category_unhidden,),
    e.ThresholdSet: (categories.threshold_set,),
    e.CategoryAssigned: (categories.category_assigned,),
    e.CategoryRejected: (categories.category_rejected,),
    e.CategoryCleared: (categories.category_cleared,),
    e.CategoryTaught: (learning.category_taught,),
    e.CategoryLearned: (learning.category_learned,),
    e.AlbumCreated: (albums.album_created,),
    e.AlbumRenamed: (albums.album_renamed,),
    e.AlbumDescribed: (albums.album_described,),
    e.AlbumCoverSet: (albums.album_cover_set,),
    e.AlbumOrderSet: (albums.album_order_set,),
    e.AlbumSearchSet: (albums.album_search_set,),
    e.AlbumDeleted: (albums.album_deleted,),
    e.AlbumRestored: (albums.album_restored,),
    e.AlbumReordered: (albums.album_reordered,),
    e.ImagesAddedToAlbum: (albums.images_added,),
    e.ImagesRemovedFromAlbum: (albums.images_removed,),
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
