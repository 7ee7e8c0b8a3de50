"""Facts about imports: begun, what could not be taken in and why, ended."""

from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec

from services.domain.erasure import Erasure
from services.domain.jobs.events import JobCancelled, JobEvent, JobKind
from services.domain.subject import Event, InStream, Refused, Section
from services.domain.words import Number
from services.kernel.sentence import Plural, Sentence, Series, Spoken

IN_A_PART: Final = 500
"""Failures in one event."""
MOST_FAILURES: Final = 20_000
"""Failures that an import records; more are only counted."""


class ImportFailure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that could not be read, or a photo in it that is not in the library."""

    path: str
    """Below the folder that is imported; empty for itself."""
    name: str = ""
    """What the file calls the photo, if it is about several."""
    reason: str
    """A sentence."""


class ImportEvent(JobEvent, frozen=True, kw_only=True):
    def undo(self, stream: InStream) -> list[Event]:
        """It changed nothing by itself; its commands did. Raises Refused while the import runs."""
        if not any(
            isinstance(event, ImportFinished | JobCancelled) for _, event in (stream.own, *stream.after)
        ):
            raise Refused("This import is still running: stop it first, then undo it.", "command_id")
        return []


class ImportStarted(ImportEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "import_started"
    STARTS: ClassVar[JobKind | None] = "import"
    source: str
    """Full path of a file or a folder."""

    def line(self) -> Spoken:
        return Sentence("Started to import from %(source)s", source=self.source)


class ImportFailed(ImportEvent, frozen=True, kw_only=True):
    """Some of what could not be taken in."""

    TYPE: ClassVar[str] = "import_failed"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = None
    failures: list[ImportFailure]

    def without(self, erasure: Erasure) -> Event | None:
        """Names of files may tell what was on a photo."""
        names = {_stem(path) for _, path in erasure.places}
        rest = [one for one in self.failures if not {_stem(one.path), _stem(one.name)} & names]
        if len(rest) == len(self.failures):
            return self
        return msgspec.structs.replace(self, failures=rest) if rest else None

    def line(self) -> Spoken:
        return Sentence("%(count)s could not be imported", count=Number(len(self.failures)))


class ImportFinished(ImportEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "import_finished"
    ENDS: ClassVar[bool] = True
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos", "jobs")
    UNDOABLE: ClassVar[bool] = True
    source: str
    total: int
    """Photos that the files are about."""
    matches: int
    """Of these, those that are in the library."""
    changed: int
    """Photos of which something was said that was not so already."""
    failed: int
    """What could not be taken in: files and photos."""

    def line(self) -> Spoken:
        parts: list[Spoken] = [Plural("%(num)s photo changed", "%(num)s photos changed", self.changed)]
        if self.failed:
            parts.append(Sentence("%(count)s could not be imported", count=Number(self.failed)))
        return Sentence("Imported from %(source)s: %(told)s", source=self.source, told=Series(parts))


def _stem(path: str) -> str:
    """The name that a photo and the files beside it have in common; empty for none."""
    return path.rpartition("/")[2].lstrip(".").partition(".")[0].casefold() or path


def in_parts(failures: Sequence[ImportFailure]) -> list[list[ImportFailure]]:
    return [list(failures[n : n + IN_A_PART]) for n in range(0, len(failures), IN_A_PART)]
