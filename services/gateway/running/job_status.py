"""The status of a job, as shown on pages, to programs and in the shell."""

from typing import Protocol

import msgspec


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that a job couldn't process; the reason is a sentence. `image_id`: None if the file has no image."""

    image_id: str | None
    path: str
    reason: str


class JobStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The response to `GET /commands/{id}`. A command that takes effect at once has total 0."""

    command_id: str
    type: str
    status: str
    """accepted, running, paused, done, failed or cancelled"""
    total: int = 0
    done: int = 0
    failed: int = 0
    rate: float | None = None
    """Photos per second over the last few seconds; None while unknown."""
    eta_s: float | None = None
    failures: list[Failure] = []
    started_us: int = 0
    finished_us: int | None = None
    detects: bool = False
    """Whether it looks for people and things instead of classifying."""
    encodes: bool = False
    """Whether it compares photos with words instead."""
    undoable: bool = False
    """Whether it has ended, and `undo` takes back all that it did: an import."""
    note: str | None = None
    """A sentence while it waits for something: the broker, the classifier, a missing folder."""


class Jobs(Protocol):
    async def running(self) -> list[JobStatus]:
        """Running and paused jobs, newest first."""

    async def recent(self, limit: int = 50) -> list[JobStatus]:
        """All jobs, newest first, with their failures."""

    async def status(self, command_id: str) -> JobStatus | None:
        """Of any command; None if there is no such command."""
