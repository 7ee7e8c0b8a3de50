"""given / when / then for whole commands: `await after(events)`, then `decides(command, events)`, `refuses` or
`undoes`.

Everything that a command queries is in memory. It is appended to the in-memory log, on the versions that it rests on.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from services.domain.albums.search_names import SearchName
from services.domain.categories.category import Category, initial
from services.domain.categories.event import evolve
from services.domain.copies import WorseCopies
from services.domain.estate import Estate
from services.domain.failure import Problem
from services.domain.history.undo import CommandUndone, Undo
from services.domain.models.events import ModelKind
from services.domain.subject import Command, Decision, Event, NotFound, Refused, event_of
from services.gateway.i18n.builtin_names import called
from services.gateway.write.dispatch import records as command_records
from services.gateway.write.reads import caused_by
from services.kernel.log.envelope import Envelope
from services.kernel.log.eventlog import MemoryLog
from services.knowledge import taxonomy
from tests.support.log import records

PAGE = 2
"""Messages that `since` returns at once: so few that a test with three events reads a second page."""


class ProblemRow(NamedTuple):
    """A problem as the read tables have it."""

    problem: Problem
    reason: str = "The file is empty."
    ignored: bool = False

    @property
    def path(self) -> str:
        return f"{self.problem.root}/{self.problem.path}"


class Library:
    """Implements `domain.subject.Known` for the next command. Tests set what the read tables hold."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.roots = ["/photos"]
        self.folder_paths = ["/photos"]
        """Those that were ever given."""
        self.search_names: dict[str, list[SearchName]] = {}
        """Search -> what it names."""
        self.behind: set[str] = set()
        """Models that have photos left to classify."""
        self.moved: set[tuple[str, str]] = set()
        """Folders that are at other paths now: (former, now)."""
        self.reached: dict[str, dict[str, int]] = {}
        """Job id -> how far it has come."""
        self.default_model = "first"
        self.zone: str | None = None
        self.photos = {
            "a": "2016-06-12T14:03:00",
            "b": "2016-06-13T09:00:00+02:00",
            "c": "2017-01-01T12:00:00",
        }
        """Image id -> the date shown for it."""
        self.paths: dict[str, list[str]] = {}
        """Image id -> its keywords with what they stand below."""
        self.by_file: set[str] = set()
        """Ids of those that only the file's time dates."""
        self.moving: set[str] = set()
        """Ids of those that are videos or animations."""
        self.estates: dict[str, Estate] = {}
        """Image id -> what people have given it."""
        self.files: dict[str, list[str]] = {}
        """Image id -> full paths of its files."""
        self.worse = WorseCopies([], 0, 0)
        self.model_ids: set[str] = {"first", "second"}
        self.beside: dict[str, ModelKind] = {}
        """Models that add to what classifiers say, each with its kind."""
        self.problem_rows: list[ProblemRow] = []
        self.tree = {id_: builtin for id_ in taxonomy.load().categories if (builtin := initial(id_))}
        self.tree_position = 0
        self.decisions: dict[str, dict[str, int]] = {}
        """Category id -> image id -> position of the last decision."""
        self._commands = 0
        self._next()

    def _next(self) -> None:
        self._commands += 1
        self.command_id, self.new_id = UUID(int=self._commands), f"{self._commands:012x}"

    async def given(self, *events: Event) -> None:
        """Append events that no command of the test caused."""
        await self.log.append(records(events))

    async def catch_up(self) -> None:
        """Bring the categories in the read tables up to the end of the log; at first they are the built-in ones."""
        for row in await self.log.read(self.tree_position):
            event = event_of(row) if row.kind == "E" else None
            category_id = getattr(event, "category_id", "")
            if event and (category := evolve(self.tree.get(category_id), event)):
                self.tree[category_id] = category
        self.tree_position = await self.head()

    async def append(self, command: Command, decision: Decision) -> str:
        """As the dispatcher does; returns the command's id. Raises Conflict."""
        own = f"command-{self.command_id}"
        rows = command_records(command, self.command_id, decision)
        await self.log.append(rows, {own: 0, **decision.rests_on})
        self._next()
        return own.removeprefix("command-")

    async def decides(self, command: Command, *events: Event) -> str:
        """Check what the command causes, and append it; returns its id."""
        decision = await command.decide(self)
        assert list(decision.events) == list(events)
        return await self.append(command, decision)

    async def undoes(self, command_id: str, *events: Event) -> str:
        """Check which events reverse the command, and append them; returns the id of the undo."""
        return await self.decides(Undo(command_id=command_id), CommandUndone(command_id=command_id), *events)

    async def refuses(self, command: Command, error: type[Refused], field: str | None, says: str) -> None:
        """`field`: the one that the refusal blames; `says`: part of its sentence."""
        try:
            decision = await command.decide(self)
        except Refused as refusal:
            assert (type(refusal), refusal.field) == (error, field), refusal
            assert says in str(refusal)
        else:
            raise AssertionError(f"not refused, but decided: {decision.events}")

    async def decision_to_undo(self, command_id: str) -> Decision:
        return await Undo(command_id=command_id).decide(self)

    async def refuses_undo(self, command_id: str, says: str) -> None:
        await self.refuses(Undo(command_id=command_id), Refused, "command_id", says)

    async def stream(self, name: str) -> list[Envelope]:
        return await self.log.read_stream(name)

    async def since(self, position: int) -> list[Envelope]:
        return await self.log.read(position, PAGE)

    async def copies(self, image_id: str) -> list[str]:
        return self.files.get(image_id, [])

    async def worse_copies(self) -> WorseCopies:
        return self.worse

    async def head(self) -> int:
        return await self.log.head()

    async def command(self, command_id: UUID) -> Envelope | None:
        row = await self.log.find(command_id)
        return row if row and row.kind == "C" else None

    async def caused_by(self, command: Envelope) -> list[Envelope]:
        return await caused_by(self.log, command)

    async def require_photos(self, ids: Sequence[str]) -> None:
        for one in ids:
            if one not in self.photos:
                raise NotFound("There is no photo with the id %(id)s.", "images", id=one)

    async def dates(self, ids: Sequence[str]) -> Mapping[str, str]:
        return {one: self.photos[one] for one in ids if one in self.photos}

    async def keyword_paths(self, ids: Sequence[str]) -> list[str]:
        return sorted({path for one in ids for path in self.paths.get(one, ())})

    async def undated(self, ids: Sequence[str]) -> dict[str, str]:
        return {one: self.photos[one] for one in ids if one in self.by_file}

    async def still(self, ids: Sequence[str]) -> set[str]:
        return set(ids) - self.moving

    async def by_name(self, ids: Sequence[str]) -> list[str]:
        return sorted(ids)

    async def city(self, label: str) -> tuple[float, float] | None:
        return (41.89, 12.51) if label == "Rome" else None

    async def position(self, image_id: str) -> tuple[float, float] | None:
        return (41.89, 12.48) if image_id == "a" else None

    async def require_photo_folder(self, folder: str, field: str) -> str:
        return folder

    async def lies_at(self, root: str, folder: str) -> bool:
        return (root, folder) in self.moved

    async def require_export_folder(self, folder: str, field: str) -> None:
        if folder in self.folder_paths:
            raise Refused("%(folder)s is inside a photo folder.", field, folder=folder)

    async def estate(self, image_id: str) -> Estate:
        return self.estates.get(image_id, Estate())

    async def category_names(self) -> Mapping[str, str]:
        return {id_: one.name for id_, one in self.tree.items() if not one.deleted}

    async def decided(self, category_id: str) -> dict[str, int]:
        return self.decisions.get(category_id, {})

    async def categories(self) -> tuple[int, Mapping[str, Category]]:
        return self.tree_position, self.tree

    async def models_beside(self) -> Mapping[str, ModelKind]:
        return self.beside

    async def models(self) -> Collection[str]:
        return self.model_ids

    async def search(self, field: str, *, album: str | None = None, q: str | None = None) -> list[str]:
        raise NotImplementedError("No test has needed it yet.")

    async def has_unclassified(self, model: str) -> bool:
        return model in self.behind

    def called(self, name: str) -> Sequence[str]:
        return called(name)

    async def named_in(self, q: str) -> Sequence[SearchName]:
        return self.search_names.get(q, [])

    async def folders(self) -> list[str]:
        return self.folder_paths

    async def failed_photos(self, model: str, job_id: str | None, reason: str | None) -> list[str]:
        raise NotImplementedError("No test has needed it yet.")

    async def progress(self, job_id: str) -> Mapping[str, int] | None:
        return self.reached.get(job_id)

    async def problems(
        self,
        *,
        ignored: bool = False,
        paths: Sequence[str] = (),
        images: Sequence[str] = (),
        model: str | None = None,
        reason: str | None = None,
    ) -> list[Problem]:
        return [
            one.problem
            for one in self.problem_rows
            if one.ignored == ignored
            and (not paths or one.path in paths)
            and (not images or one.problem.image_id in images)
            and model in (None, one.problem.model_id)
            and reason in (None, one.reason)
        ]


async def after(*events: Event) -> Library:
    """A library in which these events have happened."""
    library = Library()
    await library.given(*events)
    return library
