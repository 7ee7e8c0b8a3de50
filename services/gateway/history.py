"""What happened, in a person's words: of one photo, and of the whole library."""

from typing import Final

from services.gateway.deciders.undo import UNDOABLE
from services.gateway.ports import HistoryEntry
from services.gateway.queries.logbook import Logbook
from services.gateway.queries.work import Work
from services.gateway.toasts import photos
from services.gateway.wording import date_name
from services.kernel import events as e
from services.kernel.commands import ClassifyImages, ScanLibrary
from services.kernel.envelope import Envelope
from services.kernel.eventlog import Log

_NOT_UNDONE: Final = (ScanLibrary.TYPE, ClassifyImages.TYPE)
"""Commands with other effects, that can't be taken back, beside those that can."""
LIBRARY: Final = tuple(
    event.TYPE
    for event in (
        e.ScanStarted,
        e.ScanFinished,
        e.SourceUnavailable,
        e.ClassificationRequested,
        e.JobFinished,
        e.JobCancelled,
        e.JobPaused,
        e.JobResumed,
        e.ModelActivated,
        e.CategoryCreated,
        e.CategoryRenamed,
        e.CategoryDeleted,
        e.CategoryAssigned,
        e.CategoryRejected,
        e.CategoryCleared,
        e.CategoryTaught,
        e.AlbumCreated,
        e.AlbumRenamed,
        e.AlbumDeleted,
        e.ImagesAddedToAlbum,
        e.ImagesRemovedFromAlbum,
        e.DateCorrected,
        e.ImagesHidden,
        e.ImagesUnhidden,
        e.TimelineHides,
        e.CommandUndone,
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
        case e.ScanFinished(added=added, moved=moved, rejected=rejected, missing=missing):
            told = [f"{photos(added)} added"]
            told += [f"{photos(moved)} moved"] * bool(moved)
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
        case e.FileMoved(from_path=before, path=path):
            return f"Moved from {before} to {path}"
        case e.SidecarRead(path=path):
            return f"{path} says more about it"
        case e.DateCorrected(taken_at=None):
            return "The date is again what the file says"
        case e.DateCorrected(taken_at=at):
            return f"You said: taken on {date_name(at or '')}"
        case e.ImagesHidden(image_ids=ids):
            return f"{photos(len(ids))} hidden"
        case e.ImagesUnhidden(image_ids=ids):
            return f"{photos(len(ids))} shown again"
        case e.TimelineHides(category_ids=ids):
            left_out = ", ".join(category(id_) for id_ in ids)
            return f"The timeline leaves out {left_out}" if ids else "The timeline shows everything"
        case e.CommandUndone():
            return "Undone"
        case e.CategoryCleared(category_id=category_id):
            return f"You said nothing about {category(category_id)} any more"
        case e.RejectionWithdrawn(path=path):
            return f"{path}, which could not be shown, is gone"
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
        case e.ImageExplained(model_id=model):
            return f"{model} showed where it looked"
        case e.ClassificationFailed(model_id=model, reason=reason):
            return f"{model} could not classify it: {reason}"
        case e.JobFinished(done=done, failed=failed):
            return f"Classified {photos(done)}" + (f", {failed:,} failed" if failed else "")
        case e.JobCancelled():
            return "A job was stopped"
        case e.JobPaused():
            return "A job was paused"
        case e.JobResumed():
            return "A paused job went on"
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
        case e.CategoryTaught(category_id=category_id, taught=taught):
            return f"{category(category_id)} {'finds photos by itself' if taught else 'finds no more photos by itself'}"
        case e.CategoryLearned(category_id=category_id, examples=count):
            return f"{category(category_id)} learned from {photos(count)}"
        case e.AlbumCreated(name=name, q=q) if q:
            return f"Smart album “{name}” made: {q}"
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
        undoable = await self._undoable(rows)
        told: list[HistoryEntry] = []
        for row in rows:
            if row.kind != "E":
                continue
            event, command = row.event(), str(row.causation_id)
            by_command = command if isinstance(event, UNDOABLE) and command in undoable else None
            same = told[-1] if told else None
            if (
                isinstance(event, e.DateCorrected)
                and same
                and (same.type, same.command_id) == (row.type, by_command)
            ):
                continue  # one command for many photos is one line
            told.append(
                HistoryEntry(
                    position=row.position,
                    recorded_at=row.recorded_at,
                    text=describe(event, names),
                    type=row.type,
                    image_id=getattr(event, "image_id", None),
                    album_id=getattr(event, "album_id", None),
                    command_id=by_command,
                )
            )
        return told

    async def _undoable(self, rows: list[Envelope]) -> set[str]:
        """Of the commands that the rows came of, those that a person may take back: not scans, and not undone yet."""
        causes = {row.causation_id for row in rows if isinstance(row.event(), UNDOABLE) and row.causation_id}
        given = [found for cause in causes if (found := await self._log.find(cause)) and found.kind == "C"]
        asked = {str(command.event_id) for command in given if command.type not in _NOT_UNDONE}
        return asked - await self._work.undone(sorted(asked))
