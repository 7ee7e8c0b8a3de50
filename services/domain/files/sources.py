"""Photo folders ("roots") as a whole: one that has got another path is the same folder."""

from typing import ClassVar

import msgspec

from services.domain.files.events import ScanEvent
from services.domain.subject import Section
from services.kernel.sentence import Sentence, Series, Spoken, Verbatim


class RootMove(msgspec.Struct, frozen=True, kw_only=True):
    former: str
    root: str


class SourceMoved(ScanEvent, frozen=True, kw_only=True):
    """Photo folders are at another path: renamed, mounted elsewhere, of another user name, seen from a container. All
    that is known about files below `former` is true below `root`, at the same relative paths.

    There is no undo: given under its former path, a folder is recognised there again.
    """

    TYPE: ClassVar[str] = "source_moved"
    STREAM: ClassVar[str] = "library"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ("jobs",)
    moves: list[RootMove]
    """They happened at the same time: two folders may have changed places."""

    def line(self) -> Spoken:
        if len(self.moves) == 1:
            move = self.moves[0]
            return Sentence("The folder %(before)s is at %(path)s now", before=move.former, path=move.root)
        moves: list[Spoken] = [Verbatim(f"{move.former} → {move.root}") for move in self.moves]
        return Sentence("Photo folders are at other paths now: %(moves)s", moves=Series(moves))
