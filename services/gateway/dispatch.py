"""A command on its way into the log: load what it concerns, decide, append all of it at once or nothing.

The command and the events that follow from it are one append, so each stands in the log exactly once or not
at all. An Idempotency-Key becomes the command's id; everything else is derived from that, so a repeated
request finds itself.
"""

import time
from collections.abc import Mapping
from itertools import takewhile
from typing import Final
from uuid import UUID

import msgspec

from services.gateway import albumcommands
from services.gateway.albumcommands import AlbumCommands
from services.gateway.deciders import images, jobs, problems, undo
from services.gateway.deciders.album_undo import ALBUM
from services.gateway.deciders.errors import NotFound, Refused
from services.gateway.jobcommands import JobCommands
from services.gateway.queries import problems as known_problems
from services.gateway.queries.views import Views
from services.gateway.queries.work import Work
from services.gateway.tree import Tree
from services.kernel import commands as c
from services.kernel.codec import encode
from services.kernel.envelope import Envelope, record_command, record_event
from services.kernel.eventlog import Conflict, Log
from services.kernel.events import AlbumCreated, CommandUndone, Event
from services.kernel.ids import derived_id, new_id

ATTEMPTS: Final = 5
"""How often a command is decided anew when somebody else appended to its stream meanwhile."""

DOUBLE_CLICK_S: Final = 1.0


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    command_id: UUID
    position: int
    """Of the last event that the command brought about."""
    events: list[Event] = []
    """What it brought about; nothing where it was so already."""


class Dispatcher:
    def __init__(self, log: Log, work: Work, views: Views, roots: list[str], default_model: str) -> None:
        self._log, self._work, self._views = log, work, views
        self._jobs = JobCommands(log, work, views, roots, default_model)
        self._tree = Tree(log, work)
        self._albums = AlbumCommands(log, views)
        self._last: tuple[c.Command, float, str] | None = None
        """Given by a form, when, and under which key."""

    async def handle(self, command: c.Command, key: str | None = None) -> Accepted:
        """Append the command and its events. The same key gives the same answer and one effect.

        Raises Refused or NotFound, with nothing appended.
        """
        self._last = None
        return await self._accept(command, key)

    async def _accept(self, command: c.Command, key: str | None) -> Accepted:
        command_id = derived_id("idempotency-key", key) if key else new_id()
        for attempt in range(ATTEMPTS):
            if key and (found := await self._repeated(command_id, command)):
                return found
            decided, expected = await self._decide(command, command_id)
            records = [
                record_command(command, command_id=command_id),
                *(
                    record_event(
                        event,
                        event_id=derived_id(command_id, index),
                        stream=stream,
                        correlation_id=command_id,
                        causation_id=command_id,
                    )
                    for index, (stream, event) in enumerate(decided)
                ),
            ]
            try:
                appended = await self._log.append(records, {f"command-{command_id}": 0, **expected})
            except Conflict:
                if attempt == ATTEMPTS - 1:
                    raise Refused("Somebody else is changing the same thing: try again.") from None
                continue
            return Accepted(
                command_id=command_id, position=appended.last, events=[event for _, event in decided]
            )
        raise AssertionError("unreachable")

    async def once(self, command: c.Command) -> Accepted:
        """As `handle`; the very command that was given last, within a second, is a double click on its button."""
        given, at, key = self._last or (None, 0.0, "")
        now = time.monotonic()
        if given != command or now - at > DOUBLE_CLICK_S:
            key = str(new_id())
            self._last = (command, now, key)
        return await self._accept(command, key)

    async def _repeated(self, command_id: UUID, command: c.Command) -> Accepted | None:
        found = await self._log.find(command_id)
        if found is None:
            return None
        if (found.type, found.data) != (command.TYPE, encode(command).decode()):
            raise Refused("This Idempotency-Key was used for another command before: choose a new one.")
        caused = await self._brought_about(found)
        position = caused[-1].position if caused else found.position
        return Accepted(command_id=command_id, position=position, events=[row.event() for row in caused])

    async def _decide(
        self, command: c.Command, command_id: UUID
    ) -> tuple[list[tuple[str, Event]], Mapping[str, int]]:
        """(stream, event) pairs in order, and the versions of the streams that the decision rests on."""
        match command:
            case (
                c.CreateAlbum()
                | c.RenameAlbum()
                | c.DescribeAlbum()
                | c.SetCover()
                | c.SetAlbumOrder()
                | c.SetAlbumSearch()
                | c.DeleteAlbum()
                | c.RestoreAlbum()
                | c.AddToAlbum()
                | c.RemoveFromAlbum()
                | c.ReorderAlbum()
                | c.MergeAlbums()
                | c.DuplicateAlbum()
            ):
                if isinstance(command, c.CreateAlbum | c.AddToAlbum):
                    await self._known(command.images)
                if isinstance(command, c.SetCover) and command.image:
                    await self._known([command.image])
                return await self._albums.decide(command, command_id)
            case c.AssignCategory() | c.RejectCategory():
                await self._known(command.images)
                return await self._tree.decide(command, command_id)
            case (
                c.CreateCategory()
                | c.RenameCategory()
                | c.DeleteCategory()
                | c.RestoreCategory()
                | c.MoveCategory()
                | c.MergeCategories()
                | c.HideCategory()
                | c.UnhideCategory()
                | c.SetThreshold()
                | c.TeachCategory()
            ):
                return await self._tree.decide(command, command_id)
            case c.CorrectDate():
                await self._known(command.images)
                corrected = images.correct(command, await self._work.dates(command.images))
                return [(f"image-{e.image_id}", e) for e in corrected], {}
            case c.HideImages() | c.UnhideImages():
                await self._known(command.images)
                return [(images.LIBRARY, e) for e in images.hide(command)], {}
            case c.SetTimeline():
                hides = images.timeline(command, await self._work.categories())
                return [(images.TIMELINE, e) for e in hides], {}
            case c.IgnoreProblems() | c.ShowProblems():
                found = await known_problems.chosen(
                    self._views,
                    ignored=isinstance(command, c.ShowProblems),
                    paths=command.paths,
                    images=command.images,
                    model=command.model,
                    reason=command.reason,
                )
                return [(problems.PROBLEMS, e) for e in problems.ignore(command, found)], {}
            case c.Undo():
                return await self._undo(command)
            case c.ExplainImage():
                await self._known([command.image])
                return [], {}  # what comes of it is told by a classifier
            case c.ResendMessages() | c.ForgetMessages():
                return [], {}  # the bus has done it
            case c.LookBack(position=position):
                if position > await self._log.head():
                    raise Refused("The log ends before this position.", "position")
                return [], {}  # the projector does it
            case (
                c.ScanLibrary()
                | c.ClassifyImages()
                | c.RetryFailed()
                | c.RetryRejected()
                | c.PauseJob()
                | c.ResumeJob()
                | c.CancelJob()
            ):
                if isinstance(command, c.ClassifyImages) and isinstance(command.images, list):
                    await self._known(command.images)
                return await self._jobs.decide(command, str(command_id))
            case c.ActivateModel():
                activated = jobs.activate(command, await self._work.active_model(), await self._work.models())
                return [(jobs.ACTIVE, e) for e in activated], {}
        raise Refused("The command %(name)s can't be done here.", name=command.NAME)

    async def _undo(self, command: c.Undo) -> tuple[list[tuple[str, Event]], Mapping[str, int]]:
        try:
            undone = UUID(command.command_id)
        except ValueError:
            raise NotFound("There is no command with this id.", "command_id") from None
        given = await self._log.find(undone)
        if given is None or given.kind != "C":
            raise NotFound("There is no command with this id.", "command_id")
        own = f"command-{undone}"
        if len(await self._log.read_stream(own)) > 1:
            raise Refused("This was undone before.", "command_id")
        expected, decided = {own: 1}, list[tuple[str, Event]]()
        caused = await self._brought_about(given)
        made = {row.stream for row in caused if row.type == AlbumCreated.TYPE}
        for row in reversed(caused):
            if row.type == CommandUndone.TYPE or (row.stream in made and row.type != AlbumCreated.TYPE):
                continue  # an album that the command made goes with all that is in it
            stream = await self._log.read_stream(row.stream)
            if isinstance(row.event(), ALBUM):
                decided += [(row.stream, e) for e in albumcommands.undo(row, stream)]
                continue
            before = [other.event() for other in stream if other.version < row.version]
            after = [other.event() for other in stream if other.version > row.version]
            decided += [(row.stream, e) for e in undo.undo(row.event(), before, after)]
        if not decided:
            raise Refused("There is nothing left of it to undo.", "command_id")
        expected |= await self._tree.undoable([event for _, event in decided])
        return [(own, CommandUndone(command_id=str(undone))), *decided], expected

    async def _brought_about(self, command: Envelope) -> list[Envelope]:
        """The events that a command caused, in order: they stand right behind it."""
        found: list[Envelope] = []
        while rows := await self._log.read(found[-1].position if found else command.position, 1000):
            same = list(takewhile(lambda row: row.causation_id == command.event_id, rows))
            found += same
            if len(same) < len(rows):
                break
        return found

    async def _known(self, ids: list[str]) -> None:
        known = await self._work.known_images(ids)
        unknown = next((image for image in ids if image not in known), None)
        if unknown is not None:
            raise NotFound("There is no photo with the id %(id)s.", "images", id=unknown)
