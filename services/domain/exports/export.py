"""An export: a sidecar for each photo file, and lists for programs, in a folder that the person names."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.erasure import Erasure
from services.domain.fields import Folder
from services.domain.jobs.events import JobEvent, JobKind
from services.domain.subject import Command, Decision, Event, Known
from services.domain.words import Number, Photos, StoredReason
from services.kernel.sentence import Sentence, Series, Spoken


class NotExported(msgspec.Struct, frozen=True, kw_only=True):
    """A photo file for which no sidecar was written."""

    image_id: str
    root: str
    path: str
    """Relative to `root`, as in `FileAdded`."""
    reason: str
    """A sentence for the user."""


class ExportStarted(JobEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "export_started"
    STARTS: ClassVar[JobKind | None] = "export"
    folder: str
    """Full path."""
    beside: bool
    """Sidecars lie beside the photos, not in the folder."""

    def line(self) -> Spoken:
        return Sentence("Started an export to %(folder)s", folder=self.folder)


class ExportFinished(JobEvent, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "export_finished"
    ENDS: ClassVar[bool] = True
    exported: int
    """Photos."""
    files_written: int
    """Files that were new or had to change."""
    files_unchanged: int
    """Files that were up to date."""
    failed: int = 0
    """Photo files for which no sidecar was written."""
    failures: list[NotExported] = msgspec.field(default_factory=list)
    """The first of them."""
    reason: str = ""
    """Why it stopped before its end, as a sentence; empty: it did not."""

    def without(self, erasure: Erasure) -> Event | None:
        rest = [
            one
            for one in self.failures
            if one.image_id not in erasure.images and (one.root, one.path) not in erasure.places
        ]
        return self if rest == self.failures else msgspec.structs.replace(self, failures=rest)

    def line(self) -> Spoken:
        if self.reason:
            return Sentence("An export stopped early: %(why)s", why=StoredReason(self.reason))
        parts: list[Spoken] = [Sentence("Exported %(photos)s", photos=Photos(self.exported))]
        if self.failed:
            parts.append(Sentence("%(count)s failed", count=Number(self.failed)))
        return Series(parts)


class ExportLibrary(Command, frozen=True, kw_only=True):
    """Writes what is known of all photos to files: an XMP sidecar per photo file, and lists in JSON."""

    TYPE: ClassVar[str] = "export_library"
    NAME: ClassVar[str] = "export-library"
    FINAL: ClassVar[bool] = True
    folder: Folder
    """Full path of the folder to write to; it is created if need be."""
    beside: bool = False
    """Write the sidecars beside the photos instead. Those of other programs stay as they are."""

    async def decide(self, known: Known) -> Decision:
        await known.require_export_folder(self.folder, "folder")
        return Decision([ExportStarted(job_id=str(known.command_id), folder=self.folder, beside=self.beside)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Exporting to %(folder)s", folder=self.folder)
