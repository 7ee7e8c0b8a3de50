"""Files and folders that could not be read."""

import hashlib
from typing import ClassVar

from services.domain.erasure import Erasure
from services.domain.files.events import ScanEvent
from services.domain.subject import Event, Section
from services.domain.words import StoredReason
from services.kernel.sentence import Sentence, Spoken


class NoPicture(ScanEvent, frozen=True, kw_only=True):
    """About a file or folder that is not an image in the library."""

    root: str
    path: str

    def stream(self, job: str = "") -> str:
        """Hashed, because a path may be longer than a stream name."""
        place = f"{self.root}\0{self.path}".encode()
        return f"file-{hashlib.sha256(place).hexdigest()[:32]}"

    def without(self, erasure: Erasure) -> Event | None:
        return None if (self.root, self.path) in erasure.places else self


class FileRejected(NoPicture, frozen=True, kw_only=True):
    """A file that should be an image but can't be shown; retried only when it changes."""

    TYPE: ClassVar[str] = "file_rejected"
    size: int
    mtime_ns: int
    ctime_ns: int | None = None
    reason: str
    """A sentence for the user."""

    def line(self) -> Spoken:
        return Sentence("%(path)s: %(reason)s", path=self.path, reason=StoredReason(self.reason))


class RejectionWithdrawn(NoPicture, frozen=True, kw_only=True):
    """What could not be read is gone, or can be read now."""

    TYPE: ClassVar[str] = "rejection_withdrawn"

    def line(self) -> Spoken:
        return Sentence("%(path)s, which could not be read, is gone or can be read now", path=self.path)


class FolderUnreadable(NoPicture, frozen=True, kw_only=True):
    """A folder, or a file's size and time, can't be read. What was recorded about it still holds; `RejectionWithdrawn`
    follows once it can be read again."""

    TYPE: ClassVar[str] = "folder_unreadable"
    SECTIONS: ClassVar[tuple[Section, ...] | None] = ()
    reason: str
    """A sentence for the user."""

    def line(self) -> Spoken:
        return Sentence("%(path)s: %(reason)s", path=self.path, reason=StoredReason(self.reason))
