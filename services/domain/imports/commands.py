"""Takes in what another program says of photos: a job of its own, whose commands are those that a person gives."""

from collections.abc import Sequence
from typing import ClassVar

from services.domain.fields import Folder
from services.domain.imports.events import ImportFinished, ImportStarted
from services.domain.subject import Command, Decision, Event, Known, Refused
from services.kernel.sentence import Sentence, Spoken


class ImportMetadata(Command, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "import_metadata"
    NAME: ClassVar[str] = "import"
    CHAIN: ClassVar[str] = ImportFinished.TYPE
    source: Folder
    """Full path of a file or a folder, on the computer where Albumen runs."""

    async def decide(self, known: Known) -> Decision:
        if not self.source.startswith("/"):
            raise Refused("Enter the full path of the file or the folder, starting with “/”.", "source")
        return Decision([ImportStarted(job_id=str(known.command_id), source=self.source)])

    def toast(self, events: Sequence[Event]) -> Spoken:
        return Sentence("The import has started")
