"""Which of a photo's files stays, if several hold the same bytes. Albumen removes none: the lists and the script of the
duplicates page follow this."""

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from services.domain.erasure import Erasure
from services.domain.fields import Folder, Id
from services.domain.subject import Command, Decision, Event, InStream, Known, NotFound, Section
from services.kernel.sentence import Sentence, Spoken


class CopyKept(Event, frozen=True, kw_only=True):
    """Until the file is gone, the rules don't count: the preferred folders, then the shortest path."""

    TYPE: ClassVar[str] = "copy_kept"
    STREAM: ClassVar[str] = "copies-{self.image_id}"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("photos",)
    UNDOABLE: ClassVar[bool] = True
    image_id: str
    path: str | None = None
    """The full path of the file that stays, as spelled in the log; None: as the rules say, or `every` one."""
    every: bool = False
    """All copies stay."""

    def undo(self, stream: InStream) -> list[Event]:
        if any(isinstance(event, CopyKept) for _, event in stream.after):
            return []
        earlier = [event for _, event in stream.before if isinstance(event, CopyKept)]
        return [earlier[-1] if earlier else CopyKept(image_id=self.image_id)]

    def line(self) -> Spoken:
        if self.every:
            return Sentence("All copies of a photo stay")
        if self.path is None:
            return Sentence("The rules decide which copy of a photo stays")
        return Sentence("Of a photo’s copies, %(path)s stays", path=self.path)


class KeepCopy(Command, frozen=True, kw_only=True):
    """Chooses the file that stays, or `every` one; neither: as the rules say."""

    TYPE: ClassVar[str] = "keep_copy"
    NAME: ClassVar[str] = "keep-copy"
    image: Id
    path: Folder | None = None
    every: bool = False

    async def decide(self, known: Known) -> Decision:
        await known.require_photos([self.image])
        if self.path is not None and self.path not in await known.copies(self.image):
            raise NotFound("The photo has no file at %(path)s now.", "path", path=self.path)
        return Decision([self._event()])

    def _event(self) -> CopyKept:
        path = None if self.every else self.path
        return CopyKept(image_id=self.image, path=path, every=self.every)

    def without(self, erasure: Erasure) -> Command:
        rest = super().without(erasure)
        return msgspec.structs.replace(rest, path=None) if self.image in erasure.images else rest

    def toast(self, events: Sequence[Event]) -> Spoken:
        return self._event().line()
