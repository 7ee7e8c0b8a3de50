"""Which events the library's history tells, and what it can be narrowed to."""

from typing import Final

from services.gateway.ports import Who
from services.gateway.queries.logbook import Scanned
from services.kernel import commands as c
from services.kernel import events as e

LIBRARY: Final = tuple(
    event.TYPE
    for event in (
        e.ScanFinished,
        e.SourceUnavailable,
        e.FolderUnreadable,
        e.ProblemsIgnored,
        e.ProblemsShown,
        e.ClassificationRequested,
        e.JobFinished,
        e.JobCancelled,
        e.JobPaused,
        e.JobResumed,
        e.ModelActivated,
        e.CategoryCreated,
        e.CategoryRenamed,
        e.CategoryDeleted,
        e.CategoryRestored,
        e.CategoryMoved,
        e.CategoriesMerged,
        e.CategoryUnmerged,
        e.CategoryHidden,
        e.CategoryUnhidden,
        e.ThresholdSet,
        e.CategoryAssigned,
        e.CategoryRejected,
        e.CategoryCleared,
        e.CategoryTaught,
        e.AlbumCreated,
        e.AlbumRenamed,
        e.AlbumDescribed,
        e.AlbumCoverSet,
        e.AlbumOrderSet,
        e.AlbumSearchSet,
        e.AlbumDeleted,
        e.AlbumRestored,
        e.ImagesAddedToAlbum,
        e.ImagesRemovedFromAlbum,
        e.AlbumReordered,
        e.DateCorrected,
        e.ImagesHidden,
        e.ImagesUnhidden,
        e.TimelineHides,
        e.CommandUndone,
    )
)
"""What the library's history shows; what happens to each photo stands in that photo's own."""
ABOUT: Final = {
    "albums": tuple(name for name in LIBRARY if "album" in name),
    "categories": tuple(name for name in LIBRARY if "categor" in name or name == e.ThresholdSet.TYPE),
    "photos": (
        *(e.DateCorrected.TYPE, e.ImagesHidden.TYPE, e.ImagesUnhidden.TYPE, e.TimelineHides.TYPE),
        *(e.CategoryAssigned.TYPE, e.CategoryRejected.TYPE, e.CategoryCleared.TYPE),
        *(e.ImagesAddedToAlbum.TYPE, e.ImagesRemovedFromAlbum.TYPE),
    ),
    "jobs": tuple(
        name for name in LIBRARY if name.startswith(("scan", "source", "classification", "job", "model"))
    ),
}
"""What the history can be narrowed to."""

SCANNING: Final = (c.ScanLibrary.TYPE, c.RetryRejected.TYPE)
"""Commands that a search for photos carries out."""
SCANS: Final = tuple(
    event.TYPE
    for event in (
        e.ScanStarted,
        e.ScanFinished,
        e.SourceUnavailable,
        e.FolderUnreadable,
        e.ImageImported,
        e.FileAdded,
        e.FileMoved,
        e.FileReplaced,
        e.FileMissing,
        e.FileReturned,
        e.FileRejected,
        e.RejectionWithdrawn,
        e.SidecarRead,
    )
)
"""What a search for photos finds."""
MODELS: Final = tuple(
    event.TYPE
    for event in (
        e.ClassificationRequested,
        e.ImageClassified,
        e.ImageExplained,
        e.ClassificationFailed,
        e.JobFinished,
        e.CategoryLearned,
        e.ModelRegistered,
        e.ModelLoaded,
    )
)
"""What classifiers do, and what is asked of them."""


def by(who: Who | None, types: tuple[str, ...]) -> tuple[tuple[str, ...], Scanned | None]:
    """Those of the types that an actor may bring about, and how to tell where that is not sure."""
    if who is None:
        return types, None
    if who == "model":
        return tuple(name for name in types if name in MODELS), None
    sure = () if who == "scan" else SCANS
    return tuple(name for name in types if name not in (*MODELS, *sure)), Scanned(
        who == "scan", SCANS, SCANNING
    )
