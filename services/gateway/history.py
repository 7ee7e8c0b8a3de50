"""What happened, in a person's words: of one photo, and of the whole library."""

from typing import Final

from services.gateway.ports import HistoryEntry
from services.gateway.queries.logbook import Logbook
from services.gateway.queries.work import Work
from services.gateway.toasts import photos
from services.kernel import events as e
from services.kernel.envelope import Envelope
from services.kernel.eventlog import Log

LIBRARY: Final = tuple(
    event.TYPE
    for event in (
        e.ScanStarted,
        e.ScanFinished,
        e.SourceUnavailable,
        e.ClassificationRequested,
        e.JobFinished,
        e.JobCancelled,
        e.ModelActivated,
        e.CategoryCreated,
        e.CategoryRenamed,
        e.CategoryDeleted,
        e.CategoryAssigned,
        e.CategoryRejected,
        e.AlbumCreated,
        e.AlbumRenamed,
        e.AlbumDeleted,
        e.ImagesAddedToAlbum,
        e.ImagesRemovedFromAlbum,
    )
)
"""What the library's history shows; what happens to each photo stands in that photo's own."""


def describe(event: e.Event, names: dict[str, str]) -> str:
    """One sentence. `names`: category id -> name."""

    def category(category_id: str) -> str:
        return f"“{names.get(category_id, 'a deleted category')}”"

    match event:
        case e.ScanStarted(roots=roots):
            return f"Looked for photos in {', '.join(roots)}"
        case e.ScanFinished(added=added, rejected=rejected, missing=missing):
            told = [f"{photos(added)} added"]
            told += [f"{rejected:,} could not be read"] * bool(rejected)
            told += [f"{missing:,} missing"] * bool(missing)
            return f"Finished looking: {', '.join(told)}"
        case e.SourceUnavailable(reason=reason):
            return reason
        case e.ImageImported():
            return "Added to the library"
        case e.FileAdded(path=path):
            return f"Found at {path}"
        case e.FileReplaced(path=path):
            return f"Took the place of another version at {path}"
        case e.FileMissing(path=path):
            return f"No longer at {path}"
        case e.FileReturned(path=path):
            return f"Back at {path}"
        case e.ClassificationRequested(model_id=model, scope="images", images=images):
            return f"Asked {model} about {photos(len(images))}"
        case e.ClassificationRequested(model_id=model, scope=scope):
            return f"Asked {model} about {'all' if scope == 'all' else 'new'} photos"
        case e.ImageClassified(model_id=model):
            return f"Classified by {model}"
        case e.ClassificationFailed(model_id=model, reason=reason):
            return f"{model} could not classify it: {reason}"
        case e.JobFinished(done=done, failed=failed):
            return f"Classified {photos(done)}" + (f", {failed:,} failed" if failed else "")
        case e.JobCancelled():
            return "A job was stopped"
        case e.ModelActivated(model_id=model):
            return f"Categories come from {model}"
        case e.CategoryCreated(name=name):
            return f"Category “{name}” made"
        case e.CategoryRenamed(name=name):
            return f"Category renamed to “{name}”"
        case e.CategoryDeleted():
            return "Category deleted"
        case e.CategoryAssigned(category_id=category_id):
            return f"You said: {category(category_id)}"
        case e.CategoryRejected(category_id=category_id):
            return f"You said: not {category(category_id)}"
        case e.AlbumCreated(name=name):
            return f"Album “{name}” made"
        case e.AlbumRenamed(name=name):
            return f"Album renamed to “{name}”"
        case e.AlbumDeleted():
            return "Album deleted"
        case e.ImagesAddedToAlbum(image_ids=ids):
            return f"{photos(len(ids))} added to an album"
        case e.ImagesRemovedFromAlbum(image_ids=ids):
            return f"{photos(len(ids))} taken out of an album"
    return event.TYPE.replace("_", " ").capitalize()


class Chronicle:
    """`ports.History`."""

    def __init__(self, events: Log, logbook: Logbook, work: Work) -> None:
        self._log, self._logbook, self._work = events, logbook, work

    async def of_image(self, image_id: str, mentions: list[int]) -> list[HistoryEntry]:
        rows = await self._log.read_stream(f"image-{image_id}") + await self._log.read_positions(mentions)
        return await self._told(sorted(rows, key=lambda row: -row.position))

    async def recent(self, before: int | None = None, limit: int = 100) -> list[HistoryEntry]:
        return await self._told(await self._logbook.back(LIBRARY, before, limit))

    async def _told(self, rows: list[Envelope]) -> list[HistoryEntry]:
        names = await self._work.categories()
        told = []
        for row in rows:
            if row.kind == "E":
                event = row.event()
                told.append(
                    HistoryEntry(
                        position=row.position,
                        recorded_at=row.recorded_at,
                        text=describe(event, names),
                        type=row.type,
                        image_id=getattr(event, "image_id", None),
                        album_id=getattr(event, "album_id", None),
                    )
                )
        return told
