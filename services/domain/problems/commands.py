"""Commands that ignore or list problems, and for messages that no service could handle."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from services.domain.fields import AnyImageIds, Id, Paths, Reason
from services.domain.problems.events import FailureOf, FileAt, ProblemsChosen, ProblemsIgnored, ProblemsShown
from services.domain.subject import Command, Decision, Event, Known, NotFound, Refused
from services.kernel.sentence import Sentence, Spoken


class ProblemCommand(Command, frozen=True, kw_only=True):
    """About the problems that match all filters."""

    EVENT: ClassVar[type[ProblemsChosen]]
    paths: Paths = msgspec.field(default_factory=list)
    """Full paths, as on the jobs page."""
    images: AnyImageIds = msgspec.field(default_factory=list)
    model: Id | None = None
    """The model whose failures on `images` are meant; default: all."""
    reason: Reason | None = None
    """All problems with this reason."""

    async def decide(self, known: Known) -> Decision:
        if not (self.paths or self.images or self.reason):
            raise Refused("Specify which by paths, images or reason.", "paths")
        ignored = self.EVENT is ProblemsShown
        problems = await known.problems(
            ignored=ignored, paths=self.paths, images=self.images, model=self.model, reason=self.reason
        )
        if not problems:
            raise NotFound("None of this is there any more.", "paths" if self.paths else "images")
        files = [
            FileAt(root=one.root, path=one.path) for one in problems if one.root is not None and one.path
        ]
        failures = [
            FailureOf(image_id=one.image_id, model_id=one.model_id)
            for one in problems
            if one.image_id and one.model_id
        ]
        return Decision([self.EVENT(files=files, failures=failures)])


class IgnoreProblems(ProblemCommand, frozen=True, kw_only=True):
    """Stops listing files that could not be shown and photos that could not be classified, until they change or fail
    again."""

    TYPE: ClassVar[str] = "ignore_problems"
    NAME: ClassVar[str] = "ignore-problems"
    EVENT: ClassVar[type[ProblemsChosen]] = ProblemsIgnored

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Ignored until it changes")


class ShowProblems(ProblemCommand, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "show_problems"
    NAME: ClassVar[str] = "show-problems"
    EVENT: ClassVar[type[ProblemsChosen]] = ProblemsShown

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Shown again")


class ResendMessages(Command, frozen=True, kw_only=True):
    """Returns messages that no service could handle to their queues. The bus has done so when this is logged."""

    TYPE: ClassVar[str] = "resend_messages"
    NAME: ClassVar[str] = "resend-messages"
    messages: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    """Message ids; default: all."""

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Sent again")


class ForgetMessages(Command, frozen=True, kw_only=True):
    """Discards messages that no service could handle. The log still has what they were about."""

    TYPE: ClassVar[str] = "forget_messages"
    NAME: ClassVar[str] = "forget-messages"
    messages: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    """Message ids; default: all."""

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Forgotten")
