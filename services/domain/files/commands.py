"""Scans: for new photos, or to retry files that could not be shown."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.fields import Paths, Reason
from services.domain.files.events import ScanStarted
from services.domain.problems.events import FileAt
from services.domain.subject import Actor, Command, Decision, Event, Known, NotFound, Refused
from services.kernel.sentence import Sentence, Spoken


def require_roots(roots: Sequence[str]) -> None:
    """Raises Refused if there is nothing to scan."""
    if not roots:
        raise Refused("No folder with photos is set: start Albumen with one (albumen up FOLDER).")


class ScanLibrary(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_library"
    NAME: ClassVar[str] = "scan"
    ACTOR: ClassVar[Actor] = "scan"
    FINAL: ClassVar[bool] = True
    again: bool = False
    """Read all files again, although they have not changed."""

    async def decide(self, known: Known) -> Decision:
        require_roots(known.roots)
        return Decision([ScanStarted(roots=known.roots, everything=self.again, zone=known.zone)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Reading all photos again") if self.again else Sentence("Looking for new photos")


class RetryRejected(Command, frozen=True, kw_only=True):
    """Retries unchanged files that could not be shown: starts a scan."""

    TYPE: ClassVar[str] = "retry_rejected"
    NAME: ClassVar[str] = "retry-rejected"
    ACTOR: ClassVar[Actor] = "scan"
    FINAL: ClassVar[bool] = True
    paths: Paths = msgspec.field(default_factory=list)
    """Full paths, as on the jobs page; default: all that are not ignored."""
    reason: Reason | None = None
    """Only failures with this reason."""

    async def decide(self, known: Known) -> Decision:
        problems, roots = await known.problems(paths=self.paths, reason=self.reason), known.roots
        require_roots(roots)
        files = [
            FileAt(root=one.root, path=one.path)
            for one in problems
            if one.kind == "file" and one.root in roots and one.root is not None and one.path
        ]
        if not files and not any(one.kind == "folder" for one in problems):
            raise NotFound("There are no more unreadable files like this.", "paths" if self.paths else None)
        return Decision([ScanStarted(roots=roots, again=files, zone=known.zone)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Trying it again" if len(self.paths) == 1 else "Trying them again")
