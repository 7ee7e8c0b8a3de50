"""What a job looks like to whoever asks: a page, a program, the shell."""

from typing import Protocol

import msgspec


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that a job could not do, with its reason as a sentence. `image_id` is None for a file that
    never became an image."""

    image_id: str | None
    path: str
    reason: str


class JobStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to `GET /commands/{id}`. A command that is done at once has total 0."""

    command_id: str
    type: str
    status: str
    """accepted, running, paused, done, failed or cancelled"""
    total: int = 0
    done: int = 0
    failed: int = 0
    rate: float | None = None
    """Photos per second over the last seconds; None while it can't be told."""
    eta_s: float | None = None
    failures: list[Failure] = []
    started_us: int = 0
    finished_us: int | None = None
    note: str | None = None
    """A sentence when it waits for something: the broker, the classifier, a folder that is gone."""


class Jobs(Protocol):
    async def running(self) -> list[JobStatus]:
        """Jobs that run or are paused, newest first."""

    async def recent(self, limit: int = 50) -> list[JobStatus]:
        """All jobs, newest first, with their failures."""

    async def status(self, command_id: str) -> JobStatus | None:
        """Of any command; None when there is no such command."""
