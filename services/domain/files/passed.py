"""What scans pass over on purpose: told once for each folder and kind, instead of once for each file."""

from typing import ClassVar, Final, Literal

import msgspec

from services.domain.erasure import Erasure
from services.domain.files.events import ScanEvent
from services.domain.subject import Event, Section
from services.kernel.sentence import Plural, Spoken

PassedKind = Literal["link", "annex", "archive", "import"]
"""A link that leads out of the photo folders; a file of git-annex whose content is elsewhere; an archive; another
program's file that `albumen import` reads."""
EXAMPLE_PATHS: Final = 5


class FilesPassedOver(ScanEvent, frozen=True, kw_only=True):
    """All of one kind below a root, as of now; recorded when it has changed."""

    TYPE: ClassVar[str] = "files_passed_over"
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    root: str
    kind: PassedKind
    count: int
    examples: list[str] = msgspec.field(default_factory=list)
    """Relative paths of the first `EXAMPLE_PATHS`."""

    def without(self, erasure: Erasure) -> Event | None:
        examples = [path for path in self.examples if (self.root, path) not in erasure.places]
        return self if examples == self.examples else msgspec.structs.replace(self, examples=examples)

    def line(self) -> Spoken:
        match self.kind:
            case "link":
                return Plural(
                    "%(num)s link in %(path)s leads out of your photo folders",
                    "%(num)s links in %(path)s lead out of your photo folders",
                    self.count,
                    path=self.root,
                )
            case "annex":
                return Plural(
                    "git-annex keeps the content of %(num)s file in %(path)s elsewhere",
                    "git-annex keeps the content of %(num)s files in %(path)s elsewhere",
                    self.count,
                    path=self.root,
                )
            case "import":
                return Plural(
                    "%(num)s file in %(path)s can be imported: albumen import %(path)s",
                    "%(num)s files in %(path)s can be imported: albumen import %(path)s",
                    self.count,
                    path=self.root,
                )
            case "archive":
                return Plural(
                    "%(num)s archive in %(path)s was not opened",
                    "%(num)s archives in %(path)s were not opened",
                    self.count,
                    path=self.root,
                )
