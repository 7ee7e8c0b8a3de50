"""Very many photos missing at once: a scan asks whether they are gone or their disk is away, and a person answers."""

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final, Literal

import msgspec
from msgspec.structs import replace

from services.domain.fields import Id
from services.domain.files.commands import require_roots
from services.domain.files.events import ScanEvent, ScanStarted, SourceUnavailable
from services.domain.subject import (
    Command,
    Decision,
    Event,
    InStream,
    Known,
    NotFound,
    Refused,
    Section,
    event_of,
)
from services.domain.words import Number, Photos
from services.kernel.sentence import Sentence, Spoken

Answer = Literal["gone", "away", "open"]
"""They are gone; their disk is away; not answered."""


class MissingAnswered(Event, frozen=True, kw_only=True):
    """A person's answer. If the photos are gone, the next scan that misses exactly these records them as missing; if
    their disk is away, nothing about them changes."""

    TYPE: ClassVar[str] = "missing_answered"
    STREAM: ClassVar[str] = SourceUnavailable.STREAM
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    UNDOABLE: ClassVar[bool] = True
    question: str
    root: str
    missing: int
    held: int
    """Number of photos in the root, missing ones included."""
    answer: Answer

    def undo(self, stream: InStream) -> list[Event]:
        before = [event for _, event in stream.before]
        now = open_question([*before, self, *(event for _, event in stream.after)], self.root)
        if now is None or (now.id, now.answer) != (self.question, self.answer):
            return []
        earlier = open_question(before, self.root)
        return [replace(self, answer=earlier.answer if earlier else "open")]

    def line(self) -> Spoken:
        count, photos = Number(self.missing), Number(self.held)
        return Sentence(
            "You confirmed that %(count)s of %(all)s photos in %(folder)s are gone"
            if self.answer == "gone"
            else "You confirmed that the disk with %(count)s of %(all)s photos in %(folder)s is disconnected"
            if self.answer == "away"
            else "Open again: whether %(count)s of %(all)s photos in %(folder)s are gone",
            count=count,
            all=photos,
            folder=self.root,
        )


class MissingSettled(ScanEvent, frozen=True, kw_only=True):
    """The question about a root is no longer open: the photos were recorded as missing, as a person said, or enough of
    them are there again."""

    TYPE: ClassVar[str] = "missing_settled"
    STREAM: ClassVar[str] = SourceUnavailable.STREAM
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    root: str
    missing: int = 0
    """Photos recorded as missing because a person said so."""

    def line(self) -> Spoken:
        if self.missing:
            photos = Photos(self.missing)
            return Sentence("%(photos)s in %(folder)s are missing now", photos=photos, folder=self.root)
        return Sentence("%(folder)s is available again", folder=self.root)


class Question(msgspec.Struct, frozen=True):
    """About the photos of a root that a scan missed."""

    id: str
    root: str
    missing: int
    photos: int
    answer: Answer = "open"


def open_question(events: Iterable[Event], root: str) -> Question | None:
    """The latest about the root, unless it is settled. A scan that misses the same photos again asks nothing new."""
    latest: Question | None = None
    for event in events:
        match event:
            case SourceUnavailable(root=at, question=id_) if at == root:
                if not (event.again and latest and latest.id == id_):
                    latest = Question(id_, root, event.missing, event.held) if id_ else None
            case MissingAnswered(root=at) if at == root and latest and latest.id == event.question:
                latest = replace(latest, answer=event.answer)
            case MissingSettled(root=at) if at == root:
                latest = None
    return latest


class AnswerCommand(Command, frozen=True, kw_only=True):
    ANSWER: ClassVar[Answer]
    question: Id
    """As shown on the jobs page and by `GET /api/missing`."""

    async def decide(self, known: Known) -> Decision:
        rows = await known.stream(SourceUnavailable.STREAM)
        events = [event_of(row) for row in rows if row.type in _TYPES]
        questions = [event for event in events if isinstance(event, SourceUnavailable)]
        root = next((event.root for event in questions if event.question == self.question), None)
        if root is None:
            raise NotFound("There is no such question.", "question")
        now = open_question(events, root)
        if now is None:
            raise Refused("This is settled: there is nothing left to answer.", "question")
        if now.id != self.question:
            raise Refused(
                "Meanwhile %(count)s of %(all)s photos in %(folder)s are missing: answer that question.",
                "question",
                count=now.missing,
                all=now.photos,
                folder=root,
            )
        if now.answer == self.ANSWER:
            raise Refused("This has already been answered.", "question")
        answered = MissingAnswered(
            question=now.id, root=root, missing=now.missing, held=now.photos, answer=self.ANSWER
        )
        return Decision([answered, *self.further(known, root)], {SourceUnavailable.STREAM: rows[-1].version})

    def further(self, known: Known, root: str) -> list[Event]:
        """What else the answer causes. Raises Refused."""
        return []


class ConfirmMissing(AnswerCommand, frozen=True, kw_only=True):
    """The photos are gone. Starts a scan that records them as missing, if it misses exactly these."""

    TYPE: ClassVar[str] = "confirm_missing"
    NAME: ClassVar[str] = "confirm-missing"
    FINAL: ClassVar[bool] = True
    ANSWER: ClassVar[Answer] = "gone"

    def further(self, known: Known, root: str) -> list[Event]:
        require_roots(known.roots)
        if root not in known.roots:
            raise Refused(
                "Albumen was started without %(folder)s, so it can't look there.", "question", folder=root
            )
        return [ScanStarted(roots=known.roots)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Checking once more, then they count as missing")


class MarkUnavailable(AnswerCommand, frozen=True, kw_only=True):
    """The photos' disk is away. They stay as they are, and nobody asks again until something has changed."""

    TYPE: ClassVar[str] = "mark_unavailable"
    NAME: ClassVar[str] = "mark-unavailable"
    ANSWER: ClassVar[Answer] = "away"

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Waiting for the disk; nothing changes until it is back")


_TYPES: Final = frozenset(event.TYPE for event in (SourceUnavailable, MissingAnswered, MissingSettled))
