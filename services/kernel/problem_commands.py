"""Commands about what could not be done. The rest is in `commands.py`, which has all of them."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from services.kernel.command import Command, Id, Paths, Reason


class RetryRejected(Command, frozen=True, kw_only=True):
    """Look again at files that could not be shown, though they did not change: starts a scan."""

    TYPE: ClassVar[str] = "retry_rejected"
    NAME: ClassVar[str] = "retry-rejected"
    paths: Paths = msgspec.field(default_factory=list)
    """Whole paths, as the jobs page shows them; none: all that are not ignored."""
    reason: Reason | None = None
    """Only those with this reason."""


class IgnoreProblems(Command, frozen=True, kw_only=True):
    """Files that could not be shown and photos that could not be classified are no longer told of, until they
    change or fail again."""

    TYPE: ClassVar[str] = "ignore_problems"
    NAME: ClassVar[str] = "ignore-problems"
    paths: Paths = msgspec.field(default_factory=list)
    images: Annotated[list[Id], Meta(max_length=100_000)] = msgspec.field(default_factory=list)
    model: Id | None = None
    """Which model's failures of `images`; left out: all."""
    reason: Reason | None = None
    """All with this reason, whatever they are."""


class ShowProblems(Command, frozen=True, kw_only=True):
    """Told of again; the fields are those of `IgnoreProblems`."""

    TYPE: ClassVar[str] = "show_problems"
    NAME: ClassVar[str] = "show-problems"
    paths: Paths = msgspec.field(default_factory=list)
    images: Annotated[list[Id], Meta(max_length=100_000)] = msgspec.field(default_factory=list)
    model: Id | None = None
    reason: Reason | None = None


class ResendMessages(Command, frozen=True, kw_only=True):
    """Messages that no service could handle go back to where they waited."""

    TYPE: ClassVar[str] = "resend_messages"
    NAME: ClassVar[str] = "resend-messages"
    messages: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    """Their ids; none: all."""


class ForgetMessages(Command, frozen=True, kw_only=True):
    """Messages that no service could handle are thrown away. The log has what they were about."""

    TYPE: ClassVar[str] = "forget_messages"
    NAME: ClassVar[str] = "forget-messages"
    messages: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    """Their ids; none: all."""
