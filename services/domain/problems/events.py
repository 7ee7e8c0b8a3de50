"""Problems that a person no longer wants to see listed."""

from typing import ClassVar

import msgspec

from services.domain.erasure import Erasure
from services.domain.subject import Event, InStream, Section
from services.kernel.sentence import Plural, Spoken


class FileAt(msgspec.Struct, frozen=True, kw_only=True):
    """A path, whatever is there."""

    root: str
    path: str
    """Relative to `root`, as in `FileAdded`."""


class FailureOf(msgspec.Struct, frozen=True, kw_only=True):
    """A photo that a model could not classify."""

    image_id: str
    model_id: str


class ProblemsChosen(Event, frozen=True, kw_only=True):
    STREAM: ClassVar[str] = "problems"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    UNDOABLE: ClassVar[bool] = True
    files: list[FileAt] = msgspec.field(default_factory=list)
    failures: list[FailureOf] = msgspec.field(default_factory=list)

    def without(self, erasure: Erasure) -> Event | None:
        files = [one for one in self.files if (one.root, one.path) not in erasure.places]
        failures = [one for one in self.failures if one.image_id not in erasure.images]
        if len(files) + len(failures) == self.number:
            return self
        return msgspec.structs.replace(self, files=files, failures=failures) if files or failures else None

    @property
    def number(self) -> int:
        return len(self.files) + len(self.failures)


class ProblemsIgnored(ProblemsChosen, frozen=True, kw_only=True):
    """No longer listed, until there is something new about them."""

    TYPE: ClassVar[str] = "problems_ignored"

    def undo(self, stream: InStream) -> list[Event]:
        return [ProblemsShown(files=self.files, failures=self.failures)]

    def line(self) -> Spoken:
        return Plural("%(num)s problem ignored", "%(num)s problems ignored", self.number)


class ProblemsShown(ProblemsChosen, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "problems_shown"

    def undo(self, stream: InStream) -> list[Event]:
        return [ProblemsIgnored(files=self.files, failures=self.failures)]

    def line(self) -> Spoken:
        return Plural("%(num)s problem shown again", "%(num)s problems shown again", self.number)
