"""The search for photos: for all that is new, or for what could not be shown."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.failure import Problem
from services.domain.fields import Paths, Reason
from services.domain.files.events import ScanStarted
from services.domain.problems.events import FileAt
from services.domain.subject import Actor, Command, Decision, Event, Known, NotFound, Refused
from services.kernel.sentence import Sentence, Spoken


def require_roots(roots: Sequence[str]) -> None:
    """Raises Refused when there is nothing to scan."""
    if not roots:
        raise Refused("No folder with photos is set: start Albumen with one (albumen up FOLDER).")


class ScanLibrary(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "scan_library"
    NAME: ClassVar[str] = "scan"
    ACTOR: ClassVar[Actor] = "scan"
    FINAL: ClassVar[bool] = True

    async def decide(self, known: Known) -> Decision:
        require_roots(known.roots)
        return Decision([ScanStarted(roots=known.roots)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("Looking for new photos")


class RetryRejected(Command, frozen=True, kw_only=True):
    """Look again at files that could not be shown, though they did not change: starts a scan."""

    TYPE: ClassVar[str] = "retry_rejected"
    NAME: ClassVar[str] = "retry-rejected"
    ACTOR: ClassVar[Actor] = "scan"
    FINAL: ClassVar[bool] = True
    paths: Paths = msgspec.field(default_factory=list)
    """Whole paths, as the jobs page shows them; none: all that are not ignored."""
    reason: Reason | None = None
    """Only those with this reason."""

    async def decide(self, known: Known) -> Decision:
        return Decision(self.again(await known.problems(paths=self.paths, reason=self.reason), known.roots))

    def again(self, problems: Sequence[Problem], roots: list[str]) -> list[Event]:
        """A scan that looks at them again. Raises Refused when there is nothing to scan, NotFound for unknown paths."""
        require_roots(roots)
        files = [
            FileAt(root=one.root, path=one.path)
            for one in problems
            if one.kind == "file" and one.root in roots and one.root is not None and one.path
        ]
        if not files and not any(one.kind == "folder" for one in problems):
            raise NotFound("No such file is left that could not be read.", "paths" if self.paths else None)
        return [ScanStarted(roots=roots, again=files)]

    def toast(self, events: Sequence[Event]) -> Spoken:
        if len(self.paths) == 1:
            return Sentence("Looking at it again")
        return Sentence("Looking at them again")
