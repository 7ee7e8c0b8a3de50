"""What happened, in a person's words: of one photo, and of the whole library."""

from typing import Final

import msgspec

from services.gateway import albumhistory
from services.gateway.deciders.album_undo import ALBUM
from services.gateway.deciders.undo import UNDOABLE
from services.gateway.language import _, ngettext
from services.gateway.ports import HistoryEntry
from services.gateway.queries.logbook import Logbook
from services.gateway.queries.work import Work
from services.gateway.wording import date_name, percent, photos
from services.kernel import commands as c
from services.kernel import events as e
from services.kernel.codec import decode_command
from services.kernel.envelope import Envelope
from services.kernel.eventlog import Log

_NOT_UNDONE: Final = (c.ScanLibrary.TYPE, c.ClassifyImages.TYPE)
"""Commands with other effects, that can't be taken back, beside those that can."""
LIBRARY: Final = tuple(
    event.TYPE
    for event in (
        e.ScanStarted,
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
_MANY: Final = (e.DateCorrected, e.CategoryAssigned, e.CategoryRejected, e.CategoryCleared)
"""Events that a command brings about for each of its photos."""
_OF_MANY: Final = frozenset(event.TYPE for event in _MANY)
_AT_ONCE: Final = frozenset(
    command.TYPE for command in (c.AssignCategory, c.RejectCategory, c.CorrectDate, c.Undo)
)
"""Commands whose events stand right behind them: of an undone one first that it was, then what was said instead."""


def describe(event: e.Event, names: dict[str, str]) -> str:
    """One sentence. `names`: category id -> name."""

    def category(category_id: str) -> str:
        return f"“{names.get(category_id, 'a deleted category')}”"

    if isinstance(event, ALBUM):
        return albumhistory.describe(event)
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
            return _("%(path)s, which could not be read, is gone or can be read now", path=path)
        case e.FolderUnreadable(path=path, reason=reason):
            return f"{path}: {reason}"
        case e.ProblemsIgnored(files=files, failures=failures):
            return ngettext("%(num)s problem ignored", "%(num)s problems ignored", len(files) + len(failures))
        case e.ProblemsShown(files=files, failures=failures):
            return ngettext(
                "%(num)s problem told of again", "%(num)s problems told of again", len(files) + len(failures)
            )
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
        case e.CategoryCreated(name=name, kind="group"):
            return f"Group “{name}” made"
        case e.CategoryCreated(name=name):
            return f"Category “{name}” made"
        case e.CategoryRenamed(name=name):
            return f"Category renamed to “{name}”"
        case e.CategoryDeleted():
            return "Category deleted"
        case e.CategoryRestored(category_id=category_id):
            return f"{category(category_id)} is there again"
        case e.CategoryMoved(category_id=category_id, group_id=None):
            return f"{category(category_id)} taken out of its group"
        case e.CategoryMoved(category_id=category_id, group_id=group_id):
            return f"{category(category_id)} moved to {category(group_id or '')}"
        case e.CategoriesMerged(category_id=category_id, into_id=into):
            return f"{category(category_id)} merged into {category(into)}"
        case e.CategoryUnmerged(category_id=category_id):
            return f"{category(category_id)} stands for itself again"
        case e.CategoryHidden(category_id=category_id):
            return f"{category(category_id)} hidden"
        case e.CategoryUnhidden(category_id=category_id):
            return f"{category(category_id)} shown again"
        case e.ThresholdSet(category_id=category_id, threshold=None):
            return f"{category(category_id)} takes photos as surely as at first"
        case e.ThresholdSet(category_id=category_id, threshold=threshold):
            return f"{category(category_id)} takes photos from {percent(threshold or 0)} on"
        case e.CategoryAssigned(category_id=category_id):
            return f"You said: {category(category_id)}"
        case e.CategoryRejected(category_id=category_id):
            return f"You said: not {category(category_id)}"
        case e.CategoryTaught(category_id=category_id, taught=taught):
            return f"{category(category_id)} {'finds photos by itself' if taught else 'finds no more photos by itself'}"
        case e.CategoryLearned(category_id=category_id, examples=count):
            return f"{category(category_id)} learned from {photos(count)}"
    return event.TYPE.replace("_", " ").capitalize()


class Chronicle:
    """`ports.History`."""

    def __init__(self, events: Log, logbook: Logbook, work: Work) -> None:
        self._log, self._logbook, self._work = events, logbook, work

    async def of_image(self, image_id: str, mentions: list[int]) -> list[HistoryEntry]:
        rows = await self._log.read_stream(f"image-{image_id}") + await self._log.read_positions(mentions)
        return await self._told(sorted(rows, key=lambda row: -row.position), of_one=True)

    async def recent(self, before: int | None = None, limit: int = 100) -> list[HistoryEntry]:
        """One line for each command and what it said, however many photos that was about."""
        told: list[HistoryEntry] = []
        while len(told) <= limit:  # the last line may go on in what is read next
            rows = await self._logbook.back(LIBRARY, before, limit)
            if not rows:
                break
            for entry in await self._told(rows):
                if told and _same(told[-1], entry):
                    told[-1] = _longer(told[-1], entry.position)
                else:
                    told.append(entry)
            before = rows[-1].position
            if rows[-1].type in _OF_MANY and rows[-1].causation_id:
                cause = await self._log.find(rows[-1].causation_id)
                if cause and cause.type in _AT_ONCE:  # the rest says the same, but for the first two
                    before = min(before, cause.position + 3)
        return told[:limit]

    async def _told(self, rows: list[Envelope], of_one: bool = False) -> list[HistoryEntry]:
        names = await self._work.categories()
        commands = await self._commands(rows)
        undoable = await self._undoable(commands)
        told: list[HistoryEntry] = []
        for row in rows:
            if row.kind != "E":
                continue
            event, command = row.event(), str(row.causation_id)
            text = describe(event, names)
            many = 1 if of_one or not isinstance(event, _MANY) else _count(commands.get(command))
            entry = HistoryEntry(
                position=row.position,
                recorded_at=row.recorded_at,
                text=text if many == 1 else f"{text}, of {photos(many)}",
                type=row.type,
                image_id=getattr(event, "image_id", None) if many == 1 else None,
                album_id=getattr(event, "album_id", None),
                command_id=command if isinstance(event, UNDOABLE) and command in undoable else None,
                cause=command,
            )
            if not (told and _same(told[-1], entry)):
                told.append(entry)
            else:
                told[-1] = _longer(told[-1], row.position)
        return told

    async def _commands(self, rows: list[Envelope]) -> dict[str, Envelope]:
        """Those that rows which can be undone came of, by id."""
        causes = {row.causation_id for row in rows if isinstance(row.event(), UNDOABLE) and row.causation_id}
        found = [await self._log.find(cause) for cause in causes]
        return {str(one.event_id): one for one in found if one and one.kind == "C"}

    async def _undoable(self, commands: dict[str, Envelope]) -> set[str]:
        """Those that a person may take back: not scans, and not undone yet."""
        asked = {id_ for id_, command in commands.items() if command.type not in _NOT_UNDONE}
        return asked - await self._work.undone(sorted(asked))


def _same(one: HistoryEntry, other: HistoryEntry) -> bool:
    """One command for many photos is one line."""
    return one.type in _OF_MANY and (one.type, one.cause) == (other.type, other.cause)


def _longer(line: HistoryEntry, position: int) -> HistoryEntry:
    """A line that goes on to an earlier position."""
    return msgspec.structs.replace(line, position=position, image_id=None)


def _count(command: Envelope | None) -> int:
    """Photos that a command is about."""
    if command is None:
        return 1
    return len(set(getattr(decode_command(command.type, command.data), "images", ()))) or 1
