"""What could not be done, no longer told of or told of again; and messages that no service could handle."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from services.domain.failure import Problem
from services.domain.fields import AnyImageIds, Id, Paths, Reason
from services.domain.problems.events import FailureOf, FileAt, ProblemsIgnored, ProblemsShown
from services.domain.subject import Command, Decision, Event, Known, NotFound, Refused
from services.kernel.sentence import Sentence, Spoken


class ProblemCommand(Command, frozen=True, kw_only=True):
    """About those that answer to all that is given."""

    paths: Paths = msgspec.field(default_factory=list)
    """Whole paths, as the jobs page shows them."""
    images: AnyImageIds = msgspec.field(default_factory=list)
    model: Id | None = None
    """Which model's failures of `images`; left out: all."""
    reason: Reason | None = None
    """All with this reason, whatever they are."""

    async def chosen(self, known: Known, ignored: bool) -> tuple[list[FileAt], list[FailureOf]]:
        """Raises Refused when nothing is named, NotFound when there is no such thing."""
        problems = await known.problems(
            ignored=ignored, paths=self.paths, images=self.images, model=self.model, reason=self.reason
        )
        if not (self.paths or self.images or self.reason):
            raise Refused("Say which by paths, images or reason.", "paths")
        if not problems:
            raise NotFound("Nothing of this is there any more.", "paths" if self.paths else "images")
        return files_of(problems), failures_of(problems)


class IgnoreProblems(ProblemCommand, frozen=True, kw_only=True):
    """Files that could not be shown and photos that could not be classified are no longer told of, until they
    change or fail again."""

    TYPE: ClassVar[str] = "ignore_problems"
    NAME: ClassVar[str] = "ignore-problems"

    async def decide(self, known: Known) -> Decision:
        files, failures = await self.chosen(known, ignored=False)
        return Decision([ProblemsIgnored(files=files, failures=failures)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Not told of any more, until it changes")


class ShowProblems(ProblemCommand, frozen=True, kw_only=True):
    """Told of again."""

    TYPE: ClassVar[str] = "show_problems"
    NAME: ClassVar[str] = "show-problems"

    async def decide(self, known: Known) -> Decision:
        files, failures = await self.chosen(known, ignored=True)
        return Decision([ProblemsShown(files=files, failures=failures)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Told of again")


class ResendMessages(Command, frozen=True, kw_only=True):
    """Messages that no service could handle go back to where they waited. The bus has done it before it is logged."""

    TYPE: ClassVar[str] = "resend_messages"
    NAME: ClassVar[str] = "resend-messages"
    messages: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    """Their ids; none: all."""

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Sent again")


class ForgetMessages(Command, frozen=True, kw_only=True):
    """Messages that no service could handle are thrown away. The log has what they were about."""

    TYPE: ClassVar[str] = "forget_messages"
    NAME: ClassVar[str] = "forget-messages"
    messages: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    """Their ids; none: all."""

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Forgotten")


def files_of(problems: Sequence[Problem]) -> list[FileAt]:
    return [FileAt(root=one.root, path=one.path) for one in problems if one.root is not None and one.path]


def failures_of(problems: Sequence[Problem]) -> list[FailureOf]:
    return [
        FailureOf(image_id=one.image_id, model_id=one.model_id)
        for one in problems
        if one.image_id and one.model_id
    ]
